"""What docs/architecture.md says of the rooms: all of them stand in its table, and each knows only those above it."""

import ast
import re
from pathlib import Path

import crossprov

PACKAGE = Path(crossprov.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
DOORS = {"__init__", "__main__", "_version", "rules"}  # the face and the start of the program know everything
# A convenience of `Decision` leads to the record of it, from inside a method.
KNOWN = {("decision", "audit")}


def rows():
    """The rooms of the table, row by row from the foundation up."""
    table = PAGE.read_text(encoding="utf-8").split("## The rooms")[1].split("##")[0]
    cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    return [
        [name.removesuffix(".py").strip("/") for name in re.findall(r"`([^`]+)`", cell)] for cell in cells
    ]


def imports(room):
    """The rooms that the files of a room import, wherever in a file and also only for types."""
    files = PACKAGE.joinpath(room).rglob("*.py") if (PACKAGE / room).is_dir() else [PACKAGE / f"{room}.py"]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("crossprov"):
                continue
            inside = node.module.split(".")[1:2] or [name.name for name in node.names]
            yield from (
                name for name in inside if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists()
            )


def test_every_room_stands_in_the_table():
    there = {
        path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {room for row in rows() for room in row} == there - DOORS


def test_a_room_imports_only_what_stands_above_it():
    level = {room: number for number, row in enumerate(rows()) for room in row}
    wrong = {
        (room, other)
        for room in level
        for other in imports(room)
        if other not in DOORS and level[other] > level[room]
    }
    assert wrong == KNOWN
