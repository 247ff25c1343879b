"""Why: requirements, conclusions, papers, amounts, notices and what is missing, from the answers."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from crossprov.assembly.answers import Answer, Special
from crossprov.assembly.outcome import outcome_of_requirement
from crossprov.assembly.show import Shower, text_of
from crossprov.decision import AmountShown, Conclusion, MaterialShown, Missing, NearMiss, Notice, Reason
from crossprov.engine.kinds import near, tests_of
from crossprov.rulebook.item import NOT_APPLICABLE
from crossprov.rulebook.law import in_force
from crossprov.rulebook.types import DISCRETE, show
from crossprov.texts import Text, both, template
from crossprov.values import NONE, Fact, Month, Need, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crossprov.assembly.show import Wording
    from crossprov.engine import Evaluator
    from crossprov.facts.book import FactBook
    from crossprov.rulebook import schema
    from crossprov.rulebook.loading import Law

STREET: Final = "street"
_CHOOSE: Final = frozenset({"conclusion", "office"})  # tables of several rules, of which one applies


def reason(answer: Answer, would_do: WouldDo, shower: Shower) -> Reason:
    """Return a requirement with what decided it; ``would_do`` is what ``near_misses`` found."""
    rule = cast("schema.Requirement", answer.source.rows[0].rule)
    said = shower.said(rule)
    return Reason(
        rule.id, said.name, answer.truth, outcome_of_requirement(answer), said.say,
        shower.facts(answer.tested), said.laws, shower.certainty(rule, answer),
        tuple([_near_miss(name, value, shower) for name, value in would_do]),
    )  # fmt: skip


def conclusion(answer: Answer, shower: Shower) -> Conclusion:
    """Return a conclusion with the row that decided it, or what is still possible."""
    source = answer.source
    rule = shower.row_rule(answer.row)
    said = shower.said(rule) if rule is not None else None
    value, type_ = answer.value, source.type
    row = answer.row.id if answer.row is not None else None
    return Conclusion(
        name=source.id,
        label=shower.label(source.id),
        known=not answer.open_ and not answer.refers,
        value=None if value is None else show(value, type_),
        shown=None if value is None else shower.known(value, type_, source.id),
        possible=tuple(
            [one.value if isinstance(one, Special) else show(one, type_) for one in answer.possible]
        ),
        others=answer.others,
        refer=answer.refers,
        applies=row != NOT_APPLICABLE,
        rule=row,
        say=said.say if said is not None else None,
        facts=shower.facts(answer.tested),
        law=said.laws if said is not None else (),
        confidence=shower.certainty(rule, answer) if rule is not None else None,
        records=tuple([_record(one) for one in answer.records]),
    )


def _record(answer: Answer) -> dict[str, str | None]:
    value = answer.value
    return {
        "conclusion": None if value is None else show(value, answer.source.type),
        "rule": answer.row.id if answer.row is not None else None,
    }


# --- near misses --------------------------------------------------------------------------------------


WouldDo: TypeAlias = "Sequence[tuple[str, Value | None]]"


def near_misses(answer: Answer, evaluate: Evaluator, book: FactBook) -> WouldDo:
    """Return each single fact that, were it otherwise, would make the requirement hold.

    Beside it stands the nearest value that would do, or None if no single value is known. This may ask for
    facts that no rule had looked at, so it needs the case.
    """
    found: list[tuple[str, Value | None]] = []
    for name in answer.tested:
        if isinstance(book.get(name), Unknown):
            continue
        if 0 in evaluate(_instead(book.get, name, Unknown())).rows:
            found.append((name, _nearest(answer, name, evaluate, book.get)))
    return found


def _near_miss(name: str, nearest: Value | None, shower: Shower) -> NearMiss:
    if nearest is None:
        return NearMiss(shower.fact(name), None)
    type_ = shower.item.symbols.facts[name]
    return NearMiss(shower.fact(name), show(nearest, type_), shower.known(nearest, type_, name))


def _instead(get: Callable[[str], Fact], name: str, value: Fact) -> Callable[[str], Fact]:
    return lambda asked: value if asked == name else get(asked)


def _nearest(answer: Answer, name: str, evaluate: Evaluator, get: Callable[[str], Fact]) -> Value | None:
    """Return the value nearest to the present one with which the requirement would hold."""
    now = cast("Value", get(name))
    would_do = [
        value
        for value in dict.fromkeys(_candidates(answer, name))
        if value != now and evaluate(_instead(get, name, value)).rows == (0,)
    ]
    return min(would_do, key=lambda value: distance(now, value), default=None)


def _candidates(answer: Answer, name: str) -> Iterator[Value]:
    """Yield the constants with which the rules compare a fact, and their neighbours."""
    type_ = answer.table.types[name]
    if type_.kind == "bool":
        yield from (True, False)
    elif type_.kind == "enum":
        yield from type_.values or ()
    elif type_.kind in DISCRETE or type_.kind == "place":
        for test in tests_of(answer.table, name):
            yield from (value for value in near(test, type_) if type_.admits(value))


def distance(now: Any, value: Any) -> int | Fraction:
    """Return how far a value is from the present one: days, months, numbers; of other values nothing is said."""
    if isinstance(now, str):
        return 0
    if isinstance(now, dt.date) and isinstance(value, dt.date):
        return abs((value - now).days)
    if isinstance(now, Month) and isinstance(value, Month):
        return abs(value.ordinal - now.ordinal)
    numbers = isinstance(now, (int, Fraction)) and isinstance(value, (int, Fraction))
    return abs(value - now) if numbers else 0


# --- papers, amounts, notices -------------------------------------------------------------------------


def paper(answer: Answer, shower: Shower) -> MaterialShown:
    """Return a paper to be shown, or one that nobody may ask for; certain if its condition surely holds."""
    rule = cast("schema.Material | schema.NotRequired", answer.source.rows[0].rule)
    said = shower.said(rule)
    name = cast("Text", said.name)  # papers have names
    return MaterialShown(rule.id, name, answer.truth is True, said.say, said.laws, said.confidence)


def amount(answer: Answer, shower: Shower) -> AmountShown | None:
    """Return a sum of money, or None where none is due or, if the outcome waits for it, while it is not known.

    A sum that only informs is shown as soon as it is certain that it is due, with what it still wants.
    """
    rule = cast("schema.Amount", answer.source.rows[0].rule)
    yuan: str | None = None
    if answer.value is not None and answer.value is not NONE:
        yuan = show(answer.value, answer.source.type)
    elif not answer.source.informative or NONE in answer.possible:
        return None
    wanted = () if yuan is not None else tuple(missing(answer.needs, shower))
    law, confidence = shower.laws(rule), shower.confidence(rule)
    return AmountShown(rule.id, shower.filled(rule.name), yuan, law, confidence, wanted)


def fee(item: schema.ItemFile, shower: Shower) -> AmountShown | None:
    """Return what the service costs, where the law we know says so."""
    if item.fee is None or not in_force(item.fee.from_, item.fee.through, shower.book.law_on):
        return None
    laws, confidence = shower.laws(item.fee), shower.confidence(item.fee)
    return AmountShown("fee", both("word.fee"), item.fee.amount, laws, confidence)


def notices(answers: Mapping[str, Answer], shower: Shower) -> Iterator[Notice]:
    """Yield the notices of the item, and the adopted readings of the rules that were used."""
    for answer in answers.values():
        if answer.source.kind == "notice" and answer.truth is not False:
            rule = cast("schema.Notice", answer.source.rows[0].rule)
            yield Notice(rule.id, shower.filled(rule.say), answer.truth is True, shower.laws(rule))
    adopting = shower.wording.adopting_tables
    for name, answer in answers.items():
        if name in adopting:
            yield from _readings(answer, shower)
        if Special.GAP in answer.possible:
            yield Notice("rulebook-gap", both("word.rulebook_gap", rule=name), not answer.open_, ())


def _readings(answer: Answer, shower: Shower) -> Iterator[Notice]:
    used = _used(answer)
    # A requirement that holds asks nobody to rely on how it was read; any other rule that applies does.
    if used is None or (answer.source.kind == "requirement" and answer.truth is True):
        return
    code = getattr(used, "id", answer.source.id)
    for rule in (used, *(version.rule for version in shower.versions(answer))):
        if rule.adopted is not None:
            yield Notice(code, shower.filled(rule.adopted), not answer.open_, shower.laws(rule))


def _used(answer: Answer) -> schema.Rule | None:
    """Return the rule of a table that a decision speaks of, if any: not one that certainly does not apply."""
    if answer.source.kind in _CHOOSE:
        return answer.row.rule if answer.row is not None else None
    idle = answer.truth is False and answer.source.kind != "requirement"
    return None if idle else answer.source.rows[0].rule


def named_in_texts(answers: Mapping[str, Answer], wording: Wording, law_on: dt.date) -> Sequence[str]:
    """Return the facts that the texts of a decision name, each once, in the order of the tables."""
    found: dict[str, None] = {}
    for table, answer in answers.items():
        used = _used(answer) if table in wording.naming_tables else None
        if used is not None:
            versions = wording.versions(answer, law_on)
            for rule in (used, *(version.rule for version in versions)):
                found |= dict.fromkeys(wording.named(rule))
    return tuple(found)


def ask_for_named(named: Iterable[str], book: FactBook, wording: Wording) -> None:
    """Work out the facts that the texts of a decision will name, while the case is there to be asked."""
    seen = book.seen()
    for name in named:
        book.get(name)
    naming, before = wording.naming_facts, -1
    while before != len(seen):  # the facts that are asked for may state readings of their own
        before = len(seen)
        for fact, names in naming.items():
            if fact in seen:
                for name in names:
                    book.get(name)


def readings_of_facts(shower: Shower) -> Iterator[Notice]:
    """Yield the adopted readings of the calculated facts that were used."""
    adopting = shower.wording.adopting_facts
    for name in shower.book.seen():
        shape = adopting.get(name)
        if shape is not None and shape.adopted is not None:
            laws = shower.wording.citations(shape.law or ())
            yield Notice(name, shower.filled(shape.adopted), True, laws)


# --- what is missing ----------------------------------------------------------------------------------


def is_question(need: Need, law: Law) -> bool:
    """Return whether somebody could tell what is needed; a gap of the rules is no question to anybody."""
    return need.fact not in law.parameters


def missing(needs: Iterable[Need], shower: Shower) -> Iterator[Missing]:
    """Yield what would have to be supplied, each once."""
    for need in sorted(_merged(needs)):
        if not is_question(need, shower.law):
            continue
        if need.fact in (STREET, "county", "place"):
            label: Text = both(f"word.{need.fact}")
            question: Text | None = both(f"word.ask_{need.fact}")
        else:
            asked = getattr(shower.shape(need.fact), "question", None)
            label, question = shower.label(need.fact), text_of(asked) if asked is not None else None
        yield Missing(need.fact, label, question, need.places, need.everywhere)


def _merged(needs: Iterable[Need]) -> Iterator[Need]:
    """Join the needs of one fact; who needs the records of everywhere needs no single province."""
    by_fact: dict[str, list[Need]] = {}
    for need in needs:
        by_fact.setdefault(need.fact, []).append(need)
    for fact, several in by_fact.items():
        everywhere = any(need.everywhere for need in several)
        places = tuple(sorted({place for need in several for place in need.places}))
        yield Need(fact, () if everywhere else places, everywhere)


def gaps(needs: Iterable[Need], shower: Shower) -> Iterator[Notice]:
    """Yield a notice for every value that the law we know does not have."""
    for name in sorted({need.fact for need in needs if need.fact in shower.law.parameters}):
        label = shower.label(name)
        day = Text(str(shower.book.law_on), str(shower.book.law_on))
        words = template("word.parameter_gap").filled(name=label, day=day)
        yield Notice(name, words, True, ())


def not_in_force(item: schema.ItemFile) -> Notice:
    """Return the notice that an item has no rules on the day asked about."""
    if item.before is not None:
        words = text_of(item.before)
    else:
        through = str(item.through) if item.through is not None else "…"
        words = both("word.not_in_force", since=item.from_, through=through)
    return Notice("not-in-force", words, True, ())


def not_served() -> Notice:
    """Return the notice that an item is not open to this kind of applicant."""
    return Notice("not-served", both("word.not_served"), True, ())
