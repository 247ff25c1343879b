"""The real tables: their counts, and the way from an old code to the place of today."""

import csv
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov.places import Ambiguous, Division, Divisions, NotFound, Resolved, Street

BEFORE, AFTER, NOW = dt.date(2025, 11, 5), dt.date(2025, 11, 6), dt.date(2026, 3, 2)
YUBEI, BEIBEI, LIANGJIANG = "500112", "500109", "500157"


def resolved(divisions, code, on, **more):
    found = divisions.resolve(code, on, **more)
    assert isinstance(found, Resolved)
    return found.division.code


def candidates(divisions, code, on, **more):
    found = divisions.resolve(code, on, **more)
    assert isinstance(found, Ambiguous)
    return [division.code for division in found.candidates]


def test_all_34_provinces_with_english_names(divisions):
    provinces = divisions.provinces(NOW)
    assert len(provinces) == 34
    assert all(province.name and province.name_en for province in provinces)
    assert {p.code[:2] for p in provinces} >= {"11", "46", "50", "51", "65", "71", "81", "82"}


def test_provinces_have_dates(divisions):
    assert isinstance(divisions.find("500000", dt.date(1996, 12, 31)), NotFound)
    assert isinstance(divisions.find("810000", dt.date(1997, 6, 30)), NotFound)
    assert isinstance(divisions.find("820000", dt.date(1999, 12, 20)), Division)


def test_counts_of_sichuan(divisions):
    for on in (BEFORE, AFTER, NOW):
        assert len(divisions.below("510000", "prefecture", on)) == 21
        assert len(divisions.below("510000", "county", on)) == 183


def test_counts_of_chongqing_around_the_change_of_2025(divisions):
    assert len(divisions.children("500000", BEFORE)) == 38
    assert len(divisions.children("500000", AFTER)) == 37
    assert divisions.find(LIANGJIANG, BEFORE) == NotFound("not_yet")
    assert divisions.find(LIANGJIANG, AFTER).name == "两江新区"
    assert divisions.find("500105", BEFORE).name == "江北区"
    assert divisions.find("500105", AFTER) == NotFound("abolished")


def test_43_codes_of_sichuan_lead_to_chongqing(rules, divisions):
    with (rules / "divisions.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["code"].startswith("51") and row["through"]]
    moved = {
        row["code"] for row in rows if any(code.startswith("50") for code in row["successors"].split(";"))
    }
    assert len(moved) == 43
    for code in moved - {"511402", "511403", "511421", "511422", "511423", "511481"}:
        assert divisions.province_of(code, NOW) == "500000"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("510202", "500103"),  # 渝中
        ("511221", "500154"),  # 开县 → 开州
        ("513521", "500240"),  # 石柱
        ("513525", "500243"),  # 彭水
        ("510212", "500106"),  # 沙坪坝
        ("510213", "500107"),  # 九龙坡
        ("510214", "500108"),  # 南岸
        ("512323", "500119"),  # 南川县 → 南川市 (three codes) → 南川区
        ("510724", "510705"),  # 安县 → 安州
        ("512528", "511503"),  # 南溪县 (two codes) → 南溪区
        ("512531", "511525"),  # 高县
    ],
)
def test_old_codes_lead_to_the_place_of_today(divisions, old, new):
    assert resolved(divisions, old, NOW) == new


def test_a_county_that_was_divided_without_a_table_of_streets_stays_open(divisions):
    yibin = ["511502", "511504"]  # 宜宾县 → 翠屏区, 叙州区
    assert candidates(divisions, "512527", NOW) == yibin
    assert candidates(divisions, "512527", NOW, street="柏溪街道") == yibin
    assert divisions.province_of("512527", NOW) == "510000"


def test_a_reused_code_means_what_it_meant_when_it_was_written(divisions):
    assert divisions.find("511403", dt.date(1996, 6, 1)).name == "李渡区"
    assert divisions.find("511403", NOW).name == "彭山区"
    assert resolved(divisions, "511403", NOW) == "511403"
    assert resolved(divisions, "511403", NOW, written_on=dt.date(1996, 6, 1)) == "500102"
    # between its lives the code can only be the old one
    assert resolved(divisions, "511403", dt.date(2005, 1, 1)) == "500102"
    assert divisions.province_of("511403", NOW) == "510000"
    assert divisions.province_of("511403", NOW, written_on=dt.date(1996, 6, 1)) == "500000"


def test_a_code_recorded_as_older_than_itself_is_read_as_of_today(divisions):
    # a spell of 1975 keyed with the code of today
    assert resolved(divisions, "500103", NOW, written_on=dt.date(1975, 1, 1)) == "500103"


def test_a_renamed_place_is_itself(divisions):
    assert resolved(divisions, "510400", NOW, written_on=dt.date(1985, 1, 1)) == "510400"
    assert divisions.find("510400", dt.date(1985, 1, 1)).name == "渡口市"
    assert divisions.resolve("513225", NOW, written_on=dt.date(1985, 1, 1)).via == ()


def test_the_way_is_told(divisions):
    assert divisions.resolve("512323", NOW).via == ("512323", "512302", "511481", "500384")


def test_jiangbei_is_liangjiang(divisions):
    assert resolved(divisions, "500105", BEFORE) == "500105"
    assert resolved(divisions, "500105", AFTER) == LIANGJIANG


def test_yubei_was_divided(divisions):
    assert resolved(divisions, YUBEI, BEFORE) == YUBEI
    assert candidates(divisions, YUBEI, AFTER) == [BEIBEI, LIANGJIANG]
    assert divisions.resolve(YUBEI, AFTER).asks == "street"
    # the province is certain all the same
    assert divisions.province_of(YUBEI, AFTER) == "500000"


@pytest.mark.parametrize("town", ["统景镇", "大湾镇", "兴隆镇", "茨竹镇", "大盛镇"])
def test_five_towns_of_yubei_went_to_beibei(divisions, town):
    assert resolved(divisions, YUBEI, AFTER, street=town) == BEIBEI
    assert resolved(divisions, YUBEI, AFTER, street=town.removesuffix("镇")) == BEIBEI
    assert resolved(divisions, YUBEI, AFTER, street=f"重庆市 渝北区{town}某村") == BEIBEI
    assert resolved(divisions, YUBEI, BEFORE, street=town) == YUBEI


@pytest.mark.parametrize("street", ["两路街道", "洛碛镇", "500112001", "500112001000"])
def test_the_rest_of_yubei_went_to_liangjiang(divisions, street):
    assert resolved(divisions, YUBEI, AFTER, street=street) == LIANGJIANG


@pytest.mark.parametrize("street", ["500112133", "500112133000"])
def test_a_town_can_be_given_by_code(divisions, street):
    assert resolved(divisions, YUBEI, AFTER, street=street) == BEIBEI


@pytest.mark.parametrize("street", ["渝北区", "?", " ", "500106001", "50011"])
def test_what_is_no_township_places_nothing(divisions, street):
    assert candidates(divisions, YUBEI, AFTER, street=street) == [BEIBEI, LIANGJIANG]


@pytest.mark.parametrize(
    "street", ["蔡家岗街道", "水土街道", "复兴街道", "童家溪镇", "施家梁镇", "水土", "500109104"]
)
def test_five_units_of_beibei_went_to_liangjiang(divisions, street):
    assert resolved(divisions, BEIBEI, AFTER, street=street) == LIANGJIANG
    assert resolved(divisions, BEIBEI, BEFORE, street=street) == BEIBEI


def county(code, from_):
    return Division(code, code, "", "county", "970000", from_, None, (), "day")


def test_a_township_that_came_back_stays_where_it_is():
    province = Division("970000", "", "", "province", None, dt.date(1981, 1, 1), None, (), "day")
    there, back = dt.date(2010, 1, 1), dt.date(2015, 1, 1)
    old = dt.date(2000, 1, 1)
    moved = (
        Street("970101001", "贝壳镇", "970101", "970102", there),
        Street("970102001", "贝壳镇", "970102", "970101", back),
    )
    places = Divisions([province, county("970101", old), county("970102", old)], moved)
    assert resolved(places, "970101", dt.date(2012, 1, 1), street="贝壳镇") == "970102"
    assert resolved(places, "970101", NOW, street="贝壳镇") == "970101"
    assert resolved(places, "970102", NOW, street="贝壳镇") == "970101"


def test_a_township_whose_name_ends_like_another_is_not_taken_for_it():
    province = Division("970000", "", "", "province", None, dt.date(1981, 1, 1), None, (), "day")
    old, moved = dt.date(2000, 1, 1), dt.date(2010, 1, 1)
    streets = (
        Street("970101001", "石船镇", "970101", "970102", moved),
        Street("970101002", "大石船镇", "970101", "970103", moved),
    )
    counties = [county(code, old) for code in ("970101", "970102", "970103", "970104")]
    places = Divisions([province, *counties], streets)
    assert resolved(places, "970101", NOW, street="大石船镇") == "970103"
    assert resolved(places, "970101", NOW, street="石船镇") == "970102"


def test_an_address_that_places_nothing_does_not_hide_that_parts_have_gone(divisions):
    """Its county may be another by now, so who reads the decision must know."""
    assert divisions.resolve(BEIBEI, NOW, street="中山路12号").parts_moved_to == (LIANGJIANG,)
    assert divisions.resolve(BEIBEI, NOW, street="天府镇").parts_moved_to == ()
    assert (
        divisions.resolve(YUBEI, NOW, street="500112133").parts_moved_to == ()
    )  # of the old county, in Beibei now


def test_two_townships_of_one_name_do_not_say_where_one_came_from():
    province = Division("970000", "", "", "province", None, dt.date(1981, 1, 1), None, (), "day")
    old, moved = dt.date(2000, 1, 1), dt.date(2010, 1, 1)
    one, two = (Street(f"{code}001", "贝壳镇", code, "970103", moved) for code in ("970101", "970102"))
    counties = [county(code, old) for code in ("970101", "970102", "970103")]
    assert Divisions([province, *counties], [one]).former_county("970103", "贝壳镇", NOW) == "970101"
    assert Divisions([province, *counties], [one, two]).former_county("970103", "贝壳镇", NOW) is None


def test_beibei_itself_remains_and_says_that_parts_have_gone(divisions):
    assert divisions.resolve(BEIBEI, NOW).parts_moved_to == (LIANGJIANG,)
    assert divisions.resolve(BEIBEI, NOW, written_on=NOW).parts_moved_to == ()
    assert divisions.resolve(BEIBEI, NOW, written_on=BEFORE).parts_moved_to == (LIANGJIANG,)
    assert divisions.resolve(BEIBEI, BEFORE).parts_moved_to == ()
    assert divisions.resolve(BEIBEI, NOW, street="北温泉街道") == Resolved(divisions.find(BEIBEI, NOW))


def test_a_code_from_before_1997_reaches_the_divided_county(divisions):
    assert candidates(divisions, "510218", NOW) == [BEIBEI, LIANGJIANG]
    assert resolved(divisions, "510218", NOW, street="大盛镇") == BEIBEI
    assert divisions.resolve("510218", NOW, street="大盛镇").via == ("510218", YUBEI)


def test_a_dissolved_prefecture_is_known_by_its_counties(divisions):
    found = divisions.resolve("510200", NOW)
    assert isinstance(found, Ambiguous)
    assert found.asks == "county"
    assert divisions.province_of("510200", NOW) == "500000"
    assert divisions.province_of("512100", NOW) == "500000"  # 永川地区, via 重庆市
    assert divisions.province_of("513700", NOW) == "510000"  # 巴中地区


@pytest.mark.parametrize(
    ("code", "on", "reason"),
    [
        ("519999", NOW, "unknown_code"),
        ("510191", NOW, "unknown_code"),  # a development zone's map code, not GB/T 2260
        ("000000", NOW, "unknown_code"),
        ("990101", NOW, "unknown_code"),
        (LIANGJIANG, BEFORE, "not_yet"),
        ("500103", dt.date(1996, 12, 31), "not_yet"),
        ("440106", NOW, "no_county_table"),
        ("460105", dt.date(1987, 12, 31), "not_yet"),
        ("", NOW, "malformed"),
        ("50010", NOW, "malformed"),
        ("5001030", NOW, "malformed"),
        ("５００１０３", NOW, "malformed"),
        ("50010x", NOW, "malformed"),
    ],
)
def test_what_is_not_found_says_why(divisions, code, on, reason):
    assert divisions.resolve(code, on) == NotFound(reason)


def test_an_answer_never_repeats_what_was_typed(divisions):
    assert "19491231" not in repr(divisions.resolve("110101194912310021", NOW))


@pytest.mark.parametrize(
    ("code", "on", "province"),
    [
        ("440106", NOW, "440000"),
        ("440100", NOW, "440000"),
        ("440000", NOW, "440000"),
        ("510703", NOW, "510000"),
        ("510703", dt.date(1990, 1, 1), None),
        ("510202", dt.date(1990, 1, 1), "510000"),
        ("519001", dt.date(1989, 1, 1), "510000"),
        ("510191", NOW, None),
        ("malformed", NOW, None),
    ],
)
def test_province_of(divisions, code, on, province):
    assert divisions.province_of(code, on) == province


def test_every_code_that_ever_was_leads_to_a_province_of_today(rules, divisions):
    """No successor is missing: whatever life is meant, the way ends in a place of today."""
    with (rules / "divisions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        written_on = dt.date.fromisoformat(row["from"])
        found = divisions.resolve(row["code"], NOW, written_on=written_on)
        assert not isinstance(found, NotFound), row
        ends = [found.division] if isinstance(found, Resolved) else found.candidates
        assert all(end.in_force(NOW) for end in ends)
        assert divisions.province_of(row["code"], NOW, written_on=written_on) in {
            "500000",
            "510000",
            row["code"],
        }


@given(data=st.data(), on=st.dates(dt.date(1981, 1, 1), dt.date(2026, 12, 31)))
def test_a_code_in_force_is_itself(divisions, data, on):
    county = data.draw(st.sampled_from(divisions.below("510000", "county", on)))
    assert divisions.resolve(county.code, on) == Resolved(county)
    assert divisions.find(county.code, on) == county
    assert divisions.ancestor(county, "province", on).code == "510000"


@given(street=st.text(max_size=12), code=st.sampled_from([YUBEI, BEIBEI, "510218", "510224"]))
def test_no_street_leads_out_of_the_successors(divisions, street, code):
    found = divisions.resolve(code, NOW, street=street)
    ends = [found.division.code] if isinstance(found, Resolved) else [d.code for d in found.candidates]
    assert set(ends) <= {BEIBEI, LIANGJIANG}
