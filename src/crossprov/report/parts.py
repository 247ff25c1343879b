"""What the guides of a decision and of an item share: intake, steps, papers, money, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossprov.report.model import Entry
from crossprov.texts import text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crossprov.decision import (
        AmountShown,
        Channel,
        Due,
        IntakeShown,
        LawRef,
        MaterialShown,
        Notice,
        StepShown,
    )
    from crossprov.report.words import Words
    from crossprov.texts import Text


# --- intake -----------------------------------------------------------------------------------------------


def intakes(intake: Sequence[IntakeShown], words: Words) -> Iterator[Entry]:
    """Yield how a case is handed in: first the channels; no channel and no line is said a second time."""
    named: set[str] = set()
    noted: set[str] = set()
    for one in intake:
        channels = [channel for channel in one.channels if channel.id not in named]
        named |= {channel.id for channel in channels}
        said = words.of(one.say)
        told = words.listed(_channel(channel, words) for channel in channels) or said
        told = told or words.listed(_channel(channel, words) for channel in one.channels)
        notes = dict.fromkeys(note for note in (said, *_area(one, words)) if note not in {told, "", *noted})
        noted |= {*notes, told}
        told = words.perhaps(words.say("intake", words=told), certain=one.certain)
        yield Entry(words.lawful(told, one.law, one.confidence), "•", tuple(notes))


def _area(one: IntakeShown, words: Words) -> Iterator[str]:
    """Yield where any window takes a case in, and which one is near."""
    if not one.anywhere_in:
        return
    yield words.say("intake_area", places=words.places(one.anywhere_in))
    if one.office is not None and one.office.name is not None:
        yield words.say("intake_office", name=words.of(one.office.name))
    if one.say is None:
        yield words.say("intake_never_moves")


def _channel(one: Channel, words: Words) -> str:
    name = words.of(one.name)
    return words.say("intake_channel", name=name, address=one.address) if one.address else name


# --- steps ------------------------------------------------------------------------------------------------


def timeline(
    steps: Sequence[StepShown],
    named: Mapping[str, str],
    words: Words,
    since: Mapping[str, dt.date] | None = None,
    only: Mapping[str, str] | None = None,
) -> Iterator[Entry]:
    """Yield the steps as a timeline; ``named`` has the name of each role's office.

    ``since`` has the first day of the limits that are to be shown with it, ``only`` when a step is taken.
    """
    numbers = numbers_of(steps, words)
    for n, step in enumerate(steps, 1):
        notes = [
            words.say("step_actor", who=actor_of(step.actor, named, words)),
            *_only(step.id, only, words),
        ]
        notes += _waits(n, steps, words)
        if step.done_on is not None:
            notes.append(words.say("step_done", day=step.done_on))
        for due in step.due:
            told = limit_of(due, numbers, words)
            if since is not None and due.limit in since:
                told = words.say("limit_since", limit=told, day=since[due.limit])
            limit = words.perhaps(told, certain=due.certain or not step.certain)
            notes.append(words.lawful(limit, due.law, due.confidence))
            if due.provisional:
                notes.append(words.say("due_provisional", day=due.day))
        if step.in_time_by is not None and step.done_on is None and step.in_time_by != step.due_on:
            told = words.say("in_time_by", day=step.in_time_by)
            notes.append(words.perhaps(told, certain=_is_surely_last_day(step, steps) or not step.certain))
        told = words.perhaps(words.of(step.name), certain=step.certain)
        yield Entry(words.lawful(told, step.law, step.confidence), f"{n}.", tuple(notes))


def numbers_of(steps: Iterable[StepShown], words: Words) -> dict[str, str]:
    """Return what each step is called where another speaks of it."""
    return {step.id: words.say("step_number", n=n) for n, step in enumerate(steps, 1)}


def _waits(n: int, steps: Sequence[StepShown], words: Words) -> Iterator[str]:
    """Yield what a step waits for, where it does not simply follow the one before."""
    step, ids = steps[n - 1], [one.id for one in steps]
    if n == 1 or step.after == (ids[n - 2],):
        return
    numbers = sorted(ids.index(before) + 1 for before in step.after)
    if not numbers:
        yield words.say("waits_for_none")
    else:
        said = words.listed((words.say("step_number", n=one) for one in numbers), "comma")
        open_ = len(numbers) > 1 and not all(steps[one - 1].certain for one in numbers)
        yield words.say("waits_for_some" if open_ else "waits_for", steps=said)


def _is_surely_last_day(step: StepShown, steps: Sequence[StepShown]) -> bool:
    """Return whether ``in_time_by`` follows from a limit that is known to apply."""
    later = {step.id}
    for one in steps:
        if later & set(one.after):
            later.add(one.id)
    bound = (due for one in steps if one.id in later and one.certain for due in one.due if due.certain)
    return any(due.day == step.in_time_by for due in bound)


def actor_of(actor: str, named: Mapping[str, str], words: Words) -> str:
    """Return who acts: the applicant, the window, or the office of a role."""
    if actor in ("applicant", "employer", "intake"):
        return words.say(f"actor_{actor}")
    return named.get(actor, actor)


def limit_of(due: Due, numbers: Mapping[str, str], words: Words) -> str:
    """Return a limit with its day, if its clock has one; ``numbers`` is what steps are called."""
    kind, start = words.say(f"kind_{due.kind}"), numbers.get(due.starts_with, due.starts_with)
    length = text(f"word.{due.unit}", words.language, n=due.length) if due.length else words.say("same_day")
    if due.day is None:
        return words.say("due_open", kind=kind, length=length, start=start)
    if due.expected:
        return words.say("due_expected", day=due.day, kind=kind, length=length, start=start)
    return words.say("due_started", day=due.day, kind=kind, length=length, start=start, since=due.started_on)


# --- papers, money, notices -------------------------------------------------------------------------------


def papers(
    materials: Iterable[MaterialShown],
    not_required: Iterable[MaterialShown],
    words: Words,
    only: Mapping[str, str] | None = None,
) -> Iterator[Entry]:
    """Yield what has to be shown, and what nobody may ask for; ``only`` has when a paper is meant."""
    for one in materials:
        told = words.perhaps(words.of(one.name), certain=one.certain)
        notes = (words.of(one.say),) if one.say is not None else ()
        told = words.lawful(told, one.law, one.confidence)
        yield Entry(told, "•", (*_only(one.id, only, words), *notes))
    for one in not_required:
        told = words.perhaps(words.say("not_required", name=words.of(one.name)), certain=one.certain)
        yield Entry(words.lawful(told, one.law, one.confidence), "✗", tuple(_only(one.id, only, words)))


def _only(name: str, only: Mapping[str, str] | None, words: Words) -> Iterator[str]:
    if only is not None and name in only:
        yield words.say("only_if", when=only[name])


def money(amounts: Sequence[AmountShown], fee: AmountShown | None, words: Words) -> Iterator[Entry]:
    """Yield sums of money, and what the service costs where the law we know says so."""
    for one in (*amounts, *([fee] if fee is not None else [])):
        told = _amount(one, words)
        if one is fee and one.yuan is not None and not one.yuan.strip("0."):
            told = words.say("free")
        yield Entry(words.lawful(told, one.law, one.confidence))


def _amount(one: AmountShown, words: Words) -> str:
    name = words.of(one.name)
    if one.yuan is None:
        wanted = words.listed(words.of(fact.label) for fact in one.missing)
        return (
            words.say("amount_open", name=name, facts=wanted)
            if wanted
            else words.say("amount_gap", name=name)
        )
    return words.say("amount", name=name, yuan=text("word.yuan", words.language, n=one.yuan))


def notices(found: Iterable[Notice], words: Words) -> Iterator[Entry]:
    """Yield the notices; one that several rules give is said once, with all their laws."""
    laws: dict[Text, dict[LawRef, None]] = {}
    certain: set[Text] = set()
    for one in found:
        laws.setdefault(one.text, {}).update(dict.fromkeys(one.law))
        certain |= {one.text} if one.certain else set()
    for said, cited in laws.items():
        told = words.perhaps(words.of(said), certain=said in certain)
        yield Entry(words.lawful(told, tuple(cited)), "!")
