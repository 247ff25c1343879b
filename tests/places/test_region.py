"""region.yaml is read strictly: what is wrong is refused, and the problem says where."""

import pytest

from crossprov._errors import RulebookError
from crossprov.places import Offices

SOCIAL = "social_insurance_agency"


def test_the_sides_are_read(offices):
    assert [(side.id, side.province) for side in offices.region.sides] == [
        ("sichuan", "510000"),
        ("chongqing", "500000"),
    ]


def _set(*path, to):
    def change(data):
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = to

    return change


def _drop(*path):
    def change(data):
        for key in path[:-1]:
            data = data[key]
        del data[path[-1]]

    return change


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (_drop("functions"), "region_key_missing", ""),
        (_drop("functions", SOCIAL, "law"), "region_key_missing", f"functions.{SOCIAL}"),
        (_set("functions", SOCIAL, "teir", to=1), "region_key_unknown", f"functions.{SOCIAL}"),
        (_set("functions", SOCIAL, to=[]), "region_mapping", f"functions.{SOCIAL}"),
        (
            _set("functions", SOCIAL, "tier", "510000", to="village"),
            "region_tier",
            f"functions.{SOCIAL}.tier.510000",
        ),
        (
            _set("functions", SOCIAL, "tier", "51", to="county"),
            "region_division_code",
            f"functions.{SOCIAL}.tier",
        ),
        (_set("functions", SOCIAL, "versions", to=[]), "region_tier_or_versions", f"functions.{SOCIAL}"),
        (_drop("functions", SOCIAL, "tier"), "region_tier_or_versions", f"functions.{SOCIAL}"),
        (_set("functions", SOCIAL, "from", to="2020-13-01"), "region_date", f"functions.{SOCIAL}.from"),
        (_set("functions", SOCIAL, "from", to="20200101"), "region_date", f"functions.{SOCIAL}.from"),
        (
            _set("functions", SOCIAL, "confidence", to="sure"),
            "region_confidence",
            f"functions.{SOCIAL}.confidence",
        ),
        (_set("functions", SOCIAL, "name", "zh", to=""), "region_text", f"functions.{SOCIAL}.name.zh"),
        (
            _set("functions", SOCIAL, "name", "zh", to="{x}"),
            "region_placeholder",
            f"functions.{SOCIAL}.name.zh",
        ),
        (_set("office_name", "county", "en", to="{street}"), "region_placeholder", "office_name.county.en"),
        (_set("office_name", "county", "en", to="{code!r}"), "region_placeholder", "office_name.county.en"),
        (_set("office_name", "county", "en", to="{code"), "region_placeholder", "office_name.county.en"),
        (
            _set("office_name", "county", "en", to="{code.__class__}"),
            "region_placeholder",
            "office_name.county.en",
        ),
        (_set("agencies", to={}), "region_list", "agencies"),
        (_set("agencies", 0, "functions", to=["cooking"]), "region_function", "agencies[0].functions[0]"),
        (_set("agencies", 0, "from", to="2027-01-01"), "region_through_before_from", "agencies[0].through"),
        (
            _set("office_transitions", 0, "acting", to=["5"]),
            "region_division_code",
            "office_transitions[0].acting[0]",
        ),
    ],
)
def test_a_wrong_region_is_refused_with_its_place(region_data, divisions, change, code, path):
    change(region_data)
    with pytest.raises(RulebookError) as caught:
        Offices(region_data, divisions)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.path) == (code, "region.yaml", path)


def test_versions_that_overlap_are_refused(region_data, divisions):
    function = region_data["functions"][SOCIAL]
    tiers = function.pop("tier")
    function["versions"] = [
        {"from": "2000-01-01", "through": "2010-01-01", "tier": tiers},
        {"from": "2010-01-01", "tier": tiers},
    ]
    with pytest.raises(RulebookError) as caught:
        Offices(region_data, divisions)
    assert [problem.code for problem in caught.value.problems] == ["region_versions_overlap"]


def test_days_beside_versions_that_have_their_own_are_refused(region_data, divisions):
    function = region_data["functions"][SOCIAL]
    function["versions"] = [{"from": "2000-01-01", "tier": function.pop("tier")}]
    Offices(region_data, divisions)
    function["through"] = "2010-01-01"
    with pytest.raises(RulebookError) as caught:
        Offices(region_data, divisions)
    assert [problem.code for problem in caught.value.problems] == ["region_key_unknown"]


def test_two_transitions_of_one_division_at_once_are_refused(region_data, divisions):
    (transition,) = region_data["office_transitions"]
    region_data["office_transitions"] = [transition, {**transition, "acting": ["500105"]}]
    with pytest.raises(RulebookError) as caught:
        Offices(region_data, divisions)
    assert [problem.code for problem in caught.value.problems] == ["region_versions_overlap"]
