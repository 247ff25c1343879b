"""The stages of a decision, each as a call that can be timed alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crossprov import Rulebook, decide, read_case
from crossprov.calendar import today
from crossprov.decide import decider
from crossprov.engine import durable
from crossprov.facts.book import FactBook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from plain import PlainAnswer

    from crossprov import Case

# The second reading is in processes of its own; only a part of it shows as time of this one.
ENGINES: Final = ("index", *(("checked", "durable") if durable.installed() else ()), "reference")

Stage: TypeAlias = Literal["reading", "facts", "rules", "assembly", "whole decision", "read whole"]


def decided(text: str, engine: str) -> tuple[PlainAnswer, Case]:
    """Return of a decision what the plain function answers, and the case read."""
    case = read_case(text)
    decision = decide(case, Rulebook.load(engine=engine))
    due: dict[str, dt.date] = {}
    for step in decision.steps:
        days = [limit.day for limit in step.due if limit.certain and limit.day is not None]
        if days:
            due[step.id] = min(days)
    return (decision.conclusion("account_type").value, due), case


def stages(text: str, engine: str) -> dict[Stage, Callable[[], object]]:
    """Return the stages of deciding a case.

    ``facts`` works out every fact that the decision needs, ``rules`` answers the tables when all facts are
    known already, ``assembly`` makes a decision of the answers. The whole decision starts from a ``Case``, and
    puts nothing into words that is not read; ``read whole`` reads all of it, as plain data.
    """
    rulebook = Rulebook.load(engine=engine)
    case = read_case(text)
    decider_ = decider(rulebook)
    item = rulebook.item(str(case.item))
    day = case.as_of or today()
    book = FactBook(decider_.sources, item, case, day, day)
    prepared = decider_.prepared(item, day)
    answers = prepared.run(book)
    made_by = decide(case, rulebook).made_by
    facts = dict(book.seen())
    concluded = {name: facts[name] for name in item.shape.conclusions if name in facts}

    def work_out_facts() -> None:
        fresh = FactBook(decider_.sources, item, case, day, day, concluded)
        for name in facts:
            fresh.get(name)

    def answer_tables() -> None:
        with decider_.engine.deciding():
            known = FactBook(decider_.sources, item, case, day, day, facts)
            known.fixed = False  # they were worked out from the case, and not given
            prepared.run(known)

    def assemble() -> None:
        with decider_.engine.deciding():
            decider_.assembly(book, prepared, answers).decision(made_by)

    return {
        "reading": lambda: read_case(text),
        "facts": work_out_facts,
        "rules": answer_tables,
        "assembly": assemble,
        "whole decision": lambda: decide(case, rulebook),
        "read whole": lambda: decide(case, rulebook).to_dict(),
    }
