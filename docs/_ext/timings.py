"""A picture of the table of times in ``benchmarks/README.md``, so that the two cannot disagree."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_PAGE: Final = Path(__file__).parents[2] / "benchmarks" / "README.md"
_ROW: Final = re.compile(r"^\| *([^|]*?) *\| *([^|]*?) *\| *([^|]*?) *\| *\**([\d,.]+)\** *\|", re.MULTILINE)
_STAGES: Final = {"reading": "#7a9cc6", "facts": "#c9772f", "rules": "#9c2b1f", "assembly": "#6d8f5a"}
_WIDTH, _LABEL, _BAR, _GAP = 720, 190, 22, 12


def bars(page: str) -> list[tuple[str, dict[str, float], float]]:
    """Return for each case and engine the µs of its stages and of the whole decision; stages may be absent."""
    found: dict[str, dict[str, float]] = {}
    case = ""
    for one, engine, stage, time in _ROW.findall(page):
        case = one or case
        found.setdefault(f"{case} · {engine.strip('*')}", {})[stage.strip("*")] = float(time.replace(",", ""))
    return [
        (name, {stage: times[stage] for stage in _STAGES if stage in times}, times["whole decision"])
        for name, times in found.items()
        if "whole decision" in times and any(stage in times for stage in _STAGES)
    ]


class Timings(SphinxDirective):
    """``{timings}``: the stages of a decision as bars."""

    def run(self) -> list[nodes.Node]:
        """Return the picture; the table stands below it for those who do not see it."""
        self.env.note_dependency(str(_PAGE))
        found = bars(_PAGE.read_text(encoding="utf-8"))
        return (
            [nodes.raw("", f'<div class="timings">{_picture(found)}</div>', format="html")] if found else []
        )


def _picture(found: list[tuple[str, dict[str, float], float]]) -> str:
    longest = max(max(sum(stages.values()), whole) for _, stages, whole in found)
    scale = (_WIDTH - _LABEL - 80) / longest
    parts: list[str] = []
    for index, (name, stages, whole) in enumerate(found):
        top, left = index * (_BAR + _GAP), float(_LABEL)
        parts.append(_text(_LABEL - 10, top, name, "end"))
        for stage, time in stages.items():
            parts.append(_bar(left, top, time * scale, _STAGES[stage], f"{stage}: {time:,.0f} µs"))
            left += time * scale
        rest = whole - sum(stages.values())
        if rest > 0:
            parts.append(_bar(left, top, rest * scale, "#8883", f"checks and the rest: {rest:,.0f} µs"))
            left += rest * scale
        parts.append(_text(left + 8, top, f"{max(whole, sum(stages.values())):,.0f} µs", "start"))
    top = len(found) * (_BAR + _GAP) + 6
    for index, (stage, colour) in enumerate([*_STAGES.items(), ("checks and the rest", "#8883")]):
        left = _LABEL + index * 95
        parts += [_bar(left, top + 5, 12, colour, stage, 12), _text(left + 18, top, stage, "start")]
    label = "; ".join(f"{name}: {whole:,.0f} µs" for name, _, whole in found)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {top + _BAR + 6}" role="img" aria-label="{escape(label)}" '
        f'font-size="13" fill="currentColor">{"".join(parts)}</svg>'
    )


def _bar(left: float, top: float, width: float, colour: str, title: str, height: int = _BAR) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height}" fill="{colour}">'
        f"<title>{escape(title)}</title></rect>"
    )


def _text(left: float, top: float, text: str, anchor: str) -> str:
    return f'<text x="{left:.1f}" y="{top + 16:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("timings", Timings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
