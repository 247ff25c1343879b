"""Texts for people, in Chinese and English, from data files beside this module.

A text is found by its key and filled with named values; code never joins sentences together.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LANGUAGES: Final = ("zh", "en")
PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_.]*)\}")


class Text(NamedTuple):
    """A text for people, in Chinese and English."""

    zh: str
    en: str

    def filled(self, **values: Text) -> Text:
        """Return the text with each ``{name}`` replaced by that value in the same language."""
        return Text(
            self.zh.format_map({name: value.zh for name, value in values.items()}),
            self.en.format_map({name: value.en for name, value in values.items()}),
        )

    def replaced(self, value: Callable[[str], Text]) -> Text:
        """Return the text with each ``{fact.name}`` replaced by what ``value`` says of it."""
        return Text(
            PLACEHOLDER.sub(lambda found: value(found[1]).zh, self.zh),
            PLACEHOLDER.sub(lambda found: value(found[1]).en, self.en),
        )

    def in_(self, language: str) -> str:
        """Return the text in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en


@cache
def _catalogue(group: str) -> dict[str, dict[str, str]]:
    source = files(__name__).joinpath(f"{group}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, dict[str, str]] = yaml.load(source, Loader=loader)
    return loaded


def every(group: str) -> Mapping[str, Mapping[str, str]]:
    """Return all texts of a group by name, unfilled, for a program that fills them itself."""
    return _catalogue(f"{group}s")


def text(key: str, language: str, /, **values: object) -> str:
    """Return the text ``group.name`` in ``zh`` or ``en`` with ``{placeholders}`` filled.

    Raises ``KeyError`` if there is no such text: a test holds every key that the code uses.
    """
    return template(key).in_(language).format_map(values)


def template(key: str) -> Text:
    """Return the text ``group.name`` in both languages, its placeholders unfilled."""
    group, _, name = key.partition(".")
    found = _catalogue(group + "s")[name]
    return Text(found["zh"], found["en"])


def both(key: str, /, **values: object) -> Text:
    """Return the text in both languages, with values that read the same in both."""
    found = template(key)
    return Text(found.zh.format_map(values), found.en.format_map(values))
