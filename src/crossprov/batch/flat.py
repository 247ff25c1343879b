"""A decision as one row of a frame: the columns that ``contract`` names."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from crossprov.batch.contract import SEPARATOR
from crossprov.rulebook.types import FEN_A_YUAN, constant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crossprov.batch.contract import Contract
    from crossprov.decision import Decision
    from crossprov.rulebook.types import Type

Cell: TypeAlias = bool | int | Decimal | dt.date | str | None


def flat(decision: Decision, columns: Contract) -> dict[str, Cell]:
    """Return what a decision says in the columns of its item on its day, without any text for people."""
    office, conclusions = decision.competent, {one.name: one for one in decision.conclusions}
    found: dict[str, Cell] = {
        "outcome": decision.outcome,
        "reasons": _joined(one.code for one in decision.reasons if one.holds is False),
        "reasons_open": _joined(one.code for one in decision.reasons if one.holds is None),
        "competent": office.division if office is not None else None,
        "competent_place": office.place if office is not None else None,
        "competent_why": office.undetermined if office is not None else None,
        "intake": _joined(one.id for one in decision.intake if one.certain),
        "intake_open": _joined(one.id for one in decision.intake if not one.certain),
        "missing": _joined(one.fact for one in decision.missing),
    }
    for name, type_ in columns.conclusions.items():
        one = conclusions.get(name)
        found[f"conclusion.{name}"] = _cell(one.value if one is not None else None, type_)
        found[f"rule.{name}"] = one.rule if one is not None else None
    mine = [conclusions[name] for name in columns.conclusions if name in conclusions]
    found["conclusions_open"] = _joined(one.name for one in mine if not one.known and not one.refer)
    found["conclusions_refer"] = _joined(one.name for one in mine if one.refer)
    yuan = {one.id: one.yuan for one in decision.amounts}
    due = {step.id: step.due_on for step in decision.steps}
    found |= {f"amount.{name}": _fen(yuan.get(name)) for name in columns.amounts}
    found |= {f"due.{name}": due.get(name) for name in columns.steps}
    return found


def _joined(words: Iterable[str]) -> str:
    return SEPARATOR.join(words)


def _fen(yuan: str | None) -> int | None:
    return None if yuan is None else int(Decimal(yuan) * FEN_A_YUAN)


def _cell(shown: str | None, type_: Type) -> Cell:
    """Return a value as a column holds it, from the text in which a decision states it."""
    match type_.kind:
        case _ if shown is None or type_.kind in ("text", "enum", "place", "month"):
            return shown
        case "set":
            return shown if shown == "none" else SEPARATOR.join(shown.split(", ")) if shown else shown
        case _ if shown == "none":
            return None
        case "bool":
            return shown == "true"
        case "rate":
            return Decimal(shown)
    value = constant(int(shown) if type_.kind == "int" else shown, type_)
    return value if isinstance(value, (int, dt.date)) else None
