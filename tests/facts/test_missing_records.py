"""Knowing less may leave a question open; it must never change the answer."""

from dataclasses import dataclass
from itertools import permutations

from hypothesis import assume, given
from hypothesis import strategies as st

from crossprov.facts import hukou as registrations
from crossprov.facts import longest, months, pension, relations
from crossprov.models import DeemedPeriod, HukouSpell, PensionSpell
from crossprov.values import Month, Unknown
from facts.record_lists import EVERYWHERE, GUANGDONG, PROVINCES, admits, day, deemed, hukou, spells

FIRST = Month(1996, 1)
LIMIT = 24
FIXED = day("2000-01-01")
AS_OF = day("2012-01-01")
ALL_PROVINCES = (*PROVINCES, "110000", "330000")


@st.composite
def pension_spell(draw):
    start = FIRST.plus(draw(st.integers(0, 90)))
    length = draw(st.integers(1, 40))
    open_ = draw(st.integers(0, 5)) == 0
    told = draw(st.sampled_from(["all", "some", "total", "unknown"]))
    row = {
        "scheme": draw(st.sampled_from(["employee", "employee", "employee", "public"])),
        "place": draw(st.sampled_from(PROVINCES)),
        "account": draw(st.sampled_from(["general", "general", "general", "temporary", None])),
        "start": start,
        "arrears_months": draw(st.sampled_from([0, 0, 2, None])),
        "state": draw(st.sampled_from(["paying", "suspended", "transferred", None])),
        "enrolled_on": draw(st.sampled_from([None, start.first_day])),
    }
    if not open_:
        row["end"] = start.plus(length - 1)
    if told == "all":
        row["paid_months"] = length
    elif told == "some":
        row["contributions"] = [{"start": start, "end": start.plus(length // 2)}]
        if not open_ and length == 1:
            row["contributions"] = [{"start": start, "end": start}]
    elif told == "total":
        row["paid_months"] = draw(st.integers(0, length))
    return PensionSpell.model_validate(row)


deemed_period = st.builds(DeemedPeriod, place=st.sampled_from(PROVINCES), months=st.integers(0, 40))


@dataclass(frozen=True)
class Everything:
    spells: tuple[PensionSpell, ...]
    deemed: tuple[DeemedPeriod, ...]


everything = st.builds(
    Everything,
    st.lists(pension_spell(), max_size=7).map(tuple),
    st.lists(deemed_period, max_size=3).map(tuple),
)


@dataclass(frozen=True)
class Cut:
    """What is left of the lists: some provinces, and for all of them what touches the time from a day on."""

    kept: tuple[str, ...]
    since: Month | None

    def coverage(self):
        covers = [{"provinces": list(self.kept)}] if self.kept else []
        return covers + ([{"provinces": "all", "since": self.since.first_day}] if self.since else [])

    def leaves(self, spell):
        recent = self.since is not None and (spell.end is None or spell.end >= self.since)
        return spell.place in self.kept or recent

    def spells(self, rows):
        return spells(*filter(self.leaves, rows), complete_for=self.coverage())

    def deemed(self, rows):
        left = [row for row in rows if row.place in self.kept]
        return deemed(*left, complete_for=[{"provinces": list(self.kept)}] if self.kept else ())


cuts = st.builds(
    Cut,
    st.lists(st.sampled_from(ALL_PROVINCES), unique=True).map(tuple),
    st.none() | st.integers(0, 130).map(FIRST.plus),
)
one_province_less = st.sampled_from(PROVINCES).map(
    lambda gone: Cut(tuple(province for province in ALL_PROVINCES if province != gone), None)
)


def last_dependent(function):
    def call(listed, deemed_periods):
        last = pension.last_general_province(listed)
        return last if isinstance(last, Unknown) else function(listed, deemed_periods, last)

    return call


FACTS = {
    "has general": lambda listed, _: pension.has_general_record(listed),
    "last": lambda listed, _: pension.last_general_province(listed),
    "months here": last_dependent(pension.general_months_in),
    "ten years before": last_dependent(
        lambda listed, there, last: pension.latest_other_ten_year_province(listed, there, last, LIMIT)
    ),
    "last place": lambda listed, _: pension.last_general_place(listed),
    "deemed only": lambda listed, there: pension.has_ten_years_only_deemed(listed, there, LIMIT, GUANGDONG),
    "duplicates": lambda listed, there: pension.duplicates_decide(
        listed, there, pension.last_general_province(listed), GUANGDONG, LIMIT
    ),
    "longest": longest.longest_province,
    "duplicates decide longest": longest.duplicates_decide_longest,
    "total": months.total_months,
    "paid after": lambda listed, _: months.months_paid_after(listed, day("2000-06-15")),
    "insured before": lambda listed, _: relations.insured_before(listed, FIXED),
    "at place": lambda listed, _: relations.has_record_at(listed, GUANGDONG),
    "general at place": lambda listed, _: relations.has_general_record_at(listed, GUANGDONG),
    "paying at place": lambda listed, _: relations.is_paying_at(listed, GUANGDONG),
    "untold at place": lambda listed, _: relations.has_untold_state_at(listed, GUANGDONG),
    "outside": lambda listed, _: relations.has_record_outside(listed, GUANGDONG),
    "arrears": lambda listed, _: relations.arrears_months_at(listed, GUANGDONG),
    "earlier relation": lambda listed, _: relations.has_earlier_general_relation(
        listed, GUANGDONG, day("2001-01-15"), FIXED
    ),
}


@given(everything, cuts | one_province_less, st.sampled_from(sorted(FACTS)))
def test_records_taken_away_open_a_question_but_change_no_answer(case, cut, name):
    fact = FACTS[name]
    truth = fact(spells(*case.spells), deemed(*case.deemed))
    less = fact(cut.spells(case.spells), cut.deemed(case.deemed))
    if isinstance(truth, Unknown):
        assert isinstance(less, Unknown)
    else:
        assert admits(less, truth)


@given(everything)
def test_the_order_in_which_records_are_told_does_not_matter(case):
    for name, fact in FACTS.items():
        one = fact(spells(*case.spells), deemed(*case.deemed))
        other = fact(spells(*reversed(case.spells)), deemed(*reversed(case.deemed)))
        assert (isinstance(one, Unknown) and isinstance(other, Unknown)) or one == other, name


# --- an independent, slow reading of 国办发〔2009〕66号 第六条 for lists in which everything is told -----


@st.composite
def plain_history(draw):
    """Relations one after the other, every month paid."""
    rows, start = [], FIRST
    for _ in range(draw(st.integers(0, 6))):
        length = draw(st.integers(1, 20))
        place = draw(st.sampled_from(PROVINCES))
        account = draw(st.sampled_from(["general", "general", "temporary"]))
        end = start.plus(length - 1)
        rows.append(
            PensionSpell(
                scheme="employee", place=place, account=account, start=start, end=end, paid_months=length
            )
        )
        start = end.plus(draw(st.integers(1, 4)))
    return tuple(rows)


@given(plain_history(), st.lists(deemed_period, max_size=3))
def test_the_facts_agree_with_a_plain_reading_of_the_law(rows, there):
    general = [row for row in rows if row.account == "general"]
    listed, deemed_periods = spells(*rows), deemed(*there)
    last = pension.last_general_province(listed)
    if not general:
        assert str(last) == "Nothing.NONE"
        return
    assert last == general[-1].place

    def total(province):
        mine = [row.paid_months for row in general if row.place == province]
        return sum(mine) + sum(period.months for period in there if period.place == province)

    assert pension.general_months_in(listed, deemed_periods, last) == total(last)
    reached = [row.place for row in general if row.place != last and total(row.place) >= LIMIT]
    found = pension.latest_other_ten_year_province(listed, deemed_periods, last, LIMIT)
    assert found == reached[-1] if reached else str(found) == "Nothing.NONE"


@st.composite
def overlapping_history(draw):
    """Relations of general accounts, every month paid, some months in several provinces."""
    rows = []
    for place in draw(st.lists(st.sampled_from(PROVINCES), min_size=2, max_size=4, unique=True)):
        start, length = FIRST.plus(draw(st.integers(0, 40))), draw(st.integers(1, 40))
        told = {
            "scheme": "employee",
            "account": "general",
            "end": start.plus(length - 1),
            "paid_months": length,
        }
        rows.append(PensionSpell.model_validate({**told, "place": place, "start": start}))
    return tuple(rows)


def places_by_agreement(rows, by_time, hukou):
    """The benefit place for every order in which the provinces may keep the months that several have.

    Of relations that end together the one that keeps the last month is the last (第六条第一项 goes by it).
    """
    end = by_time[0].end
    for keepers in permutations(rows):
        last = next(row.place for row in keepers if row.end == end)
        if last == hukou:
            yield hukou
            continue
        order = [last, *(row.place for row in by_time if row.place != last)]
        kept, taken = {}, set()
        for row in keepers:
            mine = set(range(row.start.ordinal, row.end.ordinal + 1)) - taken
            kept[row.place] = len(mine)
            taken |= mine
        yield next((place for place in order if kept[place] >= LIMIT), hukou)


@given(overlapping_history(), st.sampled_from(PROVINCES))
def test_months_paid_twice_decide_wherever_two_agreements_lead_to_two_places(rows, hukou):
    by_time = sorted(rows, key=lambda row: (row.end, row.start), reverse=True)
    assume(len({(row.end, row.start) for row in rows}) == len(rows))
    found = pension.duplicates_decide(spells(*rows), deemed(), by_time[0].place, hukou, LIMIT)
    places = set(places_by_agreement(rows, by_time, hukou))
    if len(places) > 1:
        assert found is True
    if len(rows) == 2:
        assert found is (len(places) > 1)


@given(plain_history(), st.lists(deemed_period, max_size=3))
def test_the_longest_province_agrees_with_a_plain_reading(rows, there):
    months_of: dict[str, int] = {}
    for row in rows:
        if row.account == "general":
            # The last to be told comes last, so that of several with as many months it is found first below.
            months_of[row.place] = months_of.pop(row.place, 0) + row.paid_months
    for place in months_of:
        months_of[place] += sum(period.months for period in there if period.place == place)
    found = longest.longest_province(spells(*rows), deemed(*there))
    if not months_of:
        assert str(found) == "Nothing.NONE"
    else:
        assert found == max(reversed(months_of), key=months_of.__getitem__)


@given(overlapping_history())
def test_months_paid_twice_decide_the_longest_wherever_two_agreements_differ(rows):
    assume(len({(row.end, row.start) for row in rows}) == len(rows))
    by_time = sorted(rows, key=lambda row: (row.end, row.start), reverse=True)
    order = [row.place for row in by_time]
    winners = set()
    for keepers in permutations(rows):
        kept, taken = {}, set()
        for row in keepers:
            mine = set(range(row.start.ordinal, row.end.ordinal + 1)) - taken
            kept[row.place] = len(mine)
            taken |= mine
        winners.add(max(order, key=kept.__getitem__))
    found = longest.duplicates_decide_longest(spells(*rows), deemed())
    if len(winners) > 1:
        assert found is True
    if found is False:
        assert longest.longest_province(spells(*rows), deemed()) in winners


# --- registrations ------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.sampled_from(PROVINCES), st.integers(0, 30)),
        min_size=1,
        max_size=4,
        unique_by=lambda it: it[1],
    ),
    st.integers(0, 40),
    st.booleans(),
    st.lists(st.sampled_from(ALL_PROVINCES), unique=True),
)
def test_registrations_taken_away_change_no_answer(moves, month, closed, kept):
    moves = sorted(moves, key=lambda it: it[1])
    rows = []
    for index, (place, at) in enumerate(moves):
        told = {"place": place, "since": FIRST.plus(at).first_day}
        if closed and index + 1 < len(moves):
            told["through"] = FIRST.plus(moves[index + 1][1] - 1).last_day
        rows.append(HukouSpell.model_validate(told))
    on = FIRST.plus(month).first_day
    truth = registrations.province_on(hukou(*rows, complete_for=EVERYWHERE), on, "mainland", AS_OF)
    covers = [{"provinces": kept}] if kept else []
    less = registrations.province_on(
        hukou(*[row for row in rows if row.place in kept], complete_for=covers), on, "mainland", AS_OF
    )
    assert isinstance(less, Unknown) if isinstance(truth, Unknown) else admits(less, truth)
