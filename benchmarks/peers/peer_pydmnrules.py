"""pyDMNrules: a workbook with a glossary, a decision and a table with the hit policy F(irst); cells are FEEL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pyDMNrules
from openpyxl.styles import Border, Side

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = 60


def cell(tests: list[dict[str, Any]]) -> str:
    """Return the tests of one column; FEEL has one unary test in a cell, or several joined by commas for or."""
    if not tests:
        return "-"
    (test,) = tests
    values = ",".join(json.dumps(value) for value in test["values"])
    if test["op"] == "true":
        return "false" if test["negated"] else "true"
    if test["op"] == "none":
        values = "null"
    elif test["op"] not in ("==", "in"):
        values = f"{test['op']} {values}"
    return f"not({values})" if test["negated"] else values


class _Sheet:
    """A sheet whose cells have the borders by which pyDMNrules finds its tables."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.thin, self.double = Side(style="thin"), Side(style="double")

    def put(self, row: int, column: int, value: object, **double: bool) -> None:
        sides = {
            side: self.double if double.get(side) else self.thin
            for side in ("left", "right", "top", "bottom")
        }
        found = self.sheet.cell(row, column, value)
        found.border = Border(**sides)


def workbook(table: dict[str, Any]) -> Any:
    """Return the table as a workbook."""
    columns, book = list(table["facts"]), openpyxl.Workbook()
    book.active.title = "Glossary"
    glossary = _Sheet(book.active)
    for column in range(1, 4):
        glossary.put(1, column, "Glossary - g" if column == 1 else None)
    book.active.merge_cells("A1:C1")
    for column, head in enumerate(("Variable", "Business Concept", "Attribute"), 1):
        glossary.put(2, column, head)
    for row, name in enumerate([*columns, "says"], 3):
        for column, value in enumerate((name, "Case", name), 1):
            glossary.put(row, column, value)
    book.active.merge_cells(start_row=3, start_column=2, end_row=3 + len(columns), end_column=2)
    decision = _Sheet(book.create_sheet("Decision"))
    for row, pair in enumerate(
        (("Decision - d", None), ("Decisions", "Execute Decision Tables"), ("t", "t")), 1
    ):
        for column, value in enumerate(pair, 1):
            decision.put(row, column, value)
    decision.sheet.merge_cells("A1:B1")
    sheet = _Sheet(book.create_sheet("t"))
    sheet.put(1, 1, "t")
    sheet.put(2, 1, "F", bottom=True)
    for column, name in enumerate(columns, 2):
        sheet.put(2, column, name, bottom=True, right=column == len(columns) + 1)
    sheet.put(2, len(columns) + 2, "says", bottom=True, left=True)
    number = 2
    for row in table["rows"]:
        for tests in row["any"]:
            number += 1
            sheet.put(number, 1, number - 2)
            for column, name in enumerate(columns, 2):
                sheet.put(number, column, cell([test for test in tests if test["fact"] == name]))
            sheet.put(number, len(columns) + 2, json.dumps(row["then"]))
    return book


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    engine = pyDMNrules.DMN()
    status = engine.use(workbook(table))
    if "errors" in status:
        raise RuntimeError(status["errors"][:2])

    def ask(case: dict[str, Any]) -> object:
        status, found = engine.decide(dict(case))
        if "errors" in status:
            raise RuntimeError(status["errors"][:1])
        return (found[-1] if isinstance(found, list) else found)["Result"]["says"]

    return ask
