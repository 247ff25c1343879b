"""A register from file to file: read in pieces, decided, written aside, counted; memory does not grow with the file."""

from __future__ import annotations

import stat
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crossprov import calendar
from crossprov._errors import CaseError, Problem
from crossprov.batch.aside import Aside, part_of, reason
from crossprov.batch.case_lines import CaseLines
from crossprov.batch.contract import contract
from crossprov.batch.csv_file import CsvFile
from crossprov.batch.fact_rows import FactsDecided
from crossprov.batch.json_lines import FactLines, what_is_told
from crossprov.batch.parquet_file import ParquetFile
from crossprov.batch.records import Deciding
from crossprov.batch.refused import table
from crossprov.batch.summary import Summary
from crossprov.batch.workers import usual_workers
from crossprov.batch.writing import FORMATS, Writer, writer
from crossprov.decide import builtin
from crossprov.texts import both

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from crossprov.batch.reading import Register
    from crossprov.rulebook.book import Rulebook

Told: TypeAlias = Literal["cases", "facts"]
Source: TypeAlias = "CaseLines | FactsDecided"

_MONEY: Final = "money"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a register is to be decided.

    ``as_of`` is the day for all rows: of cases it replaces the day that each states; of facts it is today unless given.
    ``told``: whether lines of JSON are cases or facts; found out unless given. ``keep``: columns that are no facts go
    along. ``encoding``: of CSV, ``utf-8`` or ``gb18030``; found out unless given. ``force``: write over files that
    exist. ``workers``: processes for cases. ``only``: the outputs that are wanted, all unless given; which rows are
    refused does not depend on it.
    """

    as_of: dt.date | None = None
    told: Told | None = None
    keep: bool = False
    encoding: str | None = None
    force: bool = False
    workers: int | None = None
    only: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a register: the counts, what its rows were taken for, the files."""

    summary: Summary
    told: Told
    result: Path
    refused: Path
    about: Mapping[str, str] = field(default_factory=dict)


def decide_register(
    source: Path,
    target: Path,
    item: str,
    rulebook: Rulebook | None = None,
    wish: Wish | None = None,
    progress: Callable[[float], None] | None = None,
) -> Report:
    """Decide every row of a file and write the answers to another, and the refused rows to a third beside it.

    The kinds of files go by their endings. ``progress`` is called with the part that is done, from 0 to 1. Nothing
    stands under the name of the result before it is whole; a run that was interrupted is begun again by calling this
    again. Raises ``CaseError`` if the file cannot be read as a register of the item or the result cannot be written;
    then nothing is left.
    """
    wish = wish or Wish()
    for path in (source, target):
        if path.suffix.lower() not in FORMATS:
            raise CaseError([Problem("register_format", {"expected": ", ".join(FORMATS)})])
    for written in (target, refused_beside(target)):
        if _same(written, source) or _same(part_of(written), source):
            raise CaseError([Problem("output_is_input")])
    _look_at(source)
    try:
        register = _open(source, item, rulebook or builtin(), wish)
    except OSError as error:
        raise CaseError([Problem("register_unreadable", {"reason": reason(error)})]) from None
    return _Writing(register, target, progress or _silent, force=wish.force).run()


def refused_beside(target: Path) -> Path:
    """Return the file for the refused rows of a result."""
    return target.with_name(f"{target.stem}.refused{target.suffix}")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # one of them is not there, or its name is none: told when it is opened
        return False


def _look_at(source: Path) -> None:
    """Raise ``CaseError`` if a file is not there, has a name that no file can have, or cannot be read twice."""
    try:
        kind = source.stat().st_mode
    except (OSError, ValueError) as error:
        raise CaseError([Problem("register_unreadable", {"reason": reason(error)})]) from None
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):  # a pipe may never end, nor even begin
        raise CaseError([Problem("register_unreadable", {"reason": both("reason.no_plain_file")})])


def _silent(_done: float) -> None:
    pass


def _open(source: Path, item: str, rulebook: Rulebook, wish: Wish) -> Source:
    kind, today = source.suffix.lower(), calendar.today()
    name = rulebook.item(item).id
    if kind == ".jsonl" and (wish.told or what_is_told(source)) == "cases":
        workers = usual_workers() if wish.workers is None else wish.workers
        return CaseLines(source, rulebook, name, Deciding(wish.as_of, wish.as_of, today), workers, wish.only)
    columns = contract(name, wish.as_of or today, rulebook)
    register: Register
    if kind == ".jsonl":
        register = FactLines(source, columns, keep=wish.keep)
    elif kind == ".csv":
        register = CsvFile(source, columns, keep=wish.keep, encoding=wish.encoding)
    else:
        register = ParquetFile(source, columns, keep=wish.keep)
    return FactsDecided(register, columns, wish.only)


class _Writing:
    """Writes the answers of a register and its refused rows, both aside until all is well."""

    def __init__(
        self, source: Source, target: Path, progress: Callable[[float], None], *, force: bool
    ) -> None:
        self.source, self.progress = source, progress
        self.result = Aside(target, both("reason.results"), force=force)
        # Refused rows of a run that was killed between the two last renamings are ours to replace.
        mine = force or self.result.left_over
        self.refused = Aside(refused_beside(target), both("reason.refused_rows"), force=mine)
        self.summary = Summary()

    def run(self) -> Report:
        """Decide all and write all; leave nothing behind if that cannot be done."""
        with ExitStack() as stack:
            for aside in (self.result, self.refused):
                stack.enter_context(aside)
            money = [name for name in self._money() if name in self.source.wanted]
            self.good = writer(self.result.path.suffix.lower(), self.result.file, money)
            self.bad = writer(self.refused.path.suffix.lower(), self.refused.file)
            try:
                self._write_all()
                self._commit()
            except BaseException:
                for one in (self.good, self.bad):
                    one.abandon()
                raise
        cases = isinstance(self.source, CaseLines)
        about: Mapping[str, str] = getattr(self.source, "about", {})
        return Report(self.summary, "cases" if cases else "facts", self.result.path, self.refused.path, about)

    def _write_all(self) -> None:
        self._write(self.bad, self.refused, table(()))
        try:
            for answers in self.source.answers():
                self._write(self.good, self.result, answers.frame)
                if answers.refused:
                    self._write(self.bad, self.refused, table(answers.refused))
                self.summary.add(answers.records, answers.frame, answers.refused)
                self.progress(self.source.done())
        except OSError as error:  # of the file that is read: those of writing have become CaseError
            raise CaseError([Problem("register_unreadable", {"reason": reason(error)})]) from None

    def _write(self, to: Writer, aside: Aside, frame: pl.DataFrame) -> None:
        try:
            to.write(frame)
        except OSError as error:
            raise aside.unwritable(error) from None

    def _commit(self) -> None:
        """Give both files their names, the result last: where it is, the other is, too."""
        both_files = ((self.bad, self.refused), (self.good, self.result))
        for to, aside in both_files:
            try:
                to.close()
                aside.finish()
            except OSError as error:
                raise aside.unwritable(error) from None
        for _, aside in both_files:
            try:
                aside.commit()
            except OSError as error:
                raise aside.unwritable(error) from None

    def _money(self) -> Iterator[str]:
        columns = self.source.columns
        yield from (f"amount.{name}" for name in columns.amounts)
        yield from (
            f"conclusion.{name}" for name, type_ in columns.conclusions.items() if type_.kind == _MONEY
        )
