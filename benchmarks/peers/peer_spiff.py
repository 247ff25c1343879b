"""SpiffWorkflow's DMN engine, used without a workflow: DMN XML whose cells are Python expressions over `?`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = 300
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
TYPES = {"bool": "boolean", "int": "integer", "month": "integer", "enum": "string"}


def cell(tests: list[dict[str, Any]]) -> str:
    """Return the tests of one column."""
    return " and ".join(_one(test) for test in tests)


def _one(test: dict[str, Any]) -> str:
    values = test["values"]
    if test["op"] == "true":
        return f"? is {not test['negated']}"
    if test["op"] == "none":
        return f"? is {'not ' if test['negated'] else ''}None"
    found = f"? in {tuple(values)!r}" if test["op"] == "in" else f"? {test['op']} {values[0]!r}"
    return f"not ({found})" if test["negated"] else found


def xml(table: dict[str, Any]) -> str:
    """Return the table as DMN; UNIQUE is how its loop over the rows stops at the first."""
    columns = list(table["facts"])
    parts = [
        f'<definitions xmlns="{DMN}" id="d" name="d" namespace="x"><decision id="t" name="t">',
        '<decisionTable id="dt" hitPolicy="UNIQUE">',
    ]
    for n, name in enumerate(columns):
        type_ = TYPES[table["facts"][name]["kind"]]
        parts.append(
            f'<input id="i{n}" label="{name}"><inputExpression id="ie{n}" typeRef="{type_}"><text>{name}</text>'
            "</inputExpression></input>"
        )
    parts.append('<output id="o" name="says" typeRef="string" />')
    number = 0
    for row in table["rows"]:
        for tests in row["any"]:
            parts.append(f'<rule id="r{number}">')
            for n, name in enumerate(columns):
                text = escape(cell([test for test in tests if test["fact"] == name]))
                parts.append(f'<inputEntry id="e{number}_{n}"><text>{text}</text></inputEntry>')
            parts.append(f'<outputEntry id="o{number}"><text>"{row["then"]}"</text></outputEntry></rule>')
            number += 1
    parts.append("</decisionTable></decision></definitions>")
    return "".join(parts)


class _Spec:
    name = bpmn_id = bpmn_name = file = "t"
    lineno = line_number = 0


class _Workflow:
    script_engine = PythonScriptEngine()


class _Task:
    """As much of a task of a workflow as the engine looks at."""

    workflow, task_spec = _Workflow(), _Spec()

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    parser = DMNParser(None, etree.fromstring(xml(table)), {"dmn": DMN})
    parser.parse()
    engine = DMNEngine(parser.decision.decisionTables[0])

    def ask(case: dict[str, Any]) -> object:
        found = engine.result(_Task(dict(case)))
        return found["says"] if found else None

    return ask
