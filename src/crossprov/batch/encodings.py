"""In which encoding a text file is: found out strictly over the whole file, never by guessing from a part.

UTF-8 is tried first, then GB18030, which contains GBK and GB 2312. Nothing is ever replaced: a file that is wholly
in neither is refused at its first wrong byte.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from crossprov._errors import CaseError, Problem

if TYPE_CHECKING:
    from pathlib import Path

ENCODINGS: Final = ("utf-8", "gb18030")
_PYTHON: Final = {"utf-8": "utf-8-sig", "gb18030": "gb18030"}
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_BLOCK: Final = 1 << 20


def encoding_of(path: Path, named: str | None = None) -> str:
    """Return the encoding of a file as Python names it; raise ``CaseError`` if it is in none, or not in ``named``.

    Reads the whole file once for each encoding that is tried, a block at a time. A byte-order mark of UTF-8 is
    left out when the file is read by what is returned.
    """
    with path.open("rb") as file:
        if file.read(4).startswith(_WIDE):
            raise CaseError([Problem("register_utf16")])
    wrong = 0
    for name in (named,) if named is not None else ENCODINGS:
        at = _first_wrong(path, _PYTHON[name])
        if at is None:
            return _PYTHON[name]
        wrong = max(wrong, at)
    raise CaseError(
        [Problem("register_encoding", {"expected": named or "/".join(ENCODINGS), "at": str(wrong)})]
    )


def _first_wrong(path: Path, encoding: str) -> int | None:
    """Return the place of the first byte that is not in the encoding, counted from 1; None if all are."""
    decoder = codecs.getincrementaldecoder(encoding)()
    read = 0
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return max(read - pending, 0) + error.start + 1
            if not block:
                return None
            read += len(block)
