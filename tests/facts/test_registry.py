"""Only functions of facts can be named by a vocabulary."""

import pytest

from crossprov import RulebookError
from crossprov.facts.registry import function


def test_a_function_of_a_fact_is_found():
    assert callable(function("pension:last_general_province", 1))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("pension:last_general_province", "function_reads"),
        ("pension:nothing", "function_not_found"),
        ("nothing:at_all", "function_not_found"),
        ("records:tolerant", "function_not_found"),
        ("book:told_fact", "function_not_found"),
        ("calculation:round_half_up", "function_not_found"),
        ("bounds:is_some", "function_not_found"),
        ("last:last_of", "function_not_found"),
        ("pension:needs_of", "function_not_found"),
        ("pension:_last", "function_not_found"),
        ("os:system", "function_not_found"),
        ("../os:system", "function_not_found"),
        ("pension.__builtins__:eval", "function_not_found"),
    ],
)
def test_anything_else_is_refused(name, code):
    with pytest.raises(RulebookError) as error:
        function(name, 7)
    assert error.value.problems[0].code == code
