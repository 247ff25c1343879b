"""Whether the declared relations between facts hold of cases that have records: else a proof would be vacuous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossprov._errors import CrossprovError
from crossprov.facts.formula import compile_formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.facts.book import FactBook
    from crossprov.rulebook.book import Rulebook

_KEPT = "relations"


def broken_relations(rulebook: Rulebook, book: FactBook) -> Iterator[str]:
    """Yield the relations that certainly do not hold of the facts of a case. What is unknown breaks none."""
    compiled = rulebook.kept.get(_KEPT)
    if not isinstance(compiled, dict):
        vocabulary = rulebook.vocabulary
        compiled = {name: compile_formula(vocabulary.relation(name)) for name in vocabulary.relations}
        rulebook.kept[_KEPT] = compiled
    for name, holds in compiled.items():
        try:
            value = holds(book, None)
        except CrossprovError:  # facts that no case may have
            continue
        if value is False:
            yield name
