"""Drawing towards an outcome: for facts by what the tables of the item want, for cases from its worked examples.

Nothing here is a filter over blind draws. For facts, rows of the tables that settle the outcome are chosen, and
each fact keeps the values that all chosen rows admit; for cases, an example that ends so is changed step by step,
and a step that would end otherwise is not taken.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, cast, get_args

from hypothesis import reject
from hypothesis import strategies as st

from crossprov._errors import CrossprovError, default_language
from crossprov.decide import builtin, decide
from crossprov.decision import Outcome
from crossprov.rulebook.item import Refer, ThenValue
from crossprov.testing.near import changed, examples
from crossprov.testing.tables import Aim, Narrowing
from crossprov.testing.values import unknowns
from crossprov.texts import both

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from crossprov.decision import Decision
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Then
    from crossprov.rulebook.lowering import LoweredTable
    from crossprov.values import Fact, Value

    Decided: TypeAlias = Callable[[Mapping[str, Fact]], Decision]

Plain: TypeAlias = dict[str, Any]

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
_ASKS: Final = "needs_information"
_PRECEDENCE: Final = ("out_of_scope", "ineligible", "refer_to_person")
_KEPT: Final = "cases by outcome"
_ATTEMPTS: Final = 6
_CHANGES: Final = 6
_UNTOLD: Final = 3


# --- cases --------------------------------------------------------------------------------------------------


def cases_ending(rulebook: Rulebook, item: str | None, outcome: str) -> st.SearchStrategy[Plain]:
    """Draw a case of an item (any unless given) that ends with an outcome, near a worked example that does.

    The first such example, unchanged, is the simplest. Raises ``ValueError`` that names the outcomes of the
    examples if none ends so.
    """
    if item is not None:
        return _walk(rulebook, _starting(rulebook, item, outcome))
    named = [name for name in rulebook.item_ids if outcome in ending(rulebook, name)]
    if not named:
        _refuse("*", outcome, {one for name in rulebook.item_ids for one in ending(rulebook, name)})
    return st.sampled_from(named).flatmap(lambda name: cases_ending(rulebook, name, outcome))


def ending(rulebook: Rulebook, item: str) -> Mapping[str, Sequence[Plain]]:
    """Return the worked examples of an item that have a case, by the outcome that they have."""
    kept = cast("dict[str, dict[str, list[Plain]]]", rulebook.kept.setdefault(_KEPT, {}))
    if item not in kept:
        found: dict[str, list[Plain]] = {}
        for case in examples(rulebook, item):
            outcome = _outcome(case, rulebook)
            if outcome is not None:
                found.setdefault(outcome, []).append(case)
        kept[item] = found
    return kept[item]


def _starting(rulebook: Rulebook, item: str, outcome: str) -> Sequence[Plain]:
    found = ending(rulebook, item)
    if outcome not in found:
        _refuse(item, outcome, found.keys())
    return found[outcome]


def _refuse(item: str, outcome: str, reached: Any) -> NoReturn:
    known = ", ".join(one for one in OUTCOMES if one in reached) or "–"
    said = both("finding.outcome_unreachable", item=item, outcome=outcome, reached=known)
    raise ValueError(said.in_(default_language()))


@st.composite
def _walk(draw: st.DrawFn, rulebook: Rulebook, known: Sequence[Plain]) -> Plain:
    """Draw an example and change it step by step; a step that ends otherwise is not taken."""
    case = copy.deepcopy(draw(st.sampled_from(known)))
    wanted = _outcome(case, rulebook)
    for _ in range(draw(st.integers(0, _CHANGES))):
        step = changed(draw, case, rulebook, case["item"])
        if step is not None and _outcome(step, rulebook) == wanted:
            case = step
    return case


def _outcome(case: Plain, rulebook: Rulebook) -> str | None:
    """Return how a case ends; None for one that contradicts itself."""
    try:
        return decide(case, rulebook).outcome
    except CrossprovError:
        return None


# --- facts --------------------------------------------------------------------------------------------------


@st.composite
def facts_ending(
    draw: st.DrawFn,
    rulebook: Rulebook | None,
    item: str,
    on: dt.date,
    outcome: str,
    candidates: Mapping[str, tuple[Value, ...]],
    decided: Decided,
) -> dict[str, Fact]:
    """Draw facts, of some candidates for each, that end with an outcome."""
    book = rulebook or builtin()
    if not aims(book, item, on, outcome):
        _refuse(item, outcome, {one for one in OUTCOMES if aims(book, item, on, one)})
    for _ in range(_ATTEMPTS):
        found = _attempt(draw, book, item, on, outcome, candidates)
        try:
            if found is not None and decided(found).outcome == outcome:
                return found
        except CrossprovError:  # facts that contradict each other where a formula can see it
            continue
    reject()


def _attempt(
    draw: st.DrawFn, rulebook: Rulebook, item: str, on: dt.date, outcome: str, candidates: Mapping[str, Any]
) -> dict[str, Fact] | None:
    """Choose rows that lead to the outcome and values that they admit; None if no such rows go together."""
    lowered = rulebook.lowered(rulebook.item(item), on)
    choices = aims(rulebook, item, on, outcome)
    narrowing = Narrowing(draw, lowered, candidates)
    values = narrowing.solved(choices[draw(st.integers(0, len(choices) - 1))])
    if values is None:
        return None
    found: dict[str, Fact] = {name: draw(st.sampled_from(some)) for name, some in values.items()}
    if outcome == _ASKS:
        types = rulebook.item(item).symbols.facts
        for name in draw(
            st.lists(st.sampled_from(narrowing.used), min_size=1, max_size=_UNTOLD, unique=True)
        ):
            found[name] = draw(unknowns(name, types[name], candidates[name]))
    return found


def aims(rulebook: Rulebook, item: str, on: dt.date, outcome: str) -> list[list[Aim]]:
    """Return the ways to an outcome: what each table must answer, in each of the ways.

    A case ends by the first that does not hold, in the order of precedence; those before it must hold.
    """
    tables = rulebook.lowered(rulebook.item(item), on).tables
    requirements = [one for one in tables if one.source.kind == "requirement"]
    by_rank = {rank: [one for one in requirements if _else(one) == rank] for rank in _PRECEDENCE}
    refer = [one for one in tables if _may_refer(one)]
    if outcome in ("eligible", _ASKS):
        return [[*(Aim(one, _is(True)) for one in requirements), *(Aim(one, _decides) for one in refer)]]
    before = _PRECEDENCE[: _PRECEDENCE.index(outcome)]
    held = [Aim(one, _is(True)) for rank in before for one in by_rank[rank]]
    ways = [[*held, Aim(one, _is(False))] for one in by_rank[outcome] if len(one.rows) > 1]
    if outcome == "refer_to_person":
        ways += [[*held, Aim(one, _refers)] for one in refer]
    return ways


def _else(table: LoweredTable) -> str:
    return next(str(row.rule.else_) for row in table.source.rows if row.rule is not None)  # type: ignore[attr-defined]


def _may_refer(table: LoweredTable) -> bool:
    counts = table.source.kind in ("conclusion", "office") and table.source.each is None
    return counts and not table.source.informative and any(isinstance(row.then, Refer) for row in table.rows)


def _is(truth: bool) -> Callable[[Then], bool]:  # noqa: FBT001 - the truth is the subject
    return lambda then: isinstance(then, ThenValue) and then.value is truth


def _decides(then: Then) -> bool:
    return not isinstance(then, Refer)


def _refers(then: Then) -> bool:
    return isinstance(then, Refer)
