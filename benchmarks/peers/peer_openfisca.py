"""OpenFisca-Core: a variable for each fact, the table as one vectorised formula. It is made for whole populations."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

warnings.filterwarnings("ignore")
import numpy as np  # noqa: E402
from openfisca_core import entities, indexed_enums, periods, taxbenefitsystems, variables  # noqa: E402
from openfisca_core.simulation_builder import SimulationBuilder  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = 200
PERIOD = "2026-03"
NOTHING = 0  # OpenFisca has no null: a month that is none is 0


def _system(table: dict[str, Any]) -> tuple[Any, list[str]]:
    person = entities.Entity("person", "persons", "a person", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])
    enums: dict[str, Any] = {}
    for name, fact in table["facts"].items():
        told: dict[str, Any] = {
            "entity": person,
            "definition_period": periods.DateUnit.MONTH,
            "__module__": __name__,
        }
        if fact["kind"] == "enum":
            enums[name] = indexed_enums.Enum(name, {value: value for value in fact["values"]})
            told |= {"value_type": indexed_enums.Enum, "possible_values": enums[name]}
            told["default_value"] = enums[name][fact["values"][0]]
        else:
            told["value_type"] = bool if fact["kind"] == "bool" else int
        system.add_variable(type(name, (variables.Variable,), told))
    says = [row["then"] for row in table["rows"]]

    def test(values: dict[str, Any], one: dict[str, Any]) -> Any:
        value, constants = values[one["fact"]], one["values"]
        if one["fact"] in enums:
            constants = [enums[one["fact"]][constant] for constant in constants]
        if one["op"] == "true":
            found = value
        elif one["op"] == "none":
            found = value == NOTHING
        elif one["op"] in ("in", "=="):
            found = np.logical_or.reduce([value == constant for constant in constants])
        else:
            found = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}[one["op"]](
                value, constants[0]
            )
        return ~found if one["negated"] else found

    def formula(persons: Any, period: Any) -> Any:
        values = {name: persons(name, period) for name in table["facts"]}
        every = np.ones(persons.count, dtype=bool)
        conditions = [
            np.logical_or.reduce([
                np.logical_and.reduce([every, *(test(values, one) for one in tests)]) for tests in row["any"]
            ])
            for row in table["rows"]
        ]  # fmt: skip
        return np.select(conditions, range(len(says)), default=-1)

    answer = {
        "entity": person, "definition_period": periods.DateUnit.MONTH, "value_type": int, "formula": formula,
        "__module__": __name__,
    }  # fmt: skip
    system.add_variable(type("answer", (variables.Variable,), answer))
    return system, says


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    system, says = _system(table)

    def ask(case: dict[str, Any]) -> object:
        told = {
            name: {PERIOD: NOTHING if value is None and table["facts"][name]["kind"] == "month" else value}
            for name, value in case.items()
        }
        simulation = SimulationBuilder().build_from_entities(system, {"persons": {"p": told}})
        return says[int(simulation.calculate("answer", PERIOD)[0])]

    return ask


def prepare_batch(table: dict[str, Any]) -> Callable[[list[dict[str, Any]]], list[object]]:
    system, says = _system(table)

    def ask_all(cases: list[dict[str, Any]]) -> list[object]:
        simulation = SimulationBuilder().build_default_simulation(system, count=len(cases))
        for name, fact in table["facts"].items():
            told = [case[name] for case in cases]
            if fact["kind"] == "enum":
                place = {value: number for number, value in enumerate(fact["values"])}
                column = np.array([place[value] for value in told], dtype=np.int16)
                values = system.get_variable(name).possible_values.encode(column)
            else:
                values = np.array([NOTHING if value is None else value for value in told])
            simulation.set_input(name, PERIOD, values)
        return [says[number] for number in simulation.calculate("answer", PERIOD)]

    return ask_all
