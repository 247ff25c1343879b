"""Files that are there whole or not at all: written aside as ``NAME.part``, then renamed.

A run that is killed leaves a ``.part`` behind and nothing else; the next run begins afresh and writes over it. While
a run lives it holds a lock on its ``.part``, which the system lets go whenever and however the run ends.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import IO, TYPE_CHECKING, Self

from crossprov._errors import CaseError, Problem
from crossprov.texts import Text, both

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

try:
    import fcntl
except ImportError:  # not on every system; there two runs at once must be kept apart by hand
    fcntl = None  # type: ignore[assignment]


def part_of(path: Path) -> Path:
    """Return where a file is written before it is whole."""
    return path.with_name(path.name + ".part")


class Aside:
    """A file that is being written aside. Use in a ``with``; without ``commit`` nothing is left."""

    def __init__(self, path: Path, called: Text, *, force: bool) -> None:
        self.path, self.called, self.force = path, called, force
        self.part = part_of(path)
        self.left_over = _there(self.part)
        self.file: IO[bytes]
        self._done = False

    def __enter__(self) -> Self:
        """Begin; raise ``CaseError`` if the file is there already, is being written, or cannot be written."""
        try:
            self._refuse_to_overwrite()
            self._refuse_to_write_through()
            self.file = self._locked()
        except (OSError, ValueError) as error:
            raise self.unwritable(error) from None
        try:
            self._refuse_to_overwrite()  # another run may have ended in between
            self.file.truncate(0)
        except OSError as error:
            self._leave()
            raise self.unwritable(error) from None
        except CaseError:
            self._leave()
            raise
        return self

    def _refuse_to_overwrite(self) -> None:
        if self.path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        if self.path.exists() and not self.force:
            raise CaseError([Problem("output_exists", {"found": self.called})])

    def _refuse_to_write_through(self) -> None:
        """What has the name of our part may be a link to another file, also to the one that is read, or a pipe."""
        try:
            found = self.part.lstat()
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(found.st_mode) and not (stat.S_ISREG(found.st_mode) and found.st_nlink == 1):
            said = {"found": self.called, "reason": both("reason.part_not_own")}
            raise CaseError([Problem("output_unwritable", said)])

    def _locked(self) -> IO[bytes]:
        """Open the part and lock it; it must still be the part then, since another run may have renamed it."""
        while True:
            file = self.part.open("ab")
            if fcntl is None:
                return file
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(file.fileno()).st_ino == self.part.stat().st_ino:
                    return file
            except BlockingIOError:
                file.close()
                raise CaseError([Problem("output_busy", {"found": self.called})]) from None
            except FileNotFoundError:
                pass
            file.close()

    def finish(self) -> None:
        """Make sure that what was written is on the disk, under its name aside."""
        self.file.flush()
        os.fsync(self.file.fileno())

    def commit(self) -> None:
        """Give the file its name. Whoever reads it sees the whole of it."""
        self.finish()
        self.part.replace(self.path)
        self._done = True
        _sync_folder(self.path.parent)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._done:
            self._leave()
        with contextlib.suppress(OSError):
            self.file.close()

    def unwritable(self, error: OSError | ValueError) -> CaseError:
        """Return what to say if the file cannot be written."""
        return CaseError([Problem("output_unwritable", {"found": self.called, "reason": reason(error)})])

    def _leave(self) -> None:
        """Take the part away while it is still locked, so that it is nobody else's."""
        with contextlib.suppress(OSError):
            self.part.unlink()
        with contextlib.suppress(OSError):
            self.file.close()


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every system lets a folder be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except (
        OSError
    ):  # a name that is too long, or a folder that may not be looked into: told when it is opened
        return False


def reason(error: OSError | ValueError) -> Text:
    """Say in words why the system refused a file; a ``ValueError`` is a name that no file can have."""
    named = {
        errno.ENOENT: "no_such_file",
        errno.ENOSPC: "disk_full",
        errno.EDQUOT: "disk_full",
        errno.EISDIR: "is_directory",
        errno.ENOTDIR: "no_such_file",
        errno.EACCES: "no_permission",
        errno.EPERM: "no_permission",
        errno.EROFS: "no_permission",
    }
    code = error.errno if isinstance(error, OSError) else None
    return both(f"reason.{named.get(code or 0, 'other')}")
