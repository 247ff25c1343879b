"""The fictional rulebook, and copies of it with one thing changed."""

import shutil
from pathlib import Path

from crossprov import Rulebook
from crossprov._errors import RulebookError
from crossprov.checking import check

FICTIONAL = Path(__file__).parents[1] / "fictional"
FUNCTIONS = ("fictional_facts",)
MARK = "«"  # stands in a test's text where an error is expected to point


def load(root=FICTIONAL):
    return Rulebook.load(root, functions=FUNCTIONS)


def copy(target):
    shutil.copytree(FICTIONAL, target)
    return target


def problems(root, *, wide=False):
    """Every problem of a rulebook; ``wide`` includes what needs the models, the places and the examples."""
    try:
        rulebook = load(root)
        return list(check(rulebook) if wide else rulebook.check())
    except RulebookError as error:
        return list(error.problems)


def patched(root, file, old, new):
    """Replace ``old``, which must occur once, or append where it is empty; return where MARK stood."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    if old:
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
        text = text.replace(old, new)
    else:
        text += new
    place = position(text)
    path.write_text(text.replace(MARK, ""), encoding="utf-8")
    return place


def position(text):
    """Line and column of MARK, both from 1, or None."""
    at = text.find(MARK)
    return None if at < 0 else (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def position_of(root, file, snippet):
    """Line and column of MARK in a snippet of a file."""
    text = (root / file).read_text(encoding="utf-8")
    plain = snippet.replace(MARK, "")
    assert text.count(plain) == 1, f"{plain!r} occurs {text.count(plain)} times"
    return position(text.replace(plain, snippet))
