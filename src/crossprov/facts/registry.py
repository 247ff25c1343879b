"""Finding the Python function of a fact. Only modules of the library, or those a caller names, are looked in."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import TYPE_CHECKING, Any, Final

from crossprov._errors import Problem, RulebookError
from crossprov.facts.records import concluded_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crossprov.rulebook.types import Type
    from crossprov.rulebook.vocabulary import FactDef

BUILTIN: Final = "crossprov.facts"
_MACHINERY: Final = frozenset(
    f"{BUILTIN}.{name}"
    for name in [
        "admit",
        "aggregates",
        "book",
        "bounds",
        "calculation",
        "formula",
        "last",
        "records",
        "registry",
    ]
)
_NAME: Final = re.compile(r"([a-z][a-z_]*):([a-z][a-z0-9_]*)\Z")


def function(name: str, reads: int, packages: Sequence[str] = (BUILTIN,)) -> Callable[..., Any]:
    """Return the function ``module:name`` of the first package that has it.

    ``reads`` is how many values the vocabulary hands over. Raises ``RulebookError`` if there is no such
    function, or if it takes another number of values.
    """
    found = _NAME.match(name)
    if found is not None:
        for package in packages:
            candidate = _in(package, found[1], found[2])
            if candidate is None:
                continue
            taken = len(inspect.signature(candidate).parameters)
            if taken != reads:
                said = {"found": name, "reads": str(reads), "expected": str(taken)}
                raise RulebookError([Problem("function_reads", said)])
            return candidate
    raise RulebookError([Problem("function_not_found", {"found": name, "expected": ", ".join(packages)})])


def misread(
    call: Callable[..., Any], fact: FactDef, records: Mapping[str, Mapping[str, Type]]
) -> Iterator[Problem]:
    """Yield what a function of a fact cannot read: lists for whose records the rules conclude what it does not know.

    ``records`` are the lists that there are, with the types of their fields.
    """
    known = concluded_read(call)
    for index, (parameter, read) in enumerate(
        zip(inspect.signature(call).parameters, fact.shape.reads, strict=True)
    ):
        if parameter in known:
            type_ = records.get(read, {}).get("conclusion")
            found = [] if type_ is None else list(type_.values or (type_.name(),))
            strange = [one for one in found if one not in known[parameter]]
            if strange or type_ is None:
                said = {
                    "found": read,
                    "values": ", ".join(strange) or "–",
                    "expected": ", ".join(sorted(known[parameter])),
                }
                yield fact.where.at("reads", index).problem("function_reads_concluded", **said)


def _in(package: str, module: str, name: str) -> Callable[..., Any] | None:
    wanted = f"{package}.{module}"
    if wanted in _MACHINERY:
        return None
    try:
        candidate = getattr(importlib.import_module(wanted), name, None)
    except ModuleNotFoundError as error:
        if error.name is not None and wanted.startswith(error.name):
            return None
        raise
    # What a module has imported is no function of a fact.
    own = getattr(candidate, "__module__", "") == wanted
    return candidate if callable(candidate) and own else None
