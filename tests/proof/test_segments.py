"""The times that are proved one by one are those in which nothing changes that decides an item."""

from crossprov.proof.prover import prove_item
from decide.small import TEXT, fact, requirement, rulebook

AGE = f"""  limit.age:
    type: int
    label: {TEXT}
    versions:
      - {{from: 2010-01-01, through: 2019-12-31, value: 60, law: none_found}}
      - {{from: 2020-01-01, value: 200, law: none_found}}
"""


def test_a_value_of_law_that_only_a_formula_reads_parts_the_days(tmp_path):
    """Nobody is 200 years old, so since 2020 nobody is eligible: the value of 2010 proves nothing of that."""
    facts = fact("age", "int", min="0", max="150") + fact("is_old", "bool", formula="age >= limit.age")
    book = rulebook(
        tmp_path, facts=facts, parameters=AGE, item="requirements:\n" + requirement("old", "is_old")
    )
    [found] = prove_item(book, book.item("it")).findings
    assert (found.code, found.subject, found.verdict) == ("outcome", "eligible", "fault")
    assert found.days == (("2020-01-01", None),)
