"""Strategies for conditions as rule files write them: tests of facts, joined by ``and``, ``or`` and ``not``."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from crossprov.rulebook.types import NUMBERS, ORDERED, Type, show

if TYPE_CHECKING:
    from crossprov.values import Value

_EQUAL: Final = ("==", "!=")
_ORDER: Final = ("==", "!=", "<", "<=", ">", ">=")
_LISTED: Final = 3


def written(value: Value, type_: Type) -> str:
    """Return a value as a constant of an expression."""
    bare = isinstance(value, (bool, Fraction)) or (isinstance(value, int) and type_.kind != "money")
    return show(value, type_) if bare else f"'{show(value, type_)}'"


def tests(
    name: str, type_: Type, constants: st.SearchStrategy[str], compared: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    """Draw a test of one fact, of every form that its type allows.

    ``constants`` draws a constant as written, ``compared`` what else the fact may be compared with: such a
    constant, or a parameter.
    """
    if type_.kind == "set":
        pair = st.tuples(st.sampled_from(type_.values or ()), st.sampled_from(("in", "not in")))
        return pair.map(lambda it: f"'{it[0]}' {it[1]} {name}")
    comparison = st.tuples(st.sampled_from(_ORDER if type_.kind in ORDERED else _EQUAL), compared)
    listed = st.tuples(
        st.sampled_from(("in", "not in")), st.lists(constants, min_size=1, max_size=_LISTED, unique=True)
    )
    forms = [
        comparison.map(lambda it: f"{name} {it[0]} {it[1]}"),
        comparison.map(lambda it: f"{it[1]} {it[0]} {name}"),
        listed.map(lambda it: f"{name} {it[0]} [{', '.join(it[1])}]"),
    ]
    if type_.kind in NUMBERS | {"date", "month"}:
        between = st.tuples(constants, constants)
        forms.append(between.map(lambda it: f"{it[0]} <= {name} < {it[1]}"))
    if type_.kind == "bool":
        forms.insert(0, st.just(name))
    if type_.optional:
        forms += [st.just(f"{name} is none"), st.just(f"{name} is not none")]
    return st.one_of(forms)


def joined(leaf: st.SearchStrategy[str], leaves: int) -> st.SearchStrategy[str]:
    """Draw a condition of at most so many tests, joined by ``and``, ``or`` and ``not``."""
    return st.recursive(
        leaf,
        lambda inner: (
            inner.map("not ({})".format)
            | st.tuples(inner, st.sampled_from(("and", "or")), inner).map(
                lambda it: f"({it[0]} {it[1]} {it[2]})"
            )
        ),
        max_leaves=leaves,
    )
