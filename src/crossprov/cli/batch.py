"""The command ``batch``: a whole register from file to file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from crossprov.calendar import today
from crossprov.cli.errors import DONE, FAULT, PROBLEMS, wrong
from crossprov.cli.options import day_of, item_of, jobs_of, rulebook_of
from crossprov.cli.output import write, write_json
from crossprov.report import Entry, Guide, Section, place_names
from crossprov.texts import text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping

    from crossprov.batch.streaming import Report, Told, Wish
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item

_EXTRA: Final = frozenset({"narwhals", "polars", "pyarrow", "rich"})
_SHOWN: Final = 20
_TOLD: Final = ("cases", "facts")
_ENCODINGS: Final = ("utf-8", "gb18030")


def batch(options: argparse.Namespace) -> int:
    """Decide every row of a file, write the answers and the refused rows, and say what came of them."""
    try:
        from crossprov.batch.streaming import decide_register
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        raise wrong(options.language, "extra_missing", extra="batch") from None
    wish, rulebook = _wish(options), rulebook_of(options)
    item = item_of(rulebook, options.item_shown, options.language)
    with _progress(options.language) as progress:
        report = decide_register(
            Path(options.source), Path(options.target), item.id, rulebook, wish, progress
        )
    if options.json:
        write_json(_plain(report))
    else:
        write(_Told(report, rulebook, item, options.language).guide())
    return _code(report)


def _code(report: Report) -> int:
    """Return 0 if every row was decided, 1 if some were refused, 4 if a rule or a worker broke on one."""
    if report.summary.refused_for.keys() & {"internal_fault", "worker_died"}:
        return FAULT
    return PROBLEMS if report.summary.refused else DONE


def _wish(options: argparse.Namespace) -> Wish:
    from crossprov.batch.streaming import Wish

    language = options.language
    for option, value, allowed in (
        ("--as", options.told, _TOLD),
        ("--encoding", options.encoding, _ENCODINGS),
    ):
        if value not in (None, *allowed):
            raise wrong(language, "option_not_one_of", option=option, expected=", ".join(allowed))
    return Wish(
        as_of=None if options.as_of is None else day_of(options),
        told=cast("Told | None", options.told),
        keep=options.keep,
        encoding=options.encoding,
        force=options.force,
        workers=jobs_of(options),
        only=None if options.only is None else tuple(name.strip() for name in options.only.split(",")),
    )


@contextmanager
def _progress(language: str) -> Iterator[Callable[[float], None] | None]:
    """Show how far the work is, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(text("cli.batch_progress", language), total=1.0)
        yield lambda done: shown.update(task, completed=done)


def _plain(report: Report) -> dict[str, Any]:
    files = {"result": str(report.result), "refused_rows": str(report.refused)}
    return {"told": report.told, **report.summary.to_dict(), "files": files, "about": dict(report.about)}


class _Told:
    """A report in words."""

    def __init__(self, report: Report, rulebook: Rulebook, item: Item, language: str) -> None:
        self.report, self.rulebook, self.item, self.language = report, rulebook, item, language

    def guide(self) -> Guide:
        """Return what is said: the counts, then outcomes, offices, reasons, what is missing, refusals."""
        summary, about = self.report.summary, self.report.about
        counts = {"read": summary.read, "decided": summary.decided, "refused": summary.refused}
        lead = [self._text("batch_counts", **counts), self._text(f"batch_as_{self.report.told}")]
        if about.get("encoding"):
            lead.append(self._text("batch_encoding", encoding=about["encoding"]))
        if about.get("unread"):
            lead.append(self._text("batch_unread", columns=about["unread"]))
        files = [
            self._text("batch_result", file=self.report.result.name),
            self._text("batch_refused", file=self.report.refused.name),
        ]
        sections = (
            self._section("batch_outcomes", summary.outcome, self._outcome),
            self._section("batch_offices", summary.competent, self._office()),
            self._section("batch_reasons", summary.reasons, self._reason),
            self._section("batch_missing_facts", summary.missing, self._fact),
            self._section("batch_refusals", summary.refused_for, str),
        )
        name = self.item.shape.name
        title = name.zh if self.language == "zh" else name.en
        return Guide(title, tuple(lead), tuple(one for one in sections if one.entries), tuple(files))

    def _text(self, key: str, **values: object) -> str:
        return text(f"cli.{key}", self.language, **values)

    def _section(self, name: str, counts: Mapping[str, int], words: Callable[[str], str]) -> Section:
        ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        entries = [
            Entry(self._text("batch_count", words=words(key), n=count)) for key, count in ordered[:_SHOWN]
        ]
        rest = ordered[_SHOWN:]
        if rest:
            entries.append(Entry(self._text("batch_others", kinds=len(rest), n=sum(n for _, n in rest))))
        return Section(name, self._text(name), tuple(entries))

    def _outcome(self, outcome: str) -> str:
        said = text(f"report.outcome_{outcome}", self.language)
        return self._text("batch_named", code=outcome, name=said)

    def _office(self) -> Callable[[str], str]:
        names = place_names(self.rulebook, today())

        def words(code: str) -> str:
            if not code:
                return self._text("batch_no_office")
            return self._text("batch_named", code=code, name=names(code).in_(self.language))

        return words

    def _reason(self, code: str) -> str:
        named = {one.id: one.name for one in self.item.shape.requirements}
        return self._named(code, named.get(code))

    def _fact(self, name: str) -> str:
        vocabulary = self.rulebook.vocabulary
        found = vocabulary.facts.get(name) or vocabulary.records.get(name)
        return self._named(name, found.shape.label if found else None)

    def _named(self, code: str, name: Any) -> str:
        if name is None:
            return code
        return self._text("batch_named", code=code, name=name.zh if self.language == "zh" else name.en)
