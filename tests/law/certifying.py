"""Items 9-12 in the tests: their examples, changed in some facts, and what to look at in a decision."""

import copy

from crossprov import Rulebook, decide

PENSION, DEPENDANT, INJURY, DEATH = ITEMS = (
    "pension-eligibility-certification",
    "pension-dependant-certification",
    "injury-eligibility-certification",
    "work-death-dependant-certification",
)
RULES = Rulebook.load()
EXAMPLES = [(item, it.example.id) for item in ITEMS for it in RULES.examples(item)]
LISTS = ("benefits",)
PLAIN = {
    PENSION: "between-the-readings",
    DEPENDANT: "chongqing-2024",
    INJURY: "grade-3-chongqing",
    DEATH: "child-of-17",
}
LOST = {PENSION: "death-2024", DEPENDANT: "adopted", INJURY: "death-2024", DEATH: "remarried"}
ANYWHERE = ("510104", "510703", "500103", "500109", "440106", "520102")
SICHUAN, CHONGQING, ELSEWHERE = "510104", "500103", "440106"


def case_of(item, name):
    one = next(it.example for it in RULES.examples(item) if it.example.id == name)
    return {**copy.deepcopy(one.case), "item": item, "as_of": str(one.as_of)}


def decided(case):
    return decide(case, RULES)


def with_facts(item, name, as_of=None, **changes):
    """An example with some facts changed (None: not told)."""
    case = case_of(item, name)
    for key, value in changes.items():
        case["facts"][f"certification.{key}"] = value
    if as_of is not None:
        case["as_of"] = as_of
        case.pop("applied_on", None)
    return decided(case)


def value(decision, name):
    return decision.conclusion(name).value


def due(decision, step):
    return next(one for one in decision.steps if one.id == step).due_on


def intake(decision):
    return {one.id for one in decision.intake}
