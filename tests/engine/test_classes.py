"""Values of one class are answered alike by every table: what ``classes`` promises to who remembers ways."""

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crossprov.engine import IndexEngine
from crossprov.values import NONE, Need, Unknown
from engine.readings import READINGS
from engine.strategies import TYPES, states, tables

EXAMPLES = settings.default.max_examples  # those of the profile


@settings(max_examples=2 * EXAMPLES, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_values_of_one_class_are_answered_alike_by_every_table(data):
    several = [data.draw(tables(facts=3, rows=3)) for _ in range(2)]
    engine = IndexEngine()
    class_of = engine.classes(several)
    one, other = ({}, {})
    for table in several:
        one |= data.draw(states(table))
        other |= data.draw(states(table))
    alike = {name for name in one if class_of[name](one[name]) == class_of[name](other[name])}
    assume(alike)
    changed = {name: other[name] if name in alike else value for name, value in one.items()}
    for table in several:
        evaluate = engine.prepare(table)
        assert evaluate(one.__getitem__) == evaluate(changed.__getitem__)


@given(st.data())
def test_classes_of_unknowns_differ_by_what_would_settle_them(data):
    table = data.draw(tables())
    class_of = IndexEngine().classes([table])
    for name in table.types:
        mine, theirs = (Unknown(frozenset({Need(name, (place,))})) for place in ("510000", "500000"))
        assert class_of[name](mine) != class_of[name](theirs)


@given(st.data())
def test_a_truth_is_never_the_class_of_none_or_of_an_unknown(data):
    """The mask 1 equals True, so masks and truths may not meet in one fact."""
    table = data.draw(tables())
    class_of = IndexEngine().classes([table])
    for name, type_ in table.types.items():
        if TYPES.get(name) == type_ and type_.kind == "bool":
            found = [class_of[name](value) for value in (True, False, NONE, Unknown())]
            assert len(set(found)) == len(found)


def test_only_the_index_lets_ways_be_remembered():
    """What compares readings has to ask every table."""
    classes = {name: engine().classes([]) for name, engine in READINGS.items()}
    assert {name for name, found in classes.items() if found is not None} == {"index"}
