from crossprov.facts.records import is_tolerant, tolerant
from crossprov.values import Need, Unknown
from facts.record_lists import GUANGDONG, SICHUAN, day, only, paid, spells


def test_a_list_that_nobody_handed_over_covers_nothing():
    absent = spells(complete_for=None)
    assert absent.rows == ()
    assert not absent.covers(SICHUAN)
    assert not absent.covers_everywhere(day("2024-01-01"), day("2024-01-01"))


def test_coverage_is_that_of_the_records():
    seen = spells(complete_for=only(SICHUAN))
    assert seen.covers(SICHUAN)
    assert not seen.covers(GUANGDONG)
    assert not seen.covers_everywhere()


def test_an_unknown_names_the_list_and_whose_records_are_wanted():
    listed = spells()
    assert listed.unknown((SICHUAN,)) == Unknown(frozenset({Need("pension.spells", (SICHUAN,))}))
    assert listed.unknown(everywhere=True, low=3) == Unknown(
        frozenset({Need("pension.spells", (), everywhere=True)}), low=3
    )


def test_records_never_show_in_a_repr():
    shown = repr(spells(paid("510104", "2001-02", 3)))
    assert "510104" not in shown
    assert "2001" not in shown


def test_only_marked_functions_are_tolerant():
    def plain() -> None: ...

    @tolerant
    def marked() -> None: ...

    assert is_tolerant(marked)
    assert not is_tolerant(plain)
