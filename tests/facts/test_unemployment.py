"""Months that count, months left over, last place: exact where told, bounds where not."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov.facts import benefits, unemployment
from crossprov.models import BenefitDrawn, UnemploymentGrant, UnemploymentSpell
from crossprov.values import NONE, Month, Need, Unknown
from facts.record_lists import (
    CHONGQING,
    EVERYWHERE,
    GUANGDONG,
    PROVINCES,
    SICHUAN,
    admits,
    day,
    drawn,
    listed,
    only,
)

ALL_PROVINCES = (*PROVINCES, "110000", "330000")
STEPS = {"m0": 0, "m12": 3, "m24": 6, "m36": 9}
FIRST = Month(2010, 1)


def spells(*rows, complete_for=EVERYWHERE):
    return listed(UnemploymentSpell, "unemployment.spells", rows, complete_for)


def grants(*rows, complete_for=EVERYWHERE):
    return listed(UnemploymentGrant, "unemployment.grants", rows, complete_for)


def paid(province, start, months, **more):
    first = Month.parse(start)
    told = {"end": first.plus(months - 1), "months": months, "employer_paid": True, "person_paid": True}
    return UnemploymentSpell.model_validate({**told, "place": province, "start": first, **more})


def granted(province, on, months, drawn_months):
    told = {"place": province, "granted_on": on, "months_granted": months, "months_drawn": drawn_months}
    return UnemploymentGrant.model_validate(told)


NONE_GRANTED = grants()


# --- months that count ------------------------------------------------------------------------------------


def test_u19_months_of_both_provinces_add_up():
    rows = paid(CHONGQING, "2021-01", 30), paid(SICHUAN, "2024-04", 10)
    assert unemployment.paid_months(spells(*rows), NONE_GRANTED) == 40
    assert unemployment.months_in(spells(*rows), NONE_GRANTED, SICHUAN) == 10


def test_u15_the_count_begins_anew_after_benefit_was_drawn():
    rows = spells(paid(CHONGQING, "2015-01", 72), paid(CHONGQING, "2023-10", 14))
    given_before = grants(granted(CHONGQING, "2021-02-08", 15, 7))
    assert unemployment.paid_months(rows, given_before) == 14
    assert unemployment.carried_months(given_before) == 8


def test_what_was_granted_and_not_drawn_at_all_does_not_begin_the_count_anew():
    rows = spells(paid(CHONGQING, "2015-01", 72), paid(CHONGQING, "2023-10", 14))
    untouched = grants(granted(CHONGQING, "2021-02-08", 15, 0))
    assert unemployment.paid_months(rows, untouched) == 86
    assert unemployment.has_untouched_grant(untouched) is True


def test_a_spell_that_began_in_the_month_of_the_grant_is_new():
    rows = spells(paid(CHONGQING, "2021-02", 12))
    assert unemployment.paid_months(rows, grants(granted(CHONGQING, "2021-02-08", 15, 7))) == 12


def test_a_spell_across_the_grant_is_cut_after_its_month():
    rows = spells(paid(CHONGQING, "2021-01", 12))
    assert unemployment.paid_months(rows, grants(granted(CHONGQING, "2021-02-08", 15, 7))) == 10


def test_months_paid_twice_count_once():
    rows = spells(paid(CHONGQING, "2021-01", 12), paid(SICHUAN, "2021-07", 12))
    assert unemployment.paid_months(rows, NONE_GRANTED) == 18


@pytest.mark.parametrize(
    ("field", "value", "expected"), [("employer_paid", False, 0), ("person_paid", False, 0)]
)
def test_months_that_somebody_did_not_pay_do_not_count(field, value, expected):
    rows = spells(paid(CHONGQING, "2021-01", 12, **{field: value}))
    assert unemployment.paid_months(rows, NONE_GRANTED) == expected


@pytest.mark.parametrize("field", ["employer_paid", "person_paid"])
def test_who_paid_must_be_told(field):
    rows = spells(paid(CHONGQING, "2021-01", 12, **{field: None}))
    found = unemployment.paid_months(rows, NONE_GRANTED)
    need = Need("unemployment.spells", (), everywhere=True)
    assert found == Unknown(frozenset({need}), low=0, high=12)


def test_a_list_that_is_not_complete_gives_a_lower_bound():
    found = unemployment.paid_months(
        spells(paid(CHONGQING, "2021-01", 12), complete_for=only(CHONGQING)), NONE_GRANTED
    )
    assert isinstance(found, Unknown)
    assert (found.low, found.high) == (12, None)


def test_a_grant_that_nobody_told_would_make_all_months_old():
    found = unemployment.paid_months(spells(paid(CHONGQING, "2021-01", 12)), grants(complete_for=None))
    assert isinstance(found, Unknown)
    assert (found.low, found.high) == (0, 12)


# --- service ------------------------------------------------------------------------------------------------


def counted(service, discharged=None, *, counts=True, left_out=False, given_before=NONE_GRANTED, rows=()):
    discharged_on = Unknown() if discharged is None else day(discharged)
    return unemployment.counted_months(spells(*rows), given_before, service, discharged_on, left_out, counts)


def test_u24_service_counts_like_months_paid():
    assert counted(60) == 60
    assert counted(60, rows=[paid(SICHUAN, "2021-01", 12)]) == 72


def test_service_of_who_was_retired_or_supported_is_left_out():
    assert counted(60, left_out=True, rows=[paid(SICHUAN, "2021-01", 12)]) == 12


def test_how_the_person_was_settled_is_asked_only_where_it_matters():
    mode = Unknown(frozenset({Need("unemployment.settlement_mode")}))
    found = counted(60, left_out=mode, rows=[paid(SICHUAN, "2021-01", 12)])
    assert (found.low, found.high, found.needs) == (12, 72, mode.needs)
    assert counted(0, left_out=mode) == 0


def test_no_months_are_paid_in_no_province():
    assert unemployment.months_in(spells(paid(SICHUAN, "2021-01", 12)), NONE_GRANTED, NONE) == 0


def test_service_counts_for_nothing_before_the_law():
    assert counted(60, counts=False) == 0
    assert counted(Unknown(), counts=False) == 0


def test_service_counts_once():
    before = grants(granted(SICHUAN, "2021-02-08", 15, 7))
    assert counted(60, "2020-09-01", given_before=before) == 0
    assert counted(60, "2022-09-01", given_before=before) == 60
    unclear = counted(60, given_before=before)
    assert isinstance(unclear, Unknown)
    assert (unclear.low, unclear.high) == (0, 60)


def test_service_that_is_not_told_may_add_months():
    need = Need("unemployment.service_months")
    found = counted(Unknown(frozenset({need})), rows=[paid(SICHUAN, "2021-01", 12)])
    assert found == Unknown(frozenset({need}), low=12)


# --- steps --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "step"),
    [(0, "m0"), (11, "m0"), (12, "m12"), (23, "m12"), (24, "m24"), (36, "m36"), (500, "m36")],
)
def test_steps_include_their_first_month(months, step):
    assert unemployment.step(months, STEPS) == step


def test_bounds_on_one_step_are_enough():
    need = frozenset({Need("unemployment.spells")})
    assert unemployment.step(Unknown(need, low=12, high=23), STEPS) == "m12"
    assert unemployment.step(Unknown(need, low=40), STEPS) == "m36"
    found = unemployment.step(Unknown(need, low=23, high=24), STEPS)
    assert found == Unknown(need, among=frozenset({"m12", "m24"}))


def test_a_gap_of_the_table_stays_one():
    gap = Unknown(frozenset({Need("param.some_table")}))
    assert unemployment.step(12, gap) == gap


# --- months left over -----------------------------------------------------------------------------------------


def test_the_last_grant_decides_what_is_left():
    rows = granted(CHONGQING, "2015-02-09", 12, 2), granted(SICHUAN, "2021-02-08", 15, 7)
    assert unemployment.carried_months(grants(*rows)) == 8
    assert unemployment.carried_in(grants(*rows), SICHUAN) == 8
    assert unemployment.carried_in(grants(*rows), CHONGQING) == 0
    assert unemployment.carried_elsewhere(grants(*rows), CHONGQING) is True
    assert unemployment.carried_elsewhere(grants(*rows), SICHUAN) is False


def test_nothing_granted_nothing_left():
    assert unemployment.carried_months(NONE_GRANTED) == 0
    assert unemployment.has_untouched_grant(NONE_GRANTED) is False


def test_what_was_drawn_must_be_told():
    found = unemployment.carried_months(grants(granted(CHONGQING, "2021-02-08", 15, None)))
    assert isinstance(found, Unknown)
    assert (found.low, found.high) == (0, 15)


# --- places -----------------------------------------------------------------------------------------------------


def test_the_last_place_is_that_of_the_last_month():
    rows = paid(CHONGQING, "2021-01", 30), paid(SICHUAN, "2024-04", 10)
    assert unemployment.last_insured_province(spells(*rows)) == SICHUAN
    assert unemployment.last_insured_place(spells(*rows)) == SICHUAN


def test_a_spell_without_an_end_is_the_last_if_it_began_after_all_others_ended():
    rows = paid(CHONGQING, "2021-01", 30, end=None), paid(SICHUAN, "2019-04", 10)
    assert unemployment.last_insured_province(spells(*rows)) == CHONGQING


def test_a_spell_without_an_end_may_have_ended_before_a_later_one():
    """A record says nothing of its state, so an end that nobody told does not mean that it goes on."""
    rows = paid(CHONGQING, "2010-01", 12, end=None), paid(SICHUAN, "2021-04", 10)
    found = unemployment.last_insured_province(spells(*rows))
    assert found == Unknown(
        frozenset({Need("unemployment.spells", (CHONGQING, SICHUAN))}), among=frozenset({CHONGQING, SICHUAN})
    )


def test_two_spells_in_one_province_need_no_end():
    rows = paid(CHONGQING, "2010-01", 12, end=None), paid(CHONGQING, "2021-04", 10)
    assert unemployment.last_insured_province(spells(*rows)) == CHONGQING


def test_who_was_never_insured_has_no_last_place():
    assert unemployment.last_insured_place(spells()) is NONE
    assert isinstance(unemployment.last_insured_place(spells(complete_for=None)), Unknown)


def test_a_relation_is_seen_in_either_list():
    assert unemployment.has_record_at(spells(paid(SICHUAN, "2021-01", 1)), NONE_GRANTED, SICHUAN) is True
    one = grants(granted(SICHUAN, "2021-02-08", 15, 7), complete_for=())
    assert unemployment.has_record_at(spells(complete_for=()), one, SICHUAN) is True
    assert unemployment.has_record_at(spells(), NONE_GRANTED, SICHUAN) is False
    found = unemployment.has_record_at(spells(), grants(complete_for=only(CHONGQING)), SICHUAN)
    assert found == Unknown(frozenset({Need("unemployment.grants", (SICHUAN,))}))


@pytest.mark.parametrize(
    ("scheme", "benefit", "pension"),
    [("unemployment", True, False), ("resident_pension", False, True), ("employee_pension", False, False)],
)
def test_what_is_drawn(scheme, benefit, pension):
    listed_ = drawn(BenefitDrawn(scheme=scheme, place="510104", since="2024-01-01", through=None))
    assert benefits.draws_unemployment_benefit(listed_, day("2024-03-04")) is benefit
    assert benefits.draws_resident_pension(listed_, day("2024-03-04")) is pension


# --- knowing less -------------------------------------------------------------------------------------------


@st.composite
def any_spell(draw):
    start = FIRST.plus(draw(st.integers(0, 80)))
    length = draw(st.integers(1, 30))
    row = {"place": draw(st.sampled_from(PROVINCES)), "start": start}
    if draw(st.integers(0, 5)):
        row["end"] = start.plus(length - 1)
    months = draw(st.sampled_from(["all", "some", "unknown"]))
    if months != "unknown":
        row["months"] = length if months == "all" else draw(st.integers(0, length))
    for field in ("employer_paid", "person_paid"):
        row[field] = draw(st.sampled_from([True, True, True, False, None]))
    return UnemploymentSpell.model_validate(row)


@st.composite
def any_grant(draw):
    months = draw(st.integers(0, 24))
    on = FIRST.plus(draw(st.integers(0, 100))).first_day
    told = draw(st.sampled_from([None, 0, months, months // 2]))
    return granted(draw(st.sampled_from(PROVINCES)), on, months, told)


@dataclass(frozen=True)
class Everything:
    spells: tuple[UnemploymentSpell, ...]
    grants: tuple[UnemploymentGrant, ...]


everything = st.builds(
    Everything, st.lists(any_spell(), max_size=6).map(tuple), st.lists(any_grant(), max_size=3).map(tuple)
)


@dataclass(frozen=True)
class Cut:
    """What is left of the lists: some provinces, and for all of them what touches the time from a day on."""

    kept: tuple[str, ...]
    since: Month | None

    def coverage(self):
        covers = [{"provinces": list(self.kept)}] if self.kept else []
        return covers + ([{"provinces": "all", "since": self.since.first_day}] if self.since else [])

    def leaves(self, row):
        if row.place in self.kept:
            return True
        if isinstance(row, UnemploymentGrant):
            return self.since is not None and row.granted_on >= self.since.first_day
        return self.since is not None and (row.end is None or row.end >= self.since)


cuts = st.builds(
    Cut,
    st.lists(st.sampled_from(ALL_PROVINCES), unique=True).map(tuple),
    st.none() | st.integers(0, 120).map(FIRST.plus),
)
one_less = st.sampled_from(PROVINCES).map(
    lambda gone: Cut(tuple(province for province in ALL_PROVINCES if province != gone), None)
)


def stepped(there, before):
    return unemployment.step(unemployment.paid_months(there, before), STEPS)


FACTS = {
    "paid": unemployment.paid_months,
    "paid there": lambda there, before: unemployment.months_in(there, before, GUANGDONG),
    "counted": lambda there, before: unemployment.counted_months(
        there, before, 20, day("2013-05-06"), False, True
    ),
    "counted, discharge unknown": lambda there, before: unemployment.counted_months(
        there,
        before,
        20,
        Unknown(frozenset({Need("unemployment.discharged_on")})),
        False,
        True,
    ),
    "step": stepped,
    "carried": lambda _, before: unemployment.carried_months(before),
    "carried there": lambda _, before: unemployment.carried_in(before, GUANGDONG),
    "carried elsewhere": lambda _, before: unemployment.carried_elsewhere(before, GUANGDONG),
    "untouched": lambda _, before: unemployment.has_untouched_grant(before),
    "last place": lambda there, _: unemployment.last_insured_place(there),
    "last province": lambda there, _: unemployment.last_insured_province(there),
    "record there": lambda there, before: unemployment.has_record_at(there, before, GUANGDONG),
}


@given(everything, cuts | one_less, cuts | one_less, st.sampled_from(sorted(FACTS)))
def test_records_taken_away_open_a_question_but_change_no_answer(case, cut, other, name):
    fact = FACTS[name]
    truth = fact(spells(*case.spells), grants(*case.grants))
    less = fact(
        spells(*filter(cut.leaves, case.spells), complete_for=cut.coverage()),
        grants(*filter(other.leaves, case.grants), complete_for=other.coverage()),
    )
    if isinstance(truth, Unknown):
        assert isinstance(less, Unknown)
    else:
        assert admits(less, truth)


@given(everything)
def test_the_order_in_which_records_are_told_does_not_matter(case):
    for name, fact in FACTS.items():
        one = fact(spells(*case.spells), grants(*case.grants))
        other = fact(spells(*reversed(case.spells)), grants(*reversed(case.grants)))
        assert one == other or (isinstance(one, Unknown) and isinstance(other, Unknown)), name


@given(everything, st.sampled_from(PROVINCES), st.integers(1, 30))
def test_more_months_paid_never_count_for_less(case, province, months):
    """A further spell after everything else adds what was paid in it."""
    later = paid(province, "2030-01", months)
    before = unemployment.paid_months(spells(*case.spells), grants(*case.grants))
    after = unemployment.paid_months(spells(*case.spells, later), grants(*case.grants))
    if not isinstance(before, Unknown) and all(spell.end is not None for spell in case.spells):
        assert after == before + months


# --- an independent, slow reading for lists in which every month and every grant is told --------------------


@st.composite
def plain_life(draw):
    """Work, then perhaps benefit, then work again; every month told."""
    rows, decisions, at = [], [], FIRST
    for _ in range(draw(st.integers(0, 5))):
        length = draw(st.integers(1, 30))
        rows.append(paid(draw(st.sampled_from(PROVINCES)), str(at), length))
        at = at.plus(length)
        if draw(st.booleans()):
            months = draw(st.integers(1, 24))
            drawn_months = draw(st.integers(1, months))
            decisions.append(granted(rows[-1].place, at.first_day, months, drawn_months))
            at = at.plus(drawn_months)
        at = at.plus(draw(st.integers(0, 5)))
    return rows, decisions


@given(plain_life())
def test_the_count_agrees_with_a_plain_reading_of_the_law(life):
    rows, decisions = life
    since = max((one.granted_on for one in decisions), default=None)
    new = [row for row in rows if since is None or row.start.first_day >= since]
    assert unemployment.paid_months(spells(*rows), grants(*decisions)) == sum(row.months for row in new)
    left = decisions[-1].months_granted - decisions[-1].months_drawn if decisions else 0
    assert unemployment.carried_months(grants(*decisions)) == left
