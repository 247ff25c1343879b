"""The door of the program: runs a command, and lets nothing that goes wrong show personal data."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crossprov._errors import CrossprovError, InternalFaultError, RulebookError
from crossprov.cli.errors import DONE, FAULT, INTERRUPTED, WRONG_CALL, WRONG_RULES, Stop, wrong
from crossprov.cli.parser import parser
from crossprov.texts import LANGUAGES, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PACKAGE: Final = "crossprov"
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.EROFS)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. Nothing that goes wrong shows a traceback or personal data."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    language = _language(arguments)
    if sys.stdout is None:  # closed by who called: what is decided could not be told
        return _complain([text("cli.not_told", language)], WRONG_CALL, language)
    _write_utf8()
    try:
        code = _run(arguments, language)
        sys.stdout.flush()
    except Stop as stop:
        return _complain(stop.lines, stop.code, language)
    except CrossprovError as error:
        return _complain(*_of_error(error, language), language)
    except SystemExit as done:  # argparse, after --help and --version
        return DONE if done.code is None else int(done.code)
    except BrokenPipeError:  # whoever was reading has seen enough
        _write_no_more()
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            _write_no_more()
            return _complain([text("cli.not_told", language)], WRONG_CALL, language)
        said = text("cli.stopped", language, kind=type(error).__name__, place=_place(error))
        return _complain([said], FAULT, language)
    return code


def _run(arguments: list[str], language: str) -> int:
    options = parser(language).parse_args(arguments)
    options.language = language
    if options.lang not in (None, *LANGUAGES):
        raise wrong(language, "option_not_one_of", option="--lang", expected=", ".join(LANGUAGES))
    # The commands load models and rules; --version and --help shall be there at once.
    from crossprov.cli.commands import RUN

    return RUN[options.command](options)


def _language(arguments: Sequence[str]) -> str:
    """Return ``--lang``, else ``CROSSPROV_LANG``, else the language of the system; else English."""
    asked = ""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if before == "--lang" or argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    for found in (asked, os.environ.get("CROSSPROV_LANG")):
        if found in LANGUAGES:
            return found
    system = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if system.lower().startswith("zh") else "en"


def _write_no_more() -> None:
    """Let what is still to be written go nowhere; Python would try once more at the end, and complain."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_utf8() -> None:
    """Chinese must come out whatever the locale says, and be read so."""
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _complain(lines: Iterable[str], code: int, language: str) -> int:
    with contextlib.suppress(OSError, ValueError, AttributeError):  # there may be no standard error
        for line in lines:
            sys.stderr.write(text("cli.error", language, said=line) + "\n")
    return code


def _of_error(error: CrossprovError, language: str) -> tuple[list[str], int]:
    said = [problem.text(language) for problem in error.problems]
    if isinstance(error, InternalFaultError):
        return said or [text("cli.engines_disagree", language)], FAULT
    return said, WRONG_RULES if isinstance(error, RulebookError) else WRONG_CALL


def _place(error: BaseException) -> str:
    """Return where in the library an error arose: a file and a line, and nothing of the case."""
    place, trace = "?", error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if _PACKAGE in path.parts:
            last = max(n for n, part in enumerate(path.parts) if part == _PACKAGE)
            place = f"{'/'.join(path.parts[last + 1 :])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
