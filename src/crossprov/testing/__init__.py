"""Property tests for rulebooks: strategies for hypothesis, and what must hold of every decision.

For the extra ``crossprov[testing]``; nothing else in the library imports hypothesis.

    >>> from hypothesis import given
    >>> from crossprov import Rulebook, decide
    >>> from crossprov.testing import assert_no_other_answer, cases, provinces_in, without_province
    >>> RULES = Rulebook.load("rules")
    >>> @given(cases(RULES, "pension-transfer-enterprise"))
    ... def test_less(case):
    ...     for province in provinces_in(case, RULES):
    ...         less = without_province(case, province, rulebook=RULES)
    ...         assert_no_other_answer(decide(less, RULES), decide(case, RULES))
"""

from crossprov.testing.cases import cases, citizens, days, employers
from crossprov.testing.edges import Edges, edges
from crossprov.testing.facts import decide_facts, facts
from crossprov.testing.less import (
    issued_elsewhere,
    less_told,
    lists_of,
    provinces_in,
    reordered,
    without_province,
)
from crossprov.testing.near import near_examples
from crossprov.testing.properties import (
    assert_due_in_order,
    assert_law_in_force,
    assert_no_other_answer,
    assert_nothing_personal,
    assert_same_answer,
    assert_same_offices,
    citations,
)
from crossprov.testing.rulebooks import RulebookFiles, rulebooks
from crossprov.testing.rules import assert_days_agree, assert_rules_no_older_than_law
from crossprov.testing.suite import suite
from crossprov.testing.values import completions, is_possible, unknowns, values

__all__ = [
    "Edges",
    "RulebookFiles",
    "assert_days_agree",
    "assert_due_in_order",
    "assert_law_in_force",
    "assert_no_other_answer",
    "assert_nothing_personal",
    "assert_rules_no_older_than_law",
    "assert_same_answer",
    "assert_same_offices",
    "cases",
    "citations",
    "citizens",
    "completions",
    "days",
    "decide_facts",
    "edges",
    "employers",
    "facts",
    "is_possible",
    "issued_elsewhere",
    "less_told",
    "lists_of",
    "near_examples",
    "provinces_in",
    "reordered",
    "rulebooks",
    "suite",
    "unknowns",
    "values",
    "without_province",
]
