"""Who acts for a place on a day."""

import pytest

from crossprov.places import Office, OfficeEntry, Offices, OfficeUndetermined

FUCHENG, MIANYANG, YUZHONG = "510703", "510700", "500103"
JIANGBEI, YUBEI, BEIBEI, LIANGJIANG = "500105", "500112", "500109", "500157"
SOCIAL = "social_insurance_agency"
BEFORE, CHANGE, LAST_OLD, OPEN = "2025-11-05", "2025-11-06", "2026-01-24", "2026-01-25"


@pytest.fixture
def office(offices, day):
    def office(function, place, on=OPEN, **more):
        return offices.office(function, place, day(on), **more)

    return office


def test_a_county_office_is_named_by_type_and_says_so(office):
    found = office(SOCIAL, FUCHENG)
    assert found.name.zh == "绵阳市涪城区社会保险经办机构（通用名称）"
    assert found.name.en == "social insurance agency of Fucheng District, Mianyang City (generic name)"
    assert (found.division, found.level, found.generic) == (FUCHENG, "county", True)
    assert (found.address, found.phone, found.hours, found.agency) == (None, None, None, None)


def test_chongqing_has_no_prefectures(office):
    assert office(SOCIAL, YUZHONG).name.zh == "重庆市渝中区社会保险经办机构（通用名称）"


def test_a_place_without_an_english_name_keeps_its_chinese_one(office):
    assert "理县" in office(SOCIAL, "513222").name.en


@pytest.mark.parametrize(
    ("function", "place", "division", "level"),
    [
        # 工伤保险条例 第二十三条: the committee of the city with districts, in Chongqing of the district
        ("work_capacity_committee", FUCHENG, MIANYANG, "prefecture"),
        ("work_capacity_committee", MIANYANG, MIANYANG, "prefecture"),
        ("work_capacity_committee", YUZHONG, YUZHONG, "county"),
        # 第二十六条: the province decides the second appraisal
        ("provincial_work_capacity_committee", FUCHENG, "510000", "province"),
        ("provincial_work_capacity_committee", YUZHONG, "500000", "province"),
        ("work_injury_authority", FUCHENG, MIANYANG, "prefecture"),
        ("work_injury_authority", YUZHONG, YUZHONG, "county"),
        ("township_employment_service", YUZHONG, YUZHONG, "township"),
        ("labour_inspection", FUCHENG, FUCHENG, "county"),
        ("talent_archive_body", FUCHENG, FUCHENG, "county"),
    ],
)
def test_the_level_depends_on_function_and_side(office, function, place, division, level):
    found = office(function, place)
    assert (found.division, found.level) == (division, level)


@pytest.mark.parametrize(
    ("function", "place", "asks", "number"),
    [
        (SOCIAL, "510000", "county", 183),
        (SOCIAL, "500000", "county", 37),
        (SOCIAL, MIANYANG, "county", 9),
        ("work_capacity_committee", "510000", "prefecture", 21),
    ],
)
def test_a_place_that_is_too_coarse_asks_for_the_finer_one(office, function, place, asks, number):
    found = office(function, place)
    assert (found.reason, found.asks, len(found.candidates)) == ("too_coarse", asks, number)


def test_no_prefecture_above_a_county_of_the_province(office):
    # in 1989 广汉市 stood directly under the province
    assert office("work_capacity_committee", "519001", "1989-06-01").reason == "no_division_at_level"


@pytest.mark.parametrize(
    ("place", "reason"),
    [("519999", "unknown_code"), ("x", "malformed"), (LIANGJIANG, "not_yet")],
)
def test_an_unknown_place_has_no_office(office, place, reason):
    assert office(SOCIAL, place, BEFORE) == OfficeUndetermined(reason, (), "place")


def test_an_unknown_function_is_a_fault_of_the_caller(office):
    with pytest.raises(ValueError, match="unknown_function"):
        office("no_such_function", FUCHENG)


def test_an_abolished_county_leads_to_the_office_of_today(office):
    assert office(SOCIAL, "510202").division == YUZHONG
    assert office(SOCIAL, "511403").division == "511403"


def test_written_on_decides_which_life_of_a_code_is_meant(offices, day):
    found = offices.office(SOCIAL, "511403", day(OPEN), written_on=day("1996-06-01"))
    assert found.division == "500102"


class TestTheChangeOf2025:
    """江北 and 渝北 gave way to 两江新区 on 2025-11-06; its own offices opened on 2026-01-25."""

    def test_before(self, office):
        assert office(SOCIAL, JIANGBEI, BEFORE).division == JIANGBEI
        assert office(SOCIAL, YUBEI, BEFORE).notices == ()

    @pytest.mark.parametrize("on", [CHANGE, LAST_OLD])
    def test_the_old_offices_act_on_with_a_notice(self, office, on):
        found = office(SOCIAL, JIANGBEI, on)
        assert (found.division, found.acting_for) == (JIANGBEI, LIANGJIANG)
        assert found.name.zh == "重庆市江北区社会保险经办机构（通用名称）"
        assert [notice.code for notice in found.notices] == ["old_office_acts"]
        assert office(SOCIAL, YUBEI, on, street="洛碛镇").division == YUBEI
        assert office(SOCIAL, BEIBEI, on, street="水土街道").division == BEIBEI

    def test_the_new_office_acts_from_its_opening(self, office):
        for place, street in ((JIANGBEI, None), (YUBEI, "洛碛镇"), (BEIBEI, "水土街道"), (LIANGJIANG, None)):
            found = office(SOCIAL, place, OPEN, street=street)
            assert (found.division, found.acting_for) == (LIANGJIANG, None)

    def test_the_new_code_alone_does_not_tell_which_old_office_acts(self, office):
        found = office(SOCIAL, LIANGJIANG, CHANGE)
        assert (found.reason, found.asks) == ("former_office_unknown", "former_county")
        assert set(found.candidates) == {JIANGBEI, YUBEI, BEIBEI}
        assert office(SOCIAL, LIANGJIANG, CHANGE, street="水土街道").division == BEIBEI

    @pytest.mark.parametrize("on", [CHANGE, OPEN])
    def test_yubei_asks_for_the_street(self, office, on):
        assert office(SOCIAL, YUBEI, on) == OfficeUndetermined("divided", (BEIBEI, LIANGJIANG), "street")
        assert office(SOCIAL, YUBEI, on, street="大盛镇").division == BEIBEI

    def test_candidates_with_one_office_need_no_street(self, office):
        # 东城区 of Chengdu was divided among three counties of the same city
        assert office("work_capacity_committee", "510102").division == "510100"
        assert office(SOCIAL, "510102").reason == "divided"

    def test_a_provincial_office_needs_no_street(self, office):
        assert office("provincial_social_insurance_agency", YUBEI).division == "500000"

    def test_beibei_without_a_street_carries_a_notice(self, office):
        (notice,) = office(SOCIAL, BEIBEI).notices
        assert notice.code == "partly_moved"
        assert "北碚区" in notice.text.zh
        assert "Liangjiang New Area" in notice.text.en
        assert office("provincial_social_insurance_agency", BEIBEI).notices == ()


class TestOtherProvinces:
    def test_a_county_is_named_by_province_and_code(self, office):
        found = office(SOCIAL, "440106")
        assert found.name.zh == "广东省（440106）社会保险经办机构（通用名称）"
        assert (found.division, found.level, found.generic) == ("440106", "county", True)
        assert [notice.code for notice in found.notices] == ["outside_region"]

    def test_a_provincial_office_is_that_of_the_province(self, office):
        assert office("provincial_social_insurance_agency", "440106").division == "440000"

    @pytest.mark.parametrize("place", ["440000", "440100"])
    def test_a_coarser_place_asks_for_the_county(self, office, place):
        assert office(SOCIAL, place) == OfficeUndetermined("too_coarse", (), "county")

    def test_a_prefecture_office_takes_the_code_as_it_is(self, office):
        assert office("work_capacity_committee", "440100").division == "440100"
        assert office("work_capacity_committee", "440106").level == "prefecture"


class TestAgencies:
    def test_an_agency_acts_where_a_source_says_so(self, office):
        found = office(SOCIAL, "wansheng_development_zone")
        assert (found.agency, found.division, found.generic) == ("wansheng_development_zone", "500110", False)
        assert found.name.zh == "万盛经开区人力社保局"

    def test_an_agency_has_an_end(self, office):
        assert office(SOCIAL, "liangjiang_state_level_new_area", LAST_OLD).agency
        ended = office(SOCIAL, "liangjiang_state_level_new_area", OPEN)
        assert (ended.reason, ended.asks) == ("agency_not_in_force", "county")
        assert LIANGJIANG in ended.candidates

    def test_an_agency_without_the_function_asks_for_the_county(self, office):
        found = office(SOCIAL, "gaozhu_new_area")
        assert found == OfficeUndetermined("agency_not_competent", (BEIBEI, "511623"), "county")

    @pytest.mark.parametrize(
        ("on", "hosts"),
        [("2021-01-04", (YUBEI, "511623")), (BEFORE, (YUBEI, "511623")), (CHANGE, (BEIBEI, "511623"))],
    )
    def test_both_halves_of_gaozhu_lie_in_a_real_county_on_any_day(self, offices, day, on, hosts):
        assert offices.hosts("gaozhu_new_area", day(on)) == tuple(sorted(hosts))


class OwnDirectory:
    def find(self, function, division, on):  # noqa: ARG002 - the protocol has it
        if (function, division) == (SOCIAL, FUCHENG):
            return OfficeEntry("某某中心", "Some Centre", "1 Road", "000", "9–17")
        return None


def test_a_backend_may_know_the_real_office(region_data, divisions, day):
    offices = Offices(region_data, divisions, OwnDirectory())
    found = offices.office(SOCIAL, FUCHENG, day(OPEN))
    assert (found.name.zh, found.generic, found.address) == ("某某中心", False, "1 Road")
    assert (found.phone, found.hours) == ("000", "9–17")
    assert offices.office(SOCIAL, YUZHONG, day(OPEN)).generic


def test_a_function_may_change_its_level(region_data, divisions, day):
    function = region_data["functions"]["work_capacity_committee"]
    tiers = function.pop("tier")
    function["versions"] = [
        {"from": "2000-01-01", "through": "2009-12-31", "tier": {"other": "province"}},
        {"from": "2010-01-01", "tier": tiers},
    ]
    offices = Offices(region_data, divisions)
    levels = [
        offices.office("work_capacity_committee", FUCHENG, day(on)).level
        for on in ("2009-12-31", "2010-01-01")
    ]
    assert levels == ["province", "prefecture"]
    # ended means ended, and not begun means not begun: there is no falling back
    early = offices.office("work_capacity_committee", FUCHENG, day("1999-12-31"))
    assert early == OfficeUndetermined("function_not_in_force")


def test_every_function_finds_an_office_on_both_sides(office, offices):
    for function in offices.region.functions:
        for place in (FUCHENG, YUZHONG, "440106"):
            found = office(function, place)
            assert isinstance(found, Office)
            assert found.law
            assert "{" not in found.name.zh + found.name.en
