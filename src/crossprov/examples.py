"""Running the worked examples of the rule files: each states what a case must give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crossprov._errors import CrossprovError, Problem
from crossprov.assembly.answers import run
from crossprov.decide import decider, read_case
from crossprov.facts.book import FactBook, told_fact
from crossprov.rulebook.symbols import closest
from crossprov.rulebook.types import show
from crossprov.rulebook.vocabulary import FactDef
from crossprov.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.decision import Decision, OfficeShown
    from crossprov.models import Case
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.schema import Example, Expectation
    from crossprov.rulebook.vocabulary import Where
    from crossprov.rulebook.worked import Worked
    from crossprov.values import Fact

_OF_THE_PROGRAM: Final = frozenset(
    {"no-office", "not-in-force", "rulebook-gap"}
)  # notices that state no rule


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of an example: every problem, and the decision unless the example could not be decided."""

    problems: tuple[Problem, ...]
    decision: Decision | None


def run_example(rulebook: Rulebook, item: Item, example: Example) -> tuple[Decision, FactBook]:
    """Decide the case, or the facts, of an example; raise what ``decide`` raises. Return its facts as well."""
    case: Case | None = None
    fixed: dict[str, Fact] = {}
    day = example.as_of
    assert day is not None  # INVARIANT: an example that is whole has a day, see ``worked``
    if example.case is not None:
        case = read_case({"item": item.id, "as_of": str(day), **example.case})
    if example.facts is not None:
        fixed = {name: _fixed(rulebook, item, name, raw) for name, raw in example.facts.items()}
    decider_ = decider(rulebook)
    decision = decider_.decide(item.id, case, day, day, day, fixed)
    book = FactBook(decider_.sources, item, case, day, day, fixed)
    if example.expect.facts and item.in_force(day):  # nothing else looks at the facts
        with decider_.engine.deciding():  # enters the conclusions, which the item's own facts may use
            run(decider_.prepared(item, day), book)
    return decision, book


def _fixed(rulebook: Rulebook, item: Item, name: str, raw: object) -> Fact:
    fact: FactDef | None = rulebook.vocabulary.facts.get(name)
    if fact is None and name in item.own_facts:
        where = item.where.at("facts", name)
        fact = FactDef(name, item.symbols.facts[name], item.shape.facts[name], where)
    if fact is None:
        raise CrossprovError([Problem("fact_unknown", {"found": name, "expected": "–"})])
    return told_fact(raw, fact)


def check_examples(rulebook: Rulebook, item: Item) -> Iterator[Problem]:
    """Yield a problem for every example that does not give what it states."""
    for worked in rulebook.examples(item.id):
        yield from examine(rulebook, item, worked).problems


def examine(rulebook: Rulebook, item: Item, worked: Worked) -> Examined:
    """Decide an example and compare what it states; an example that cannot be decided is a problem, too."""
    example, where = worked.example, worked.where
    try:
        decision, book = run_example(rulebook, item, example)
        problems = [
            *_misnamed(example.expect, rulebook, item, where.at("expect")),
            *_compare(example.expect, decision, book, example.id, where.at("expect")),
        ]
        return Examined(tuple(problems), decision)
    except CrossprovError as error:
        reason = "; ".join(problem.text("en") for problem in error.problems)
        return Examined((where.problem("example_unusable", example=example.id, reason=reason),), None)


def _misnamed(expect: Expectation, rulebook: Rulebook, item: Item, where: Where) -> Iterator[Problem]:
    """Yield what is said to be absent and is the name of nothing: that would hold whatever was decided."""
    stated = [("no_reasons", name) for name in expect.no_reasons]
    stated += [("no_notices", name) for name in expect.no_notices]
    stated += [("no_amounts", name) for name in expect.no_amounts]
    if not stated:
        return
    rules = {name for table in item.tables for name in (table.id, *(row.id for row in table.rows))}
    codes = rules | _OF_THE_PROGRAM
    codes |= {name for name, fact in rulebook.vocabulary.facts.items() if fact.shape.adopted is not None}
    for key, name in stated:
        known = codes if key == "no_notices" else rules
        if name not in known:
            near = closest(name, known)
            yield where.at(key).problem("unknown_rule", item=item.id, found=name, expected=near)


def _compare(
    expect: Expectation, decision: Decision, book: FactBook, example: str, where: Where
) -> Iterator[Problem]:
    for what, expected, found in (*_pairs(expect, decision), *_facts(expect, book)):
        if expected != found:
            yield where.problem(
                "example_failed", example=example, what=what, expected=str(expected), found=str(found)
            )


def _pairs(expect: Expectation, decision: Decision) -> Iterator[tuple[str, Any, Any]]:
    """Yield what is stated beside what was decided; only what is stated."""
    if expect.outcome is not None:
        yield "outcome", expect.outcome, decision.outcome
    conclusions = {
        one.name: one.value or ("refer_to_person" if one.refer else None) for one in decision.conclusions
    }
    for name, value in expect.conclusions.items():
        yield f"conclusion {name}", _word(value), conclusions.get(name)
    if expect.competent is not None:
        yield "competent", expect.competent, _where(decision.competent)
    roles = {role.role: _where(role) for role in decision.roles}
    for name, place in expect.roles.items():
        yield f"role {name}", place, roles.get(name, "none")
    yield from _procedure(expect, decision)
    if expect.missing is not None:
        yield "missing", sorted(expect.missing), [missing.fact for missing in decision.missing]
    amounts = {amount.id: amount.yuan for amount in decision.amounts}
    for name, yuan in expect.amounts.items():
        yield f"amount {name}", None if yuan == "none" else yuan, amounts.get(name)
    for name in expect.no_amounts:
        yield f"amount {name}", None, name if name in amounts else None
    yield from _told(expect, decision)


def _procedure(expect: Expectation, decision: Decision) -> Iterator[tuple[str, Any, Any]]:
    """Where to go, what is done by whom and when, and with which papers."""
    lists = (
        ("intake", expect.intake, decision.intake),
        ("steps", expect.steps, decision.steps),
        ("materials", expect.materials, decision.materials),
        ("not_required", expect.not_required, decision.not_required),
    )
    for name, stated, shown in lists:
        if stated is not None:
            yield name, list(stated), [one.id for one in shown]
    actors = {step.id: step.actor for step in decision.steps}
    for name, actor in expect.actors.items():
        yield f"actor {name}", actor, actors.get(name)
    due = {step.id: step.due_on or "none" for step in decision.steps}
    for name, day in expect.due.items():
        yield f"due {name}", day, due.get(name)  # a step that is not there has no due date to speak of
    areas = {one.id: one.anywhere_in or (_where(one.office),) for one in decision.intake}
    for name, places in expect.intake_in.items():
        yield f"intake_in {name}", list(places), list(areas.get(name, ()))


def _told(expect: Expectation, decision: Decision) -> Iterator[tuple[str, Any, Any]]:
    """The codes of what is said: notices, and reasons that do not hold or that decided."""
    codes = {notice.code for notice in decision.notices}
    offices = [role for role in (decision.competent, *decision.roles) if role is not None]
    failed = {reason.code for reason in decision.reasons if reason.holds is not True}
    failed |= {one.rule for one in decision.conclusions if one.rule is not None}
    failed |= {one.rule for one in offices if one.rule is not None}
    for name in expect.notices:
        yield f"notice {name}", name, name if name in codes else None
    for name in expect.no_notices:
        yield f"notice {name}", None, name if name in codes else None
    for name in expect.reasons:
        yield f"reason {name}", name, name if name in failed else None
    for name in expect.no_reasons:
        yield f"reason {name}", None, name if name in failed else None


def _where(office: OfficeShown | None) -> str:
    """Return the division of an office; without one why there is none: nobody acts, or it cannot be named."""
    return "none" if office is None else office.division or office.undetermined or "none"


def _facts(expect: Expectation, book: FactBook) -> Iterator[tuple[str, Any, Any]]:
    for name, value in expect.facts.items():
        type_ = book.item.symbols.facts.get(name)
        if type_ is None:
            yield f"fact {name}", _word(value), "–"
            continue
        found = book.get(name)
        yield f"fact {name}", _word(value), "unknown" if isinstance(found, Unknown) else show(found, type_)


def _word(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
