"""CLIPS by clipspy: a template for the case, a rule for each alternative, salience for the order of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import clips

if TYPE_CHECKING:
    from collections.abc import Callable


def field(values: list[Any]) -> str:
    return "|".join(map(symbol, values))


def symbol(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def pattern(test: dict[str, Any]) -> str:
    """Return a test as the pattern of a slot."""
    name, op = test["fact"], test["op"]
    if op in ("true", "none", "==", "in"):
        values = {"true": [True], "none": [None]}.get(op, test["values"])
        found = "&".join(f"~{symbol(value)}" for value in values) if test["negated"] else field(values)
        return f"({name} {found})"
    compared = f"({op} ?x {symbol(test['values'][0])})"
    return f"({name} ?x&:{f'(not {compared})' if test['negated'] else compared})"


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    engine = clips.Environment()
    engine.build(
        "(deftemplate case " + " ".join(f"(slot {name} (default unknown))" for name in table["facts"]) + ")"
    )
    engine.build("(deftemplate answer (slot says))")
    number = 0
    for place, row in enumerate(table["rows"]):
        for tests in row["any"]:
            slots: dict[str, str] = {}
            for test in tests:
                slots[test["fact"]] = pattern(test)
            engine.build(
                f"(defrule r{number} (declare (salience {1_000 - place})) (not (answer))"
                f" (case {' '.join(slots.values())}) => (assert (answer (says {row['then']}))))"
            )
            number += 1
    case_of, answers, symbols = engine.find_template("case"), engine.find_template("answer"), clips.Symbol

    def ask(case: dict[str, Any]) -> object:
        engine.reset()
        case_of.assert_fact(**{
            name: value if isinstance(value, int) and not isinstance(value, bool) else symbols(symbol(value))
            for name, value in case.items()
        })  # fmt: skip
        engine.run()
        return next((str(fact["says"]) for fact in answers.facts()), None)

    return ask
