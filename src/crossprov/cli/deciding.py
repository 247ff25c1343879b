"""The commands about a case: ``decide`` and ``explain``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crossprov.changes import changes
from crossprov.cli.auditing import write_record
from crossprov.cli.options import case_of, rulebook_of
from crossprov.cli.output import write, write_json
from crossprov.decide import decide as decide_case
from crossprov.decide import decider
from crossprov.report import explanation, guide, place_names, traced

if TYPE_CHECKING:
    import argparse


def decide(options: argparse.Namespace) -> int:
    """Decide a case and write the guide of the decision, or the decision as JSON."""
    rulebook = rulebook_of(options)
    _, case = case_of(options, rulebook)
    decision = decide_case(case, rulebook)
    if options.record is not None:
        write_record(options, decision, case)
    if options.json:
        return write_json(decision.to_dict())
    names = place_names(rulebook, decision.made_by.facts_on)
    return write(guide(decision, options.language, names, changes(case, rulebook)))


def explain(options: argparse.Namespace) -> int:
    """Decide a case and write every table of it; as JSON, the decision and its trace."""
    rulebook = rulebook_of(options)
    item, case = case_of(options, rulebook)
    decision = decide_case(case, rulebook)
    days = decision.made_by.law_on, decision.made_by.facts_on
    if options.json:
        trace = traced(decider(rulebook), item, case, days)
        return write_json({"decision": decision.to_dict(), "trace": trace.to_dict()})
    explained = explanation(decider(rulebook), item, case, days, options.language)
    answered = guide(decision, options.language)
    return write(replace(explained, lead=(*answered.lead, *explained.lead), footer=answered.footer))
