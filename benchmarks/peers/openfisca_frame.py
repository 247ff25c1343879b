"""Answers of two items as formulas of OpenFisca-Core, over whole columns; run by ``frames.py`` in its own environment.

    python openfisca_frame.py ITEM COLUMNS.npz WORDS.json ANSWERS.npz

All columns are numbers: words by WORDS.json (``none`` is 0), months counted since year 0, days since 1970. OpenFisca
has no null, so everything is taken for known. Prints as JSON how long the answers take, the better of two times, from
the columns on, and which of them the formulas read.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

warnings.filterwarnings("ignore")
import numpy as np  # noqa: E402
from openfisca_core import entities, periods, taxbenefitsystems, variables  # noqa: E402
from openfisca_core.simulation_builder import SimulationBuilder  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Get = Callable[[str], Any]

PERIOD: Final = "2026-11"
TODAY: Final = int(np.datetime64("2026-11-27", "D").astype(int))
MONTH: Final = 2026 * 12 + 11
NULL: Final = -1
WORDS: dict[str, int] = {}


def word(text: str) -> int:
    return WORDS[text]


def among(values: Any, words: list[str]) -> Any:
    return np.isin(values, [word(one) for one in words])


# --- certification ----------------------------------------------------------------------------------------


def lost(get: Get) -> Any:
    return among(get("certification.loss_event"), ["death", "imprisonment", "settled_abroad", "other"])


def certify_by(get: Get) -> Any:
    province, benefit = get("certification.paying_province"), get("certification.benefit")
    sichuan, chongqing = province == word("510000"), province == word("500000")
    found = np.select(
        [sichuan & (benefit == word("resident_pension")), sichuan, chongqing],
        [get(f"certification.{name}_last_day") for name in ("sichuan_residents", "sichuan", "chongqing")],
        get("certification.national_last_day"),
    )
    return np.where(get("lost"), NULL, found)


def since(get: Get) -> Any:
    province, never = get("certification.paying_province"), get("certification.last_on.none")
    sichuan, chongqing = province == word("510000"), province == word("500000")
    return np.select(
        [sichuan, chongqing & never, chongqing],
        [get(f"certification.{name}_suspension") for name in ("sichuan", "chongqing_first", "chongqing")],
        get("certification.national_suspension"),
    )


def suspended_from(get: Get) -> Any:
    return np.where(get("lost"), 0, get("since"))


def payment(get: Get) -> Any:
    late = (get("conclusion.certify_by") < TODAY) & (get("since") <= MONTH)
    rows = [
        (get("lost"), "none"),
        (get("certification.certified_since"), "resumption_due"),
        (get("certification.suspended_since") != 0, "suspended"),
        (~late, "continues"),
    ]
    return np.select([when for when, _ in rows], [word(then) for _, then in rows], word("suspension_due"))


def certified(get: Get) -> Any:
    pensions = ["employee_pension", "public_pension", "resident_pension", "sickness_allowance"]
    pensions.append("chengdu_supplementary_pension")
    benefit, gone, seen = get("certification.benefit"), get("lost"), get("certification.loss_verified")
    prison = get("certification.loss_event") == word("imprisonment")
    chengdu = benefit == word("chengdu_supplementary_pension")
    chengdu &= get("certification.paying_province") != word("510000")
    rows = [
        (~among(benefit, pensions), "out_of_scope"),
        (~get("certification.is_drawn") | (gone & ~prison & seen), "ineligible"),
        (prison | (gone & ~seen) | chengdu, "refer_to_person"),
    ]
    return np.select([when for when, _ in rows], [word(then) for _, then in rows], word("eligible"))


# --- item 4 -----------------------------------------------------------------------------------------------


def works(get: Get) -> Any:
    return get("transfer.occasion") == word("new_employment")


def claims(get: Get) -> Any:
    return get("transfer.occasion") == word("benefit_claim")


def young(get: Get) -> Any:
    return get("person.age_at_enrolment") < np.where(get("person.sex") == word("male"), 50, 40)


def approved(get: Get) -> Any:
    by_whom = among(get("move.transfer_approver"), ["county_party_organisation", "county_human_resources"])
    told = get("move.transfer_labour_relation") & get("move.transfer_contributed")
    return get("move.transfer_approved") & by_whom & told


def account(get: Get) -> Any:
    general = get("move.to_is_hukou_province") | get("approved") | get("young")
    general |= get("pension.has_earlier_general_relation_at_new_place")
    general |= get("account.is_general_by_registration")
    foreign = get("person.status") != word("mainland")
    return np.select([~get("works"), general, foreign], [0, word("general"), NULL], word("temporary"))


def place(get: Get) -> Any:
    last, latest = get("pension.last_general_province"), get("pension.latest_other_ten_year_province")
    ten = get("pension.general_months_in_last_province") >= 120
    home, other = get("hukou.province_at_benefit_age"), latest != 0
    bare, twice = ~get("pension.has_general_record"), get("pension.duplicates_decide_benefit_place")
    deemed = get("pension.has_ten_years_only_deemed")
    abroad = np.select(
        [bare | twice, ten, other, deemed | get("pension.duplicates_decide_longest")],
        [NULL, last, latest, NULL],
        get("pension.longest_province"),
    )
    earlier = other & ~get("pension.earlier_ten_years_is_hukou_province")
    rows = [
        (~get("claims"), 0),
        (among(get("person.status"), ["hong_kong", "macao", "taiwan"]), abroad),
        (get("person.status") == word("foreigner"), NULL),
        (bare, home),
        (twice, NULL),
        (get("pension.last_general_is_hukou_province"), home),
        (get("pension.has_temporary_record_in_hukou_province") & (ten | earlier), NULL),
        (ten, last),
        (other, latest),
        (deemed, NULL),
    ]
    return np.select([when for when, _ in rows], [then for _, then in rows], home)


def perhaps(get: Get) -> Any:
    someone = get("retirement.benefit_age_reached") & (get("person.status") != word("foreigner"))
    return get("claims") & someone & (get("conclusion.benefit_place") == NULL)


def scope(get: Get) -> Any:
    two, asks = get("transfer.occasion") == word("two_pensions"), get("works") | get("claims")
    there = get("retirement.benefit_age_reached") & (get("person.status") != word("foreigner"))
    there &= get("move.from_province") == get("conclusion.benefit_place")
    return (
        ((get("works") | two) & ~get("move.is_cross_province"))
        | (get("claims") & (get("pension.is_all_at_home") | there))
        | (asks & ~get("pension.has_record_at_from_place"))
        | (two & ~get("two_pensions.drawn_at_once"))
        | (get("transfer.occasion") == word("leaving_mainland"))
    )


def ineligible(get: Get) -> Any:
    early = get("claims") & get("retirement.retires_early")
    late = get("claims") & get("retirement.retires_late")
    told, agreed = ~get("retirement.early_told_on.none"), ~get("retirement.late_agreed_on.none")
    in_time, first = get("retirement.early_told_in_time"), get("retirement.early_at_the_start")
    temporary = get("conclusion.account_type") == word("temporary")
    temporary &= get("person.status") == word("mainland")
    return (
        ((get("works") | get("claims")) & get("person.draws_employee_pension"))
        | (get("claims") & ~get("retirement.benefit_age_reached"))
        | (get("works") & (~get("move.contributed") | temporary))
        | (get("works") & ~get("pension.has_general_record_at_from_place"))
        | (early & (~get("retirement.early_in_range") | (get("retirement.months_short") != 0)))
        | (early & told & ~in_time & ~first)
        | (late & (get("retirement.late_excluded") | ~get("retirement.late_in_range")))
        | (late & agreed & ~get("retirement.late_agreed_in_time"))
        | (late & ~get("retirement.late_date_reached"))
    )


def short(get: Get) -> Any:
    since_2010 = get("retirement.condition_date") >= int(np.datetime64("2010-01-01", "D").astype(int))
    return get("claims") & get("retirement.benefit_age_reached") & since_2010


def no_office(get: Get) -> Any:
    latest = get("pension.latest_other_ten_year_province") != 0
    here = get("pension.earlier_ten_years_is_hukou_province")
    open_ = np.select(
        [
            ~get("pension.has_general_record"),
            get("pension.duplicates_decide_benefit_place"),
            get("pension.last_general_is_hukou_province"),
            get("pension.general_months_in_last_province") >= 120,
            get("pension.has_temporary_record_in_hukou_province") & latest & ~here,
            here,
        ],
        [False, True, ~get("pension.last_general_is_hukou_place"), True, True, False],
        latest | get("pension.has_ten_years_only_deemed"),
    )
    return ~get("works") & (~get("claims") | (get("person.status") != word("mainland")) | open_)


def for_a_person(get: Get) -> Any:
    two, asks = get("transfer.occasion") == word("two_pensions"), get("works") | get("claims")
    early = get("claims") & get("retirement.retires_early")
    late = get("claims") & get("retirement.retires_late")
    told = ~get("retirement.early_told_on.none")
    in_time, first = get("retirement.early_told_in_time"), get("retirement.early_at_the_start")
    ground = get("move.to_is_hukou_province") | get("approved") | get("young")
    ground |= get("account.is_general_by_registration") & get("move.to_is_hukou_province_now")
    over = get("retirement.paying_on_is_over") | (get("pension.months_paid_on") == 0)
    asked = (get("retirement.months_short") > 0) & get("pension.insured_before_the_law")
    kind = get("conclusion.account_type")
    owes = (get("pension.arrears_months_at_from_place") != 0) & ~get("transfer.arrears_waived")
    unclear = get("two_pensions.under_the_old_rule") | ~get("two_pensions.agreed")
    return (
        (get("works") & (((kind == word("general")) & ~ground) | (kind == NULL)))
        | (asks & (owes | get("pension.is_paying_at_from_place")))
        | (early & (~told | (~in_time & first)))
        | (late & get("retirement.late_agreed_on.none"))
        | (two & (unclear | ~get("two_pensions.both_of_enterprise_scheme")))
        | (get("claims") & (get("conclusion.benefit_place") == NULL))
        | get("no_office")
        | (get("short") & asked & ~over & ~get("pension.paid_on_for_five_years"))
    )


def transferred(get: Get) -> Any:
    rows = [
        (get("scope"), "out_of_scope"),
        (get("perhaps"), "refer_to_person"),
        (get("ineligible"), "ineligible"),
        (get("for_a_person"), "refer_to_person"),
    ]
    return np.select([when for when, _ in rows], [word(then) for _, then in rows], word("eligible"))


def procedure(get: Get) -> Any:
    from_, to = get("move.from_province"), get("conclusion.benefit_place")
    sichuan, chongqing = word("510000"), word("500000")
    pair = ((from_ == sichuan) & (to == chongqing)) | ((from_ == chongqing) & (to == sichuan))
    rows = [
        (~get("works") & ~get("claims"), 0),
        (get("claims") & (to == NULL) & ((from_ == sichuan) | (from_ == chongqing)), NULL),
        ((get("works") & get("move.is_within_pair")) | (get("claims") & pair), word("sichuan_chongqing")),
    ]
    return np.select([when for when, _ in rows], [then for _, then in rows], word("national"))


def months_short(get: Get) -> Any:
    return np.where(get("short"), get("retirement.months_short"), NULL)


def total(get: Get) -> Any:
    moves = (get("works") | get("claims")) & ~get("scope") & (get("perhaps") | ~get("ineligible"))
    return np.where(moves, get("money.pool") + get("money.personal_account"), NULL)


# --- OpenFisca --------------------------------------------------------------------------------------------

MADE: Final[Mapping[str, Mapping[str, tuple[type, Callable[[Get], Any]]]]] = {
    "pension-eligibility-certification": {
        "lost": (bool, lost),
        "since": (int, since),
        "outcome": (int, certified),
        "conclusion.certify_by": (int, certify_by),
        "conclusion.suspended_from": (int, suspended_from),
        "conclusion.payment": (int, payment),
        "competent": (int, lambda get: get("certification.paying_place")),
    },
    "pension-transfer-enterprise": {
        **{one.__name__: (bool, one) for one in (works, claims, young, approved, perhaps, scope)},
        **{one.__name__: (bool, one) for one in (ineligible, short, no_office, for_a_person)},
        "outcome": (int, transferred),
        "conclusion.benefit_place": (int, place),
        "conclusion.account_type": (int, account),
        "conclusion.procedure": (int, procedure),
        "conclusion.months_short": (int, months_short),
        "amount.total": (int, total),
    },
}


def plain(name: str) -> str:
    return name.replace(".", "__")


def formula(make: Callable[[Get], Any], read: set[str]) -> Callable[[Any, Any], Any]:
    """Return a formula as OpenFisca calls it, which also notes what it reads."""

    def found(persons: Any, period: Any) -> Any:
        def get(name: str) -> Any:
            read.add(name)
            return persons(plain(name), period)

        return make(get)

    return found


def system(item: str, columns: Mapping[str, Any], read: set[str]) -> tuple[Any, list[str]]:
    """Return the variables of an item: a column each, and the formulas; and the answers among them."""
    person = entities.Entity("person", "persons", "a person", "")
    found = taxbenefitsystems.TaxBenefitSystem([person])
    shape = {"entity": person, "definition_period": periods.DateUnit.MONTH, "__module__": __name__}
    for name, values in columns.items():
        kind = bool if values.dtype == bool else int
        found.add_variable(type(plain(name), (variables.Variable,), {**shape, "value_type": kind}))
    for name, (kind, make) in MADE[item].items():
        told = {**shape, "value_type": kind, "formula": formula(make, read)}
        found.add_variable(type(plain(name), (variables.Variable,), told))
    return found, [name for name in MADE[item] if "." in name or name in ("outcome", "competent")]


def answered(rules: Any, wanted: list[str], columns: Mapping[str, Any], count: int) -> dict[str, Any]:
    simulation = SimulationBuilder().build_default_simulation(rules, count=count)
    for name, values in columns.items():
        simulation.set_input(plain(name), PERIOD, values)
    return {name: simulation.calculate(plain(name), PERIOD) for name in wanted}


def size(name: str) -> int:
    """Return the resident size of this process in KiB: VmRSS now, VmHWM at most."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def main() -> None:
    item, columns_file, words_file, answers_file = sys.argv[1:]
    with np.load(columns_file) as held:
        columns = {name: held[name] for name in held.files}
    WORDS.update(json.loads(Path(words_file).read_text("utf-8")))
    count, read = len(next(iter(columns.values()))), set[str]()
    rules, wanted = system(item, columns, read)
    answered(rules, wanted, {name: values[:10] for name, values in columns.items()}, min(10, count))
    columns = {name: values for name, values in columns.items() if name in read}
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak starts anew
    before = size("VmRSS")
    best, found = float("inf"), {}
    for _ in range(2):
        began = time.perf_counter()
        found = answered(rules, wanted, columns, count)
        best = min(best, time.perf_counter() - began)
    np.savez(answers_file, **found)
    told = {
        "rows": count,
        "seconds": best,
        "before_KiB": before,
        "peak_KiB": size("VmHWM"),
        "read": sorted(columns),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
