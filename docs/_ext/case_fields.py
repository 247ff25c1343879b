"""The fields of a case as tables, from the JSON Schema that the models give of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import crossprov

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

_HEADS = ("field 字段", "value 取值", "meaning 含义")
_PATTERNS = {"[1-9][0-9]{5}": "division code 行政区划代码", "[0-9]{4}-[0-9]{2}": "month 年月"}


class CaseFields(SphinxDirective):
    """``{case-fields}``: a section for each model that a case is made of, with its fields."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        schema = crossprov.Case.model_json_schema()
        models = {"Case": schema} | schema["$defs"]
        return [self._section(name, model) for name, model in models.items() if "properties" in model]

    def _section(self, name: str, model: dict[str, Any]) -> nodes.section:
        section = nodes.section(ids=[_anchor(name)], names=[name.lower()])
        section += nodes.title(name, name)
        if said := model.get("description"):
            section += nodes.paragraph(said, said.split("\n\n")[0].replace("\n", " "))
        required = set(model.get("required", ()))
        rows = [
            (
                [nodes.literal(field, field), nodes.Text(" *" if field in required else "")],
                list(_value(shape)),
                [nodes.Text(shape.get("description", ""))],
            )
            for field, shape in model["properties"].items()
        ]
        section += _table(rows)
        return section


def _anchor(name: str) -> str:
    return "case-" + name.split("[", maxsplit=1)[0].lower().replace("_", "-")


def _value(shape: dict[str, Any]) -> Iterator[nodes.Node]:
    """Say what a field takes; ``null`` is left out, since an absent field says the same."""
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        yield nodes.reference(name, name, refid=_anchor(name), internal=True)
    elif "enum" in shape or "const" in shape:
        for index, one in enumerate(shape.get("enum", [shape.get("const")])):
            yield nodes.Text(" | " if index else "")
            yield nodes.literal(str(one), str(one))
    elif "anyOf" in shape or "oneOf" in shape:
        options = [one for one in shape.get("anyOf", shape.get("oneOf")) if one.get("type") != "null"]
        for index, one in enumerate(options):
            yield nodes.Text(" | " if index else "")
            yield from _value(one)
    elif shape.get("type") == "array":
        yield nodes.Text("list 列表: ")
        yield from _value(shape.get("items", {}))
    else:
        yield nodes.Text(_plain(shape))


def _plain(shape: dict[str, Any]) -> str:
    kind = {
        "string": "text 文字",
        "integer": "whole number 整数",
        "boolean": "true / false",
        "object": "mapping 映射",
    }.get(shape.get("type", ""), "")
    if shape.get("format") == "date":
        return "day 日期"
    return next((said for form, said in _PATTERNS.items() if shape.get("pattern") == f"^{form}$"), kind)


def _table(rows: list[tuple[list[nodes.Node], ...]]) -> nodes.table:
    group = nodes.tgroup(cols=len(_HEADS))
    group += [nodes.colspec(colwidth=width) for width in (25, 30, 45)]
    head = nodes.thead()
    head += _row([[nodes.Text(text)] for text in _HEADS])
    body = nodes.tbody()
    body += [_row(list(row)) for row in rows]
    group += [head, body]
    table = nodes.table(classes=["fields"])
    table += group
    return table


def _row(cells: list[list[nodes.Node]]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        paragraph = nodes.paragraph()
        paragraph += cell
        entry = nodes.entry()
        entry += paragraph
        row += entry
    return row


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("case-fields", CaseFields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
