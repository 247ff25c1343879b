"""Ready-made property tests of a whole rulebook, by one line in a user's test file.

    TestMine = suite("path/to/rules")

Each property is a function of this module that draws what it needs; its name is the name of the test.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossprov._errors import CaseError
from crossprov.decide import builtin, decide
from crossprov.rulebook.book import Rulebook
from crossprov.testing._setting import places
from crossprov.testing.cases import cases, days
from crossprov.testing.facts import decide_facts, facts
from crossprov.testing.less import (
    issued_elsewhere,
    less_told,
    lists_of,
    provinces_in,
    reordered,
    without_province,
)
from crossprov.testing.near import examples, near_examples
from crossprov.testing.properties import (
    assert_due_in_order,
    assert_law_in_force,
    assert_no_other_answer,
    assert_nothing_personal,
    assert_same_answer,
    assert_same_offices,
)
from crossprov.testing.rules import assert_days_agree, assert_rules_no_older_than_law

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from crossprov.decision import Decision
    from crossprov.testing.cases import Plain

_WHERE_ASKED: Final = "applied_at"
_EARLIER: Final = 60  # days
_SHARE: Final = 8  # every test runs for every item, so each takes this part of the examples of the profile
_ALIKE: Final = ("functions", "directory", "workdays")
_NOBODY: Final = "赵钱孙李"
_SLOW: Final = frozenset({"engines_agree_on_cases"})  # the reference tries every completion


def suite(
    rulebook: str | Path | Rulebook | None = None,
    *,
    items: Collection[str] | None = None,
    engines: Sequence[str] = ("index", "reference"),
    functions: Sequence[str] = (),
    without: Collection[str] = (),
    max_examples: int | None = None,
) -> type:
    """Return a class of pytest tests: what must hold of every item of a rulebook.

    ``rulebook`` is a directory or a loaded rulebook, the one that comes with the library unless given;
    ``functions`` are the packages of its facts. The first of ``engines`` decides, the others must agree.
    ``items`` are all unless given; ``without`` names tests to leave out. Each test draws ``max_examples``
    cases of each item, an eighth of the hypothesis profile unless given. Raises ``RulebookError``, and
    ``ValueError`` for a name in ``without`` that is no test.
    """
    import pytest  # noqa: PLC0415 - strategies are used without pytest, too

    unknown = set(without) - PROPERTIES.keys()
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    tried = Tried.of(rulebook, engines, functions)
    every_item = pytest.mark.parametrize("item", sorted(items or tried.rulebook.item_ids))
    tests = {
        f"test_{name}": every_item(_test(name, tried, max_examples))
        for name in PROPERTIES
        if name not in without
    }
    return type("RulebookSuite", (), {"__doc__": suite.__doc__, **tests})


def _test(name: str, tried: Tried, max_examples: int | None) -> Callable[..., None]:
    """Return a property as a test method; each suite has its own, as hypothesis keeps state with a test."""
    held = PROPERTIES[name]

    def test(self: object, item: str, data: st.DataObject) -> None:  # noqa: ARG001 - pytest makes an object
        held(tried, item, data)

    test.__name__, test.__qualname__, test.__doc__ = f"test_{name}", f"suite.test_{name}", held.__doc__
    profile = settings().max_examples
    some = max_examples or max(1, profile // _SHARE // (2 if name in _SLOW else 1))
    quiet = settings(max_examples=some, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    return quiet(given(data=st.data())(test))


@dataclass(frozen=True)
class Tried:
    """A rulebook under test, once for each engine."""

    rulebook: Rulebook
    others: tuple[Rulebook, ...]

    @classmethod
    def of(
        cls, rulebook: str | Path | Rulebook | None, engines: Sequence[str], functions: Sequence[str]
    ) -> Tried:
        """Load a rulebook for each engine."""
        more: dict[str, Any] = {"functions": tuple(functions)}
        if isinstance(rulebook, Rulebook):
            root, more = rulebook.root, {name: getattr(rulebook, name) for name in _ALIKE}
        else:
            root = Path(rulebook) if rulebook is not None else builtin().root
        first, *others = (Rulebook.load(root, engine=engine, **more) for engine in engines)
        return cls(first, tuple(others))

    def drawn(self, item: str) -> st.SearchStrategy[Plain]:
        """Draw a case of an item, near a worked example where there is one."""
        some = cases(self.rulebook, item)
        return some | near_examples(self.rulebook, item) if any(examples(self.rulebook, item)) else some

    def answer(self, case: Mapping[str, Any], rulebook: Rulebook | None = None) -> Decision | None:
        """Decide a case; None where it contradicts itself."""
        return _told(lambda: decide(case, rulebook or self.rulebook))

    @cached_property
    def decided_where_asked(self) -> frozenset[str]:
        """The items that the law has decided by the office that is asked: there intake and competence are one."""
        own = {
            name for name, fact in self.rulebook.vocabulary.facts.items() if fact.shape.given == _WHERE_ASKED
        }
        return frozenset(
            item.id
            for item in self.rulebook.items()
            for row in item.shape.offices["competent"].rows
            if row.then in own
        )

    @cached_property
    def windows(self) -> tuple[str, ...]:
        """Places in which somebody may hand in a case: of both sides, and of neither."""
        return tuple(code for code, _ in places(self.rulebook)[0])


def _told(decided: Callable[[], Decision]) -> Decision | None:
    """Return a decision, or None for what contradicts itself; who looks at other facts may not see that."""
    try:
        return decided()
    except CaseError:
        return None


# --- the properties -----------------------------------------------------------------------------------------


def engines_agree_on_cases(tried: Tried, item: str, data: st.DataObject) -> None:
    """Every engine gives one answer to a case."""
    case = data.draw(tried.drawn(item), label="case")
    found = tried.answer(case)
    for other in tried.others:
        _assert_same(found, tried.answer(case, other))


def engines_agree_on_facts(tried: Tried, item: str, data: st.DataObject) -> None:
    """Every engine gives one answer to facts, known, unknown or none, that no records stand behind."""
    on = data.draw(days(tried.rulebook, item), label="on")
    told = data.draw(facts(item, on, tried.rulebook), label="facts")
    found = _told(lambda: decide_facts(told, item, on, tried.rulebook))
    for other in tried.others:
        _assert_same(found, _told(lambda rules=other: decide_facts(told, item, on, rules)))  # type: ignore[misc]


def every_law_cited_is_in_force(tried: Tried, item: str, data: st.DataObject) -> None:
    """What a decision cites is in force on the day on which it must be."""
    for found in _decided(tried, data.draw(tried.drawn(item), label="case")):
        assert_law_in_force(found, tried.rulebook)


def no_rule_is_older_than_its_law(tried: Tried, item: str, _data: st.DataObject) -> None:
    """Every rule cites law that is in force for as long as the rule is; nothing is drawn for that."""
    assert_rules_no_older_than_law(tried.rulebook, item)


def changes_of_law_agree(tried: Tried, item: str, _data: st.DataObject) -> None:
    """No two changes of the law of an item lie but a day or two apart; nothing is drawn for that."""
    assert_days_agree(tried.rulebook, item)


def a_province_withheld_changes_no_answer(tried: Tried, item: str, data: st.DataObject) -> None:
    """Without the records of a province a question may open; no answer becomes another."""
    case = data.draw(tried.drawn(item), label="case")
    province = data.draw(st.sampled_from(provinces_in(case, tried.rulebook)), label="province")
    path = data.draw(st.sampled_from([None, *lists_of()]), label="list")
    less = without_province(case, province, rulebook=tried.rulebook, lists=None if path is None else [path])
    for full in _decided(tried, case):
        for found in _decided(tried, less):
            assert_no_other_answer(found, full)


def a_fact_not_told_changes_no_answer(tried: Tried, item: str, data: st.DataObject) -> None:
    """Missing is monotone: with a fact left out a question may open; no answer becomes another."""
    case = data.draw(tried.drawn(item), label="case")
    for full in _decided(tried, case):
        for _, less in less_told(case):
            for found in _decided(tried, less):
                assert_no_other_answer(found, full)


def intake_never_moves_competence(tried: Tried, item: str, data: st.DataObject) -> None:
    """Whichever window takes a case in, the same offices act."""
    case = data.draw(tried.drawn(item), label="case")
    window = data.draw(st.sampled_from(tried.windows), label="window")
    for found in _decided(tried, case) if item not in tried.decided_where_asked else ():
        for other in _decided(tried, {**case, "applied_at": window}):
            assert_same_offices(found, other)


def the_order_of_records_does_not_matter(tried: Tried, item: str, data: st.DataObject) -> None:
    """The lists of a case may come in any order."""
    case = data.draw(tried.drawn(item), label="case")
    _assert_same(tried.answer(case), tried.answer(data.draw(reordered(case), label="in another order")))


def where_a_number_was_issued_does_not_matter(tried: Tried, item: str, data: st.DataObject) -> None:
    """The first digits of an identity number say nothing of where a person lives or is insured."""
    case = data.draw(tried.drawn(item), label="case")
    place = data.draw(st.sampled_from(tried.windows), label="issued in")
    _assert_same(tried.answer(case), tried.answer(issued_elsewhere(case, place)))


def time_limits_do_not_run_backwards(tried: Tried, item: str, data: st.DataObject) -> None:
    """No limit ends before it starts, and who applies later need not be served earlier."""
    case = data.draw(tried.drawn(item), label="case")
    both = [case]
    if "applied_on" in case:
        back = dt.timedelta(days=data.draw(st.integers(0, _EARLIER), label="days earlier"))
        both.append({**case, "applied_on": str(dt.date.fromisoformat(case["applied_on"]) - back)})
    assert_due_in_order(*(found for one in both for found in _decided(tried, one)))


def nothing_personal_is_shown(tried: Tried, item: str, data: st.DataObject) -> None:
    """No number or name of a case comes back in its decision."""
    case = data.draw(tried.drawn(item), label="case")
    case = {**case, "applicant": {**case["applicant"], "name": _NOBODY}}
    for found in _decided(tried, case):
        assert_nothing_personal(found, case)


def _decided(tried: Tried, case: Mapping[str, Any]) -> Iterator[Decision]:
    found = tried.answer(case)
    if found is not None:
        yield found


def _assert_same(one: Decision | None, other: Decision | None) -> None:
    # What contradicts itself is refused by who looks at it, and engines look at different facts.
    if one is not None and other is not None:
        assert_same_answer(one, other)


_Property: TypeAlias = "Callable[[Tried, str, st.DataObject], None]"

PROPERTIES: Final[Mapping[str, _Property]] = {
    held.__name__: held
    for held in (
        engines_agree_on_cases,
        engines_agree_on_facts,
        every_law_cited_is_in_force,
        no_rule_is_older_than_its_law,
        changes_of_law_agree,
        a_province_withheld_changes_no_answer,
        a_fact_not_told_changes_no_answer,
        intake_never_moves_competence,
        the_order_of_records_does_not_matter,
        where_a_number_was_issued_does_not_matter,
        time_limits_do_not_run_backwards,
        nothing_personal_is_shown,
    )
}
"""The tests of a suite by name."""
