"""Strategies for cases near the worked examples of an item, where answers other than "no" are to be found."""

from __future__ import annotations

import copy
import datetime as dt
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from crossprov._errors import CaseError
from crossprov.calendar import add_months
from crossprov.decide import builtin, read_case
from crossprov.testing._setting import places
from crossprov.testing.edges import edges
from crossprov.values import Month

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crossprov.rulebook.book import Rulebook
    from crossprov.testing.cases import Plain

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}\Z")
_PLACE: Final = re.compile(r"[1-9][0-9]{5}\Z")
_KEPT_AS_THEY_ARE: Final = frozenset({"item", "kind", "documents", "provinces", "step", "uscc"})
_CHANGES: Final = 3
_STEPS: Final = (1, -1, 12, -12)


def near_examples(rulebook: Rulebook | None = None, item: str | None = None) -> st.SearchStrategy[Plain]:
    """Draw a worked example of an item that has a case, with up to three of its values changed or left out.

    A day moves by a day, a month or the length of an edge of the rules, a number by one, a truth value turns, a
    place becomes another. The first example, unchanged, is the simplest. ``item``: any with such an example
    unless given; an item without one draws nothing and is refused with ``ValueError``.
    """
    book = rulebook or builtin()
    if item is None:
        named = [name for name in book.item_ids if any(True for _ in examples(book, name))]
        return st.sampled_from(named).flatmap(partial(near_examples, book))
    known = list(examples(book, item))
    if not known:
        raise ValueError("no_example_with_a_case")
    return _near(book, item, known)


def examples(rulebook: Rulebook, item: str) -> Iterator[Plain]:
    """Yield the worked examples of an item that have a case, each as a whole case."""
    for example in (one.example for one in rulebook.examples(item)):
        if example.case is not None:
            yield _plain({"item": item, "as_of": example.as_of, **example.case})


@st.composite
def _near(draw: st.DrawFn, rulebook: Rulebook, item: str, known: list[Plain]) -> Plain:
    case = draw(st.sampled_from(known))
    for _ in range(draw(st.integers(0, _CHANGES))):
        case = changed(draw, case, rulebook, item) or case
    return case


def changed(draw: st.DrawFn, case: Plain, rulebook: Rulebook, item: str) -> Plain | None:
    """Draw a case with one value changed or left out; None if nobody could read it."""
    found = copy.deepcopy(case)
    path = draw(st.sampled_from(list(_leaves(found))))
    _change(draw, found, path, rulebook, item)
    return found if _is_readable(found) else None


def _plain(value: Any) -> Any:
    """Return what a rule file says as JSON would have it."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, (dt.date, Month)) else value


def _is_readable(case: Plain) -> bool:
    try:
        read_case(case)
    except CaseError:
        return False
    return True


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value that may change, and of every list of records, which may be left out."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in _KEPT_AS_THEY_ARE:
                if isinstance(one, dict) and "records" in one:
                    yield (*path, key)
                yield from _leaves(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _leaves(one, (*path, index))
    else:
        yield path


def _change(draw: st.DrawFn, case: Plain, path: tuple[Any, ...], rulebook: Rulebook, item: str) -> None:
    """Change the value at a path, or leave it out."""
    holder: Any = case
    for part in path[:-1]:
        holder = holder[part]
    key, value = path[-1], holder[path[-1]]
    if path != ("as_of",) and isinstance(holder, dict) and (isinstance(value, dict) or draw(st.booleans())):
        del holder[key]
    else:
        fact = rulebook.vocabulary.facts.get(key) if path[0] == "facts" else None
        named = fact.type.values if fact is not None and fact.type.kind == "enum" else None
        holder[key] = draw(st.sampled_from(named)) if named else _other(draw, value, rulebook, item)


def _other(draw: st.DrawFn, value: Any, rulebook: Rulebook, item: str) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return max(0, value + draw(st.sampled_from(_STEPS)))
    if not isinstance(value, str):
        return value
    for form, other in _FORMS.items():
        if form.match(value):
            return other(draw, value, rulebook, item)
    return value


def _other_day(draw: st.DrawFn, value: str, rulebook: Rulebook, item: str) -> str:
    day = dt.date.fromisoformat(value)
    if draw(st.booleans()):
        return str(day + dt.timedelta(days=draw(st.sampled_from((1, -1)))))
    return str(
        add_months(day, draw(st.sampled_from((1, -1))) * draw(st.sampled_from(edges(rulebook, item).months)))
    )


def _other_month(draw: st.DrawFn, value: str, _rulebook: Rulebook, _item: str) -> str:
    return str(Month.parse(value).plus(draw(st.sampled_from(_STEPS))))


def _other_place(draw: st.DrawFn, _value: str, rulebook: Rulebook, _item: str) -> str:
    return draw(st.sampled_from([code for code, _ in places(rulebook)[0]]))


_FORMS: Final[dict[re.Pattern[str], Callable[[st.DrawFn, str, Rulebook, str], str]]] = {
    _DAY: _other_day, _MONTH: _other_month, _PLACE: _other_place,
}  # fmt: skip
