"""The steps of a guide as a plan that can be drawn: who acts, in what order, waiting for what, by when.

``plan_of`` says what is drawn, ``as_svg`` draws it. The picture loads nothing, has no ids, and takes its colours
from the page around it, so that several can stand in one page, light or dark. Everything that it says is in it
as text; a colour says nothing alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from crossprov.report.layout import wrapped
from crossprov.report.parts import actor_of, limit_of, numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crossprov.decision import StepShown
    from crossprov.report.words import Words


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step of a plan; ``after`` are the numbers of the steps that it waits for.

    ``own`` says that the applicant or the employer acts, ``lane`` counts who acts, from 0.
    """

    id: str
    number: int
    name: str
    who: str
    lane: int
    own: bool
    certain: bool
    done: bool
    after: tuple[int, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in an order in which each stands below those that it waits for; ``lanes`` are who acts."""

    title: str
    about: str
    lanes: tuple[str, ...]
    steps: tuple[PlanStep, ...]


def plan_of(title: str, steps: Sequence[StepShown], named: Mapping[str, str], words: Words) -> Plan:
    """Return the plan of steps; ``named`` has the name of each role's office."""
    numbers = {step.id: n for n, step in enumerate(steps, 1)}
    whos = [actor_of(step.actor, named, words) for step in steps]
    lanes = tuple(dict.fromkeys(whos))
    starts = numbers_of(steps, words)
    drawn = tuple(
        PlanStep(
            id=step.id,
            number=numbers[step.id],
            name=words.perhaps(words.of(step.name), certain=step.certain),
            who=who,
            lane=lanes.index(who),
            own=step.actor in ("applicant", "employer"),
            certain=step.certain,
            done=step.done_on is not None,
            after=tuple(sorted(numbers[before] for before in step.after)),
            notes=tuple(dict.fromkeys(limit_of(due, starts, words) for due in step.due)),
        )
        for step, who in zip(steps, whos, strict=True)
    )
    return Plan(words.say("plan_title", title=title), words.say("plan_about", n=len(steps)), lanes, drawn)


# --- the picture ------------------------------------------------------------------------------------------

_WIDTH: Final = 560
_LANE: Final = 34  # between the columns of who acts
_DOT: Final = 12  # radius
_EDGE: Final = 20  # from the border to the first column
_SIZE: Final = 15  # of the letters
_LINE: Final = 21
_GAP: Final = 16  # between steps
_COLUMN: Final = {"name": _SIZE * 0.64, "who": _SIZE * 0.58, "note": _SIZE * 0.58}
"""What half a Chinese character takes at least, and a Latin one in the widest fonts that readers have."""


def as_svg(plan: Plan) -> str:
    """Return a plan as one ``<svg>`` element on one line, or nothing if it has no steps."""
    return _Picture(plan).svg() if plan.steps else ""


class _Picture:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.left = _EDGE + _LANE * (len(plan.lanes) - 1) + _DOT + 18
        self.lines = {step.number: list(_lines(step, _WIDTH - self.left)) for step in plan.steps}
        self.tops: dict[int, float] = {}
        top = 6.0
        for step in plan.steps:
            self.tops[step.number] = top
            top += len(self.lines[step.number]) * _LINE + _GAP
        self.height = top - _GAP + 8

    def svg(self) -> str:
        plan = self.plan
        parts = [f"<title>{escape(plan.title)}</title><desc>{escape(plan.about)}</desc>", *self._columns()]
        # The arrows first: where one passes a step, it passes behind.
        parts += [self._arrow(before, step.number) for step in plan.steps for before in step.after]
        parts += [part for step in plan.steps for part in self._step(step)]
        return (
            f'<svg class="plan" role="img" viewBox="0 0 {_WIDTH} {self.height:g}" width="{_WIDTH}" '
            f'font-size="{_SIZE}" fill="currentColor" aria-label="{escape(plan.title)}">{"".join(parts)}</svg>'
        )

    def _columns(self) -> Iterator[str]:
        for lane, who in enumerate(self.plan.lanes):
            x = _EDGE + lane * _LANE
            yield (
                f'<line class="plan-lane" x1="{x}" x2="{x}" y1="0" y2="{self.height:g}" stroke="currentColor" '
                f'stroke-opacity=".15"><title>{escape(who)}</title></line>'
            )

    def _at(self, number: int) -> tuple[float, float]:
        step = self.plan.steps[number - 1]
        return _EDGE + step.lane * _LANE, self.tops[number] + _LINE / 2 + 2

    def _arrow(self, before: int, after: int) -> str:
        (x, y), (to_x, to_y) = self._at(before), self._at(after)
        y, to_y = y + _DOT, to_y - _DOT - 7
        between = any(
            step.lane == self.plan.steps[before - 1].lane for step in self.plan.steps[before : after - 1]
        )
        if x == to_x and between:  # around what stands between
            aside = x - _DOT - 6
            path = f"M{x:g} {y:g}C{aside:g} {y + 30:g} {aside:g} {to_y - 30:g} {to_x:g} {to_y:g}"
        else:
            half = (y + to_y) / 2
            path = f"M{x:g} {y:g}C{x:g} {half:g} {to_x:g} {half:g} {to_x:g} {to_y:g}"
        head = f"M{to_x - 4:g} {to_y:g}h8l-4 7z"
        return f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="{head}"/>'

    def _step(self, step: PlanStep) -> Iterator[str]:
        x, y = self._at(step.number)
        kind = "plan-own" if step.own else "plan-office"
        fill, ink = ("currentColor", "Canvas") if step.own else ("Canvas", "currentColor")
        dashes = "" if step.certain else ' stroke-dasharray="4 3"'
        mark = "✓" if step.done else str(step.number)
        yield f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{_DOT}" fill="{fill}" stroke="currentColor"{dashes}/>'
        yield (
            f'<text class="{kind}-number" x="{x:g}" y="{y + 4.5:g}" text-anchor="middle" font-size="13" '
            f'fill="{ink}">{mark}</text>'
        )
        for n, (kind_, words) in enumerate(self.lines[step.number]):
            top = self.tops[step.number] + n * _LINE + _SIZE + 1
            yield f'<text class="plan-{kind_}" x="{self.left}" y="{top:g}"{_STYLES[kind_]}>{escape(words)}</text>'


_STYLES: Final = {"name": ' font-weight="600"', "who": "", "note": ' fill-opacity=".75"'}


def _lines(step: PlanStep, room: float) -> Iterator[tuple[str, str]]:
    """Yield the lines beside a step, each with its kind."""
    for kind, told in (("name", step.name), ("who", step.who), *(("note", note) for note in step.notes)):
        for line in wrapped(told, max(1, int(room / _COLUMN[kind]))):
            yield kind, line
