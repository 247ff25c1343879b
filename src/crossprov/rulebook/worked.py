"""The worked examples of an item, as its files state them; they are read only when somebody asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from crossprov._errors import RulebookError
from crossprov.rulebook import slips
from crossprov.rulebook.schema import ExamplesFile
from crossprov.rulebook.shapes import shaped
from crossprov.rulebook.symbols import closest
from crossprov.rulebook.vocabulary import Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crossprov._errors import Problem
    from crossprov.rulebook.schema import Example
    from crossprov.rulebook.source import Document


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked example, whole, and where it stands."""

    example: Example
    where: Where


def read_examples(documents: Iterable[Document]) -> tuple[Worked, ...]:
    """Return the examples of all files of an item; raise ``RulebookError`` with every problem found."""
    stated: dict[str, Worked] = {}
    problems: list[Problem] = []
    for document in documents:
        try:
            examples = shaped(document, ExamplesFile).examples
        except RulebookError as error:
            problems += error.problems
            continue
        for index, example in enumerate(examples):
            where = Where(document, ("examples", index))
            if example.id in stated:
                problems.append(where.at("id").problem("name_taken", found=example.id))
            stated[example.id] = Worked(example, where)
    found = [_whole(worked, stated, problems) for worked in stated.values()]
    if problems:
        raise RulebookError(problems)
    return tuple(found)


def _whole(worked: Worked, stated: Mapping[str, Worked], problems: list[Problem]) -> Worked:
    """Return an example with what it takes over from others."""
    chain = [worked.example]
    while (name := chain[-1].like) is not None:
        other = stated.get(name)
        seen = {example.id for example in chain}
        if other is None or other.example.id in seen:
            said = {"found": name, "expected": closest(name, stated.keys() - seen)}
            problems.append(worked.where.at("like").problem("unknown_example", **said))
            return worked
        chain.append(other.example)
    # From the first on: a null takes away what any of those before had told.
    example = reduce(_over, reversed(chain))
    if example.as_of is None:
        problems.append(worked.where.problem("key_missing", key="as_of", hint=slips.of_missing("as_of")))
    return Worked(example, worked.where)


def _over(base: Example, changed: Example) -> Example:
    return changed.model_copy(
        update={
            "like": base.like,
            "as_of": changed.as_of or base.as_of,
            "case": _merged(base.case, changed.case),
            "facts": _merged(base.facts, changed.facts),
        }
    )


def _merged(base: Any, changed: Any) -> Any:
    """Lay ``changed`` over ``base``: mappings key by key, anything else as a whole."""
    if changed is None:
        return base
    if not (isinstance(base, dict) and isinstance(changed, dict)):
        return changed
    left = {key: value for key, value in base.items() if key not in changed}
    # A null that is written out makes unknown again, and what is not told is unknown.
    return left | {key: _merged(base.get(key), value) for key, value in changed.items() if value is not None}
