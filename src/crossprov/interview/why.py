"""Why a question is asked: the rules that wait for its answer, in words and with their law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.assembly.show import Shower, text_of
from crossprov.interview.question import Why
from crossprov.texts import Text, both, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.assembly.answers import Answer
    from crossprov.decision import LawRef
    from crossprov.look import Look

_COMPETENT: Final = "competent"
_CHOOSE: Final = frozenset({"conclusion", "office"})
_MOST: Final = 5
_MOST_LAWS: Final = 6


def why(look: Look, fact: str) -> tuple[Why, ...]:
    """Return the first few rules that wait for a fact, those that can end the matter first."""
    found: dict[tuple[str, Text], Why] = {}
    shower = Shower(look.law, look.item, look.book)
    for answer in look.waiting(fact):
        one = _why(look, answer, fact, shower)
        found.setdefault((one.kind, one.text), one)
    return tuple(found.values())[:_MOST]


def _why(look: Look, answer: Answer, fact: str, shower: Shower) -> Why:
    source = answer.source
    rule = next((row.rule for row in source.rows if row.rule is not None), None)
    if rule is None or source.kind in _CHOOSE:
        laws = tuple(dict.fromkeys(_laws(look, answer, fact, shower)))[:_MOST_LAWS]
        return Why(source.kind, source.id, _named(answer, shower), laws, None)
    said = shower.said(rule)
    return Why(source.kind, source.id, said.name or _named(answer, shower), said.laws, said.confidence)


def _named(answer: Answer, shower: Shower) -> Text:
    """Return what a table is for."""
    kind, name = answer.source.kind, answer.source.id
    if kind == "office":
        role = shower.item.shape.offices[name]
        if name == _COMPETENT or role.name is None:
            return both("form.for.competent" if name == _COMPETENT else "form.for.other")
        return template("form.for.office").filled(name=text_of(role.name))
    if kind == "conclusion":
        return template("form.for.conclusion").filled(name=shower.label(name))
    if kind in ("requirement", "intake", "limit"):
        return both(f"form.for.{kind}")
    rule = next((row.rule for row in answer.source.rows if row.rule is not None), None)
    words = getattr(rule, "name", None)
    if kind in ("step", "material", "amount") and words is not None:
        return template(f"form.for.{kind}").filled(name=shower.filled(words))
    return both("form.for.other")


def _laws(look: Look, answer: Answer, fact: str, shower: Shower) -> Iterator[LawRef]:
    """Yield the laws of the rows that test the fact, or what it would tell; of all rows, if none does."""
    told = {fact, *look.settled_by(fact)}
    rows = zip(answer.source.rows, answer.table.rows, strict=True)
    testing = [
        row.rule
        for row, lowered in rows
        if any(test.fact in told for alternative in lowered.alternatives for test in alternative)
    ]
    for rule in testing or [row.rule for row in answer.source.rows]:
        if rule is not None:
            yield from shower.laws(rule)
