"""Trying an answer asks only the tables that it can reach, and says what deciding all of them would say."""

import pytest

from crossprov import Rulebook, read_case
from crossprov.look import Look
from interview.oracle import Oracle, worked

RULES = Rulebook.load()
EVERY = 61
CASES = [one for n, one in enumerate(worked(RULES)) if n % EVERY == 0]


def looks(case):
    """What is known at every second question of an interview."""
    talk = Oracle(RULES, case).begin()
    while talk.question is not None:
        read = read_case(talk.case)
        yield Look(RULES, RULES.item(read.item), read, read.as_of, read.as_of)
        for _ in range(2):
            if talk.question is not None:
                talk = talk.answer(Oracle(RULES, case)(talk.question.fact))


@pytest.mark.parametrize(("item", "name", "case"), CASES, ids=[f"{item}-{name}" for item, name, _ in CASES])
def test_what_would_be_is_what_would_be_decided(item, name, case):
    tried = 0
    for look in looks(case):
        for missing in look.open:
            for fact in look.settled_by(missing.fact):
                for alike in look.kinds(fact)[:3]:
                    outcome, needs = look.would_be({fact: alike[0]})
                    decision = look.decided({fact: alike[0]})
                    asked = {need.fact for need in needs if need.fact not in RULES.parameters}
                    assert outcome == decision.outcome
                    assert asked == {one.fact for one in decision.missing}
                    tried += 1
    assert tried or not Oracle(RULES, case).interviewed()[1]
