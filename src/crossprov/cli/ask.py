"""The command ``ask``: an interview on a terminal, or through a pipe, that ends with the guide of the decision."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crossprov._errors import CaseError
from crossprov.calendar import today
from crossprov.cli.answers import Reader, UnclearError, command, commands
from crossprov.cli.case_file import read_case_file
from crossprov.cli.errors import wrong
from crossprov.cli.options import day_of, item_of, rulebook_of
from crossprov.cli.output import write
from crossprov.interview import Interview
from crossprov.report import guide, place_names

if TYPE_CHECKING:
    import argparse

    from crossprov.interview import Field, Question
    from crossprov.rulebook.book import Rulebook
    from crossprov.texts import Text

_COMMANDS: Final = ("back", "unknown", "why", "done")


class _EndError(Exception):
    """Nothing more is to be asked: so it was said, or there is no more to read."""


class _BackError(Exception):
    """The answer before is to be given anew."""


def ask(options: argparse.Namespace) -> int:
    """Ask what can change the decision, one question after the other, and write the guide at the end."""
    rulebook = rulebook_of(options)
    talk = _begun(options, rulebook)
    asking = _Asking(rulebook, talk, options)
    talk = asking.asked()
    decision = talk.decision
    names = place_names(rulebook, decision.made_by.facts_on)
    return write(guide(decision, options.language, names, talk.changes))


def _begun(options: argparse.Namespace, rulebook: Rulebook) -> Interview:
    language = options.language
    if options.resume is not None:
        if options.case_known is not None or options.as_of is not None:
            raise wrong(language, "ask_resumed_as_it_was")
        talk = Interview.resume(read_case_file(options.resume, language), rulebook)
        if (
            options.item_asked is not None
            and item_of(rulebook, options.item_asked, language).id != talk.case["item"]
        ):
            raise wrong(language, "ask_other_item")
        return talk
    if options.item_asked is None:
        raise wrong(language, "ask_wants_item")
    item = item_of(rulebook, options.item_asked, language)
    case = read_case_file(options.case_known, language) if options.case_known is not None else None
    day = day_of(options) if options.as_of is not None or case is None else None
    return Interview.start(item.id, rulebook, as_of=day, case=case)


class _Asking:
    """Asks on standard output and reads on standard input; saves after each answer, if it was told where."""

    def __init__(self, rulebook: Rulebook, talk: Interview, options: argparse.Namespace) -> None:
        self.talk, self.language, self.path = talk, options.language, options.save
        self.reader = Reader(rulebook, talk.decision.made_by.facts_on, options.language)
        self.tell = self.reader.tell
        self.settled = False

    def asked(self) -> Interview:
        """Return the interview when there is nothing left to ask, or nobody to answer."""
        self._introduce()
        self._save()
        with contextlib.suppress(_EndError):
            while (question := self.talk.question) is not None:
                self._say_that_it_stands()
                self._show(question)
                self._answer(question)
                self._save()
        self._put("")
        return self.talk

    def _introduce(self) -> None:
        if self.talk.rules_changed:
            self._put(self.tell("ask_rules_changed"))
        for fact in self.talk.dropped:
            self._put(self.tell("ask_dropped", fact=fact))
        if self.talk.decision.made_by.facts_on != today():
            self._put(self.tell("ask_day", day=self.talk.decision.made_by.facts_on))
        self._put(self.tell("ask_how", **{name: command(name, self.language) for name in _COMMANDS}))

    def _say_that_it_stands(self) -> None:
        if self.talk.settled and not self.settled:
            self._put(self.tell("ask_stands", done=command("done", self.language)))
        self.settled = self.talk.settled

    def _show(self, question: Question) -> None:
        number = len(self.talk.answers) + 1
        self._put(
            "", self.tell("ask_question", n=number, open=question.open, words=self._of(question.question))
        )
        if question.help is not None:
            self._put(self.tell("ask_note", words=self._of(question.help)))
        self._offer(question)

    def _offer(self, asked: Question | Field) -> None:
        for number, choice in enumerate(asked.choices, 1):
            self._put(self.tell("ask_choice", n=number, words=self._of(choice.label)))
        if asked.kind == "set":
            self._put(self.tell("ask_several"))
        elif asked.kind not in ("bool", "enum", "text", "records"):
            self._put(self.tell("ask_note", words=self.tell(f"ask_wants_{asked.kind}")))
        if getattr(asked, "may_be_none", False):
            self._put(self.tell("ask_may_be_none", none=command("none", self.language)))

    def _answer(self, question: Question) -> None:
        """Read until there is an answer, or one of the commands that end a question."""
        while True:
            try:
                value = self._records(question) if question.kind == "records" else self._read(question)
                self.talk = self.talk.answer(value)
            except _BackError:
                if not self.talk.answers:
                    self._put(self.tell("ask_no_way_back"))
                    continue
                self.talk = self.talk.back()
            except CaseError as error:
                self._put(*(self.tell("ask_unclear", said=one.text(self.language)) for one in error.problems))
                continue
            return

    def _read(self, question: Question | Field, *, required: bool = False) -> Any:
        """Return an answer; None: not known. Raise for ``back`` and at the end."""
        while True:
            words = self._line()
            if words.casefold() in commands("why") and hasattr(question, "why"):
                self._explain(question)
            elif words.casefold() in commands("back"):
                raise _BackError
            elif words.casefold() in commands("done"):
                raise _EndError
            elif words.casefold() in commands("unknown") and not required:
                return None
            elif words:
                try:
                    return self.reader.read(question, words)
                except UnclearError as unclear:
                    self._put(self.tell("ask_unclear", said=unclear.said))
            elif hasattr(question, "why") or required:
                self._put(self.tell("ask_empty", unknown=command("unknown", self.language)))
            else:
                return None  # a field of a form that is left out

    def _line(self) -> str:
        sys.stdout.write("> ")
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            raise _EndError
        return line.strip()

    def _explain(self, question: Any) -> None:
        self._put(self._of(question.why_now.text))
        for why in question.why:
            laws = self.tell("ask_comma").join(law.citation for law in why.law)
            key = "ask_because_law" if laws else "ask_because"
            self._put(self.tell(key, words=self._of(why.text), laws=laws))

    # --- records ---------------------------------------------------------------------------------------------

    def _records(self, question: Question) -> Any:
        """Return a list of records, asked for by its form, and whether it is the whole list."""
        if not self._yes(question, "ask_records_known"):
            return None
        while True:
            with contextlib.suppress(_BackError):  # the list is begun anew
                found = self._entries(question.fields)
                whole = self._yes(None, "ask_records_whole")
                return {"records": found, "complete_for": [{"provinces": "all"}] if whole else []}

    def _entries(self, fields: tuple[Field, ...]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while self._yes(None, "ask_record_more" if found else "ask_record_first"):
            with contextlib.suppress(_BackError):  # of a record that is given up
                found.append(self._entry(fields))
        return found

    def _entry(self, fields: tuple[Field, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in fields:
            key = "ask_field" if field.required else "ask_field_or_none"
            self._put(self.tell(key, words=self._of(field.label)))
            if field.many:
                entries = self._entries(field.fields)
                whole = bool(entries) or self._yes(None, "ask_none_there")
                found |= {field.name: entries} if whole else {}
                continue
            self._offer(field)
            value = self._read(field, required=field.required)
            found |= {field.name: value} if value is not None else {}
        return found

    def _yes(self, question: Question | None, key: str) -> bool:
        """Ask yes or no about the way on; ``why`` explains the question that it is a part of."""
        self._put(self.tell(key))
        while True:
            words = self._line().casefold()
            if question is not None and words in commands("why"):
                self._explain(question)
            elif words in commands("back"):
                raise _BackError
            elif words in commands("done"):
                raise _EndError
            elif words in commands("yes"):
                return True
            elif words in commands("no") or words in commands("unknown"):
                return False
            else:
                self._put(self.tell("ask_unclear", said=self.tell("ask_wants_yes_or_no")))

    # --- writing ---------------------------------------------------------------------------------------------

    def _of(self, words: Text) -> str:
        return words.in_(self.language)

    def _put(self, *lines: str) -> None:
        for line in lines:
            sys.stdout.write(line + "\n")

    def _save(self) -> None:
        """Write the state so that there is always a whole one, which nobody else may read."""
        if self.path is None:
            return
        path, aside = Path(self.path), None
        try:
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
                aside = Path(file.name)
                json.dump(self.talk.state(), file, ensure_ascii=False, indent=2)
            aside.replace(path)
        except (OSError, ValueError):
            if aside is not None:  # half of it may hold as much about a person as the whole
                aside.unlink(missing_ok=True)
            raise wrong(self.language, "file_not_writable") from None
