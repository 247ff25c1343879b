"""Synthetic inputs, as a backend would send them. Every number here is generated."""

import json
from typing import Any

from pydantic import ValidationError
from stdnum.cn import ric

from crossprov.models import Case, Problem, problems


def resident_number(birth: str = "19740506", order: str = "123", area: str = "510104") -> str:
    return with_check_character(area + birth + order)


def with_check_character(body: str) -> str:
    """Complete 17 digits, by an implementation that is not ours (it wants, and ignores, a last digit)."""
    return body + ric.calc_check_digit(body + "0")


def citizen(**fields: Any) -> dict[str, Any]:
    return {"kind": "citizen", **fields}


def case(applicant: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {"item": "pension-transfer-enterprise", "applicant": applicant or citizen(), **fields}


def spell(**fields: Any) -> dict[str, Any]:
    return {"scheme": "employee", "place": "510104", "start": "2014-01", **fields}


def insured(**lists: Any) -> dict[str, Any]:
    return case(citizen(insurance=lists))


def full_case() -> dict[str, Any]:
    """A case in which every list has an entry."""
    everywhere = [{"provinces": "all"}]
    return case(
        citizen(
            name="张三",
            documents=[{"kind": "resident_id", "number": resident_number()}],
            sex="male",
            birth_date="1974-05-06",
            status="mainland",
            hukou={
                "complete_for": everywhere,
                "records": [
                    {"place": "500103", "since": "2010-01-01"},
                    {"place": "510104", "through": "2009-12-31"},
                ],
            },
            residence="500103",
            residence_since="2010-01-01",
            workplace="500103",
            retirement_age_class="male_60",
            benefits={"complete_for": everywhere, "records": []},
            insurance={
                "pension_spells": {
                    "complete_for": [{"provinces": ["510000", "500000"], "through": "2024-03-01"}],
                    "records": [
                        spell(
                            account="general",
                            enrolled_on="2014-01-02",
                            end="2023-12",
                            insured_as="employed",
                            employer_rate="0.16",
                            contributions=[
                                {"start": "2015-01", "end": "2015-12", "base": "4000.50"},
                                {"start": "2014-01", "end": "2014-12", "employer_rate": "0.20"},
                            ],
                            paid_months=24,
                            personal_account_balance="7680.96",
                            arrears_months=0,
                            state="suspended",
                        )
                    ],
                },
                "deemed_periods": {"records": [{"place": "510104", "months": 30}]},
                "lump_sums": {
                    "records": [
                        {
                            "place": "510104",
                            "months": 36,
                            "paid_on": "2018-05-01",
                            "cause": "enforcement",
                            "documents": [{"kind": "court", "dated": "2018-01-01", "issuer": "人民法院"}],
                        }
                    ]
                },
                "unemployment_spells": {
                    "records": [
                        {
                            "place": "510104",
                            "start": "2014-01",
                            "end": "2015-12",
                            "months": 24,
                            "employer_paid": True,
                            "person_paid": False,
                        }
                    ]
                },
                "unemployment_grants": {
                    "records": [
                        {
                            "place": "510104",
                            "granted_on": "2016-02-01",
                            "months_granted": 6,
                            "months_drawn": 6,
                        }
                    ]
                },
            },
            military={"service_months": 24, "discharged_on": "1996-12-01", "settled_in": "510104"},
        ),
        applied_on="2024-03-04",
        as_of="2024-03-25",
        applied_at="500103",
        street="某某街道",
        events=[{"step": "receiving-letter", "on": "2024-03-11"}],
        move={
            "from_place": "510104",
            "to_place": "500103",
            "enrolled_on": "2024-01-02",
            "employed": True,
            "contributed": True,
            "approved_transfer": {"approved": True, "approver": "county_human_resources"},
        },
        facts={"transfer.occasion": "change_of_work", "x.many": ["a", "b"], "x.count": 3, "x.open": None},
    )


def verdict(data: Any) -> Case | tuple[Problem, ...]:
    """The case that a Python value makes, or what is wrong with it."""
    try:
        return Case.model_validate(data)
    except ValidationError as error:
        return problems(error)


def json_verdict(text: str) -> Case | tuple[Problem, ...]:
    """The case that a JSON text makes, or what is wrong with it."""
    try:
        return Case.model_validate_json(text)
    except ValidationError as error:
        return problems(error)


def found(data: Any) -> list[tuple[str, str]]:
    """Path and code of everything wrong, the same through both doors."""
    by_value = verdict(data)
    assert by_value == json_verdict(json.dumps(data))
    return [] if isinstance(by_value, Case) else [(problem.path, problem.code) for problem in by_value]
