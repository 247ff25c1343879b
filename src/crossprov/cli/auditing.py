"""The audit record on the command line: written by ``decide --record``, looked at by ``replay``."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from crossprov import audit
from crossprov.cli.case_file import read_case_file
from crossprov.cli.errors import DONE, PROBLEMS, wrong
from crossprov.cli.options import case_of, rulebook_of
from crossprov.cli.output import write_json
from crossprov.decision import as_plain
from crossprov.texts import text

if TYPE_CHECKING:
    import argparse

    from crossprov.decision import Decision
    from crossprov.models import Case

_MOST_BYTES = 65_536
_OWN = 0o600


def replay(options: argparse.Namespace) -> int:
    """Decide again what a record tells of, and say whether anything differs."""
    key, language = key_of(options), options.language
    record = read_case_file(options.record_file, language)
    rulebook = rulebook_of(options)
    _, case = case_of(options, rulebook)
    found = audit.replay(record, case, key=key, rulebook=rulebook)
    if options.json:
        write_json(as_plain(found))
    else:
        said = text(f"cli.replay_{found.verdict}", language, n=len(found.differs), hash=found.wanted)
        sys.stdout.write(said + "\n")
        for path in found.differs:
            sys.stdout.write(text("cli.replay_place", language, path=path) + "\n")
    return DONE if found.verdict == "same" else PROBLEMS


def write_record(options: argparse.Namespace, decision: Decision, case: Case) -> None:
    """Write the audit record of a decision to the file of ``--record``, which only its owner may read."""
    sealed = audit.canonical_json(audit.record(decision, case, key=key_of(options)))
    try:
        handle = os.open(options.record, os.O_WRONLY | os.O_CREAT, _OWN)
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle and no path
            if stat.S_ISREG(
                os.fstat(handle).st_mode
            ):  # and no terminal; a file may be there, for all to read
                _keep_from_others(handle)
                file.truncate()
            file.write(sealed + b"\n")
    except (OSError, ValueError):
        raise wrong(options.language, "file_not_writable") from None


def _keep_from_others(handle: int) -> None:
    if hasattr(os, "fchmod"):  # not on every system
        os.fchmod(handle, _OWN)


def key_of(options: argparse.Namespace) -> bytes:
    """Return the key from the file or the environment variable that the options name."""
    if (options.key_file is None) == (options.key_env is None):
        raise wrong(options.language, "key_wanted")
    try:
        if options.key_file is not None:
            with Path(options.key_file).open("rb") as file:
                key = file.read(_MOST_BYTES)
        else:
            key = os.fsencode(os.environ[options.key_env])
    except (OSError, ValueError, KeyError):
        raise wrong(options.language, "key_unreadable") from None
    key = key.removesuffix(b"\n")
    if len(key) < audit.LEAST_KEY:
        raise wrong(options.language, "key_short", n=audit.LEAST_KEY)
    return key
