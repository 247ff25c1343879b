"""Whatever is known of the facts, in whatever rulebook: a case led the way of earlier ones is decided as if alone."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossprov import CaseError
from crossprov._errors import Problem
from crossprov.assembly import memory, stretches
from crossprov.assembly.stretches import Prepared
from crossprov.decide import Decider
from crossprov.facts.book import FactBook
from crossprov.testing import facts, rulebooks
from crossprov.testing.rulebooks import CHANGE, FROM, ITEM
from crossprov.values import Need, Unknown
from decide.test_stretches import plain

FEW = max(1, settings.default.max_examples // 4)
LATER = CHANGE + dt.timedelta(days=500)
TOWNSHIP = Unknown(frozenset({Need("street")}), among=frozenset({"970101", "970102"}))


def refused(name):
    def work_out(_book):
        raise CaseError([Problem("fact_out_of_range", {"fact": name})])

    return work_out


def decided(decider, prepared, told, law_on, broken):
    """Everything that comes of facts, and in which order they were looked at; ``broken`` ones refuse the case."""
    book = FactBook(decider.sources, decider.rulebook.item(ITEM), None, law_on, LATER)
    book._sources = {name: refused(name) if name in broken else told_as(told[name]) for name in told}
    try:
        answers = prepared.run(book)
        said = [(name, plain(answer)) for name, answer in answers.answers.items()]
        whole = decider.assembly(book, prepared, answers).decision(decider.made_by(law_on, LATER, LATER))
        return said, whole.to_dict(), list(book.seen().items())
    except CaseError as error:
        return [dataclasses.astuple(one) for one in error.problems], list(book.seen())


def told_as(value):
    return lambda _book: value


@settings(max_examples=FEW, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_facts_known_in_part_are_led_as_if_every_table_were_asked(data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretches, "MAX_FACTS", data.draw(st.sampled_from([1, 2, 12])))
        patch.setattr(memory, "MAX_NOTES", data.draw(st.sampled_from([5, 60, 200_000])))
        decider = Decider(data.draw(rulebooks()).load(engine="index"))
        item = decider.rulebook.item(ITEM)
        for law_on in (FROM, CHANGE):
            led = decider.prepared(item, law_on)
            every = Prepared(led.tables)
            drawn = facts(ITEM, law_on, decider.rulebook)
            for told in data.draw(st.lists(drawn, min_size=2, max_size=5)):
                told.setdefault("move.to_place", data.draw(st.sampled_from(["970101", "980101", TOWNSHIP])))
                broken = data.draw(st.sets(st.sampled_from(sorted(told)), max_size=1))
                alone = decided(decider, every, told, law_on, broken)
                for _ in range(2):  # the second time on a way that is known
                    assert decided(decider, led, told, law_on, broken) == alone
