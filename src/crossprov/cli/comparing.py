"""The command ``diff``: what two rulebooks, or two days, decide differently."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Final

from crossprov._errors import UnknownItemError
from crossprov.cli.errors import DONE, PROBLEMS, wrong
from crossprov.cli.options import read_day, rulebook_of
from crossprov.cli.output import write_json
from crossprov.cli.proving import UNSETTLED, days_of, label_of, needs_z3, write_lines
from crossprov.texts import text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from crossprov.proof.compare import Change
    from crossprov.rulebook.book import Rulebook

_SAID: Final = frozenset({"intake", "step", "material", "not_required", "notice"})


def diff(options: argparse.Namespace) -> int:
    """Compare two directories of rules, or two days; write what differs, with a case decided by both."""
    needs_z3(options.language)
    old, new = _rulebook(options, options.old), _rulebook(options, options.new or options.old)
    if options.new is None and options.between is None:
        raise wrong(options.language, "diff_of_nothing")
    found: list[Change] = []
    for name in _items(options, old, new):
        changes = list(_changes(options, old, new, name))
        found += changes
        if not options.json:
            write_lines(_lines(name, changes, old, new, options.language))
    if options.json:
        write_json([dataclasses.asdict(one) for one in found])
    verdicts = {one.verdict for one in found}
    if not options.json:
        key = "proof.diff_some" if verdicts else "proof.diff_none"
        sys.stdout.write(text(key, options.language, n=len(found)) + "\n")
        sys.stdout.write(text("proof.diff_beyond", options.language) + "\n")
    return PROBLEMS if "differs" in verdicts else UNSETTLED if verdicts else DONE


def _rulebook(options: argparse.Namespace, root: str | None) -> Rulebook:
    return rulebook_of(Namespace(rules=root, language=options.language, functions=options.functions))


def _items(options: argparse.Namespace, old: Rulebook, new: Rulebook) -> list[str]:
    known = list(dict.fromkeys([*old.item_ids, *new.item_ids]))
    if options.item is None:
        return known
    for rulebook in (new, old):
        with contextlib.suppress(UnknownItemError):
            return [rulebook.item(options.item).id]
    raise wrong(options.language, "item_unknown", n=len(known))


def _changes(options: argparse.Namespace, old: Rulebook, new: Rulebook, name: str) -> Iterator[Change]:
    from crossprov.proof.beyond import beyond
    from crossprov.proof.compare import Change, Side, compare, compare_days
    from crossprov.proof.replay import Program

    if name not in old.item_ids or name not in new.item_ids:
        code = "added" if name not in old.item_ids else "removed"
        yield Change(name, code, name, "differs", (), {})
        return
    sides = Side(Program(old), old.item(name)), Side(Program(new), new.item(name))
    if options.between is None and options.on is None:
        yield from compare(*sides)
        yield from beyond(*sides)
        return
    days = _days(options)
    begun = [side.item.in_force(day) for side, day in zip(sides, days, strict=True)]
    if all(begun):
        yield from compare_days(sides[0], days[0], sides[1], days[1])
        yield from beyond(*sides, (days[0], days[1]))
    elif any(begun):
        code = "added" if begun[1] else "removed"
        yield Change(name, code, name, "differs", ((str(days[0]), str(days[1])),), {})


def _days(options: argparse.Namespace) -> list[dt.date]:
    if options.between is None:
        return [read_day(options.on, "--on", options.language)] * 2
    return [read_day(day, "--between", options.language) for day in options.between]


def _lines(name: str, changes: list[Change], old: Rulebook, new: Rulebook, language: str) -> Iterator[str]:
    if not changes:
        yield text("proof.same", language, item=name)
    for change in changes:
        said = text(f"proof.change_{change.code}", language, subject=_subject(change, language))
        key = "proof.changes" if change.verdict == "differs" else "proof.changes_perhaps"
        yield text(key, language, item=name, said=said)
        yield from days_of([(first, _last(last)) for first, last in change.days], language)
        for fact, value in change.facts.items():
            yield text(
                "proof.fact", language, label=_label(fact, name, old, new, language), name=fact, value=value
            )
        if change.before:
            before, after = (_value(change, one, language) for one in (change.before, change.after))
            yield text("proof.before_after", language, before=before, after=after)


def _last(day: str) -> str | None:
    return None if day.startswith(str(dt.date.max.year)) else day


def _subject(change: Change, language: str) -> str:
    if change.code != "outcome":
        return change.subject
    before, _, after = change.subject.partition("→")
    outcomes = [text(f"report.outcome_{one}", language) for one in (before, after)]
    return text("proof.arrow", language, before=outcomes[0], after=outcomes[1])


def _value(change: Change, value: str, language: str) -> str:
    if change.code == "outcome":
        return text(f"report.outcome_{value}", language)
    return text(f"proof.{value}", language) if change.code in _SAID else value


def _label(fact: str, item: str, old: Rulebook, new: Rulebook, language: str) -> str:
    for rulebook in (new, old):
        found = label_of(fact, rulebook.item(item), rulebook, language)
        if found is not None:
            return found
    return fact
