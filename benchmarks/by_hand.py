"""Answers of two items as somebody would write them in Polars who needs them of today only.

No reasons, no missing facts, no sources, no earlier law, no offices but the one of certification; what is null in the
frame is null, or wrong, in the answer. Where all is known they must agree with the rules: the figures of law here are
only kept right by that.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

import polars as pl
from made_up import CERTIFICATION, DAY, TRANSFER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

CERTIFICATION_ANSWERS: Final = (
    "outcome",
    "conclusion.certify_by",
    "conclusion.suspended_from",
    "conclusion.payment",
    "competent",
)
TRANSFER_ANSWERS: Final = (
    "outcome",
    "conclusion.benefit_place",
    "conclusion.account_type",
    "conclusion.procedure",
    "conclusion.months_short",
    "amount.total",
)


def certification() -> list[pl.Expr]:
    """Return the five answers of certification."""
    c = {name: pl.col("certification." + name) for name in (
        "benefit", "is_drawn", "loss_event", "loss_verified", "paying_province", "paying_place", "last_on",
        "certified_since", "suspended_since", "sichuan_residents_last_day", "sichuan_last_day",
        "chongqing_last_day", "national_last_day", "sichuan_suspension", "chongqing_first_suspension",
        "chongqing_suspension", "national_suspension",
    )}  # fmt: skip
    lost = c["loss_event"].is_in(["death", "imprisonment", "settled_abroad", "other"])
    sichuan, chongqing = c["paying_province"] == "510000", c["paying_province"] == "500000"
    pensions = ["employee_pension", "public_pension", "resident_pension", "sickness_allowance"]
    pensions += ["chengdu_supplementary_pension"]
    residents = sichuan & (c["benefit"] == "resident_pension")
    by = pl.when(residents).then(c["sichuan_residents_last_day"]).when(sichuan).then(c["sichuan_last_day"])
    by = by.when(chongqing).then(c["chongqing_last_day"]).otherwise(c["national_last_day"])
    never = pl.col("certification.last_on.none")
    since = pl.when(sichuan).then(c["sichuan_suspension"]).when(chongqing & never)
    since = since.then(c["chongqing_first_suspension"]).when(chongqing).then(c["chongqing_suspension"])
    since = since.otherwise(c["national_suspension"])
    month = DAY.strftime("%Y-%m")
    resting = c["suspended_since"] != "none"
    late = (by < DAY) & (since <= month)
    pays = pl.when(lost).then(pl.lit("none")).when(c["certified_since"]).then(pl.lit("resumption_due"))
    pays = pays.when(resting).then(pl.lit("suspended")).when(~late).then(pl.lit("continues"))
    pays = pays.otherwise(pl.lit("suspension_due"))
    prison = c["loss_event"] == "imprisonment"
    outcome = pl.when(~c["benefit"].is_in(pensions)).then(pl.lit("out_of_scope"))
    outcome = outcome.when(~c["is_drawn"] | (lost & ~prison & c["loss_verified"])).then(pl.lit("ineligible"))
    chengdu = (c["benefit"] == "chengdu_supplementary_pension") & ~sichuan
    outcome = outcome.when(prison | (lost & ~c["loss_verified"]) | chengdu).then(pl.lit("refer_to_person"))
    return [
        outcome.otherwise(pl.lit("eligible")).alias("outcome"),
        pl.when(~lost).then(by).alias("conclusion.certify_by"),
        pl.when(lost).then(pl.lit("none")).otherwise(since).alias("conclusion.suspended_from"),
        pays.alias("conclusion.payment"),
        c["paying_place"].alias("competent"),
    ]


def transfer() -> list[pl.Expr]:
    """Return six answers of item 4, by way of columns that are used again (see ``answered``)."""
    c, some = pl.col, _any
    works, claims = c("works"), c("claims")
    two, asks = c("transfer.occasion") == "two_pensions", works | claims
    early, late = claims & c("retirement.retires_early"), claims & c("retirement.retires_late")
    told, in_time = ~c("retirement.early_told_on.none"), c("retirement.early_told_in_time")
    agreed, first = ~c("retirement.late_agreed_on.none"), c("retirement.early_at_the_start")
    place, mainland = c("place"), c("person.status") == "mainland"
    age, from_ = c("retirement.benefit_age_reached"), c("move.from_province")
    from_there = age & (c("person.status") != "foreigner") & (from_ == place)
    perhaps = claims & age & (c("person.status") != "foreigner") & (place == "person")  # out of scope, or not
    is_general, is_temporary = c("account") == "general", c("account") == "temporary"
    ground = c("move.to_is_hukou_province") | c("approved") | c("young")
    ground |= c("account.is_general_by_registration") & c("move.to_is_hukou_province_now")
    scope = some(
        (works | two) & ~c("move.is_cross_province"),
        claims & (c("pension.is_all_at_home") | from_there),
        asks & ~c("pension.has_record_at_from_place"),
        two & ~c("two_pensions.drawn_at_once"),
        c("transfer.occasion") == "leaving_mainland",
    )
    ineligible = some(
        asks & c("person.draws_employee_pension"),
        claims & ~age,
        works & ~c("move.contributed"),
        works & is_temporary & mainland,
        works & ~c("pension.has_general_record_at_from_place"),
        early & ~c("retirement.early_in_range"),
        early & (c("retirement.months_short") != 0),
        early & told & ~in_time & ~first,
        late & (c("retirement.late_excluded") | ~c("retirement.late_in_range")),
        late & agreed & ~c("retirement.late_agreed_in_time"),
        late & ~c("retirement.late_date_reached"),
    )
    short = claims & age & (c("retirement.condition_date").dt.year() >= 2010)
    person = some(
        works & is_general & ~ground,
        works & (c("account") == "person"),
        asks & (c("pension.arrears_months_at_from_place") != 0) & ~c("transfer.arrears_waived"),
        asks & c("pension.is_paying_at_from_place"),
        early & (~told | (~in_time & first)),
        late & ~agreed,
        two & some(
            c("two_pensions.under_the_old_rule"),
            ~c("two_pensions.both_of_enterprise_scheme"),
            ~c("two_pensions.agreed"),
        ),
        claims & (place == "person"),
        _no_office(),
        short & _one_sum_is_open(),
    )  # fmt: skip
    outcome = pl.when(scope).then(pl.lit("out_of_scope")).when(perhaps).then(pl.lit("refer_to_person"))
    outcome = outcome.when(ineligible).then(pl.lit("ineligible")).when(person).then(pl.lit("refer_to_person"))
    outcome = outcome.otherwise(pl.lit("eligible"))
    pair = (works & c("move.is_within_pair")) | (claims & (
        ((from_ == "510000") & (place == "500000")) | ((from_ == "500000") & (place == "510000"))
    ))  # fmt: skip
    procedure = pl.when(~asks).then(pl.lit("none")).when(pair).then(pl.lit("sichuan_chongqing"))
    procedure = procedure.when(claims & (place == "person") & from_.is_in(["510000", "500000"])).then(None)
    moves = asks & ~scope & (perhaps | ~ineligible)
    return [
        outcome.alias("outcome"),
        pl.when(place != "person").then(place).alias("conclusion.benefit_place"),
        pl.when(c("account") != "person").then(c("account")).alias("conclusion.account_type"),
        procedure.otherwise(pl.lit("national")).alias("conclusion.procedure"),
        pl.when(short).then(c("retirement.months_short")).alias("conclusion.months_short"),
        pl.when(moves).then(c("money.pool") + c("money.personal_account")).alias("amount.total"),
    ]


def _any(*parts: pl.Expr) -> pl.Expr:
    return reduce(or_, parts)


def _no_office() -> pl.Expr:
    """Return where no office is named, and a person must find it."""
    c = pl.col
    last, latest = c("pension.general_months_in_last_province"), c("pension.latest_other_ten_year_province")
    here = c("pension.earlier_ten_years_is_hukou_province")
    home = c("pension.last_general_is_hukou_province")
    open_ = pl.when(~c("pension.has_general_record")).then(pl.lit(value=False))
    open_ = open_.when(c("pension.duplicates_decide_benefit_place")).then(pl.lit(value=True))
    open_ = open_.when(home).then(~c("pension.last_general_is_hukou_place"))
    open_ = open_.when(last >= 120).then(pl.lit(value=True))
    temporary = c("pension.has_temporary_record_in_hukou_province") & (latest != "none") & ~here
    open_ = open_.when(temporary).then(pl.lit(value=True)).when(here).then(pl.lit(value=False))
    open_ = open_.otherwise((latest != "none") | c("pension.has_ten_years_only_deemed"))
    return ~c("works") & (~c("claims") | (c("person.status") != "mainland") | open_)


def _one_sum_is_open() -> pl.Expr:
    c = pl.col
    over = c("retirement.paying_on_is_over") | (c("pension.months_paid_on") == 0)
    asked = (c("retirement.months_short") > 0) & c("pension.insured_before_the_law")
    return asked & ~over & ~c("pension.paid_on_for_five_years")


def _transfer_columns() -> list[pl.Expr]:
    """Return what the answers of item 4 use more than once."""
    c = pl.col
    young = pl.when(c("person.sex") == "male").then(50).otherwise(40) > c("person.age_at_enrolment")
    by_whom = c("move.transfer_approver").is_in(["county_party_organisation", "county_human_resources"])
    approved = c("move.transfer_approved") & by_whom
    approved &= c("move.transfer_labour_relation") & c("move.transfer_contributed")
    general = c("move.to_is_hukou_province") | approved | young
    general |= c("pension.has_earlier_general_relation_at_new_place") | c(
        "account.is_general_by_registration"
    )
    account = pl.when(c("transfer.occasion") != "new_employment").then(pl.lit("none"))
    account = account.when(general).then(pl.lit("general"))
    account = account.when(c("person.status") != "mainland").then(pl.lit("person"))
    return [
        (c("transfer.occasion") == "new_employment").alias("works"),
        (c("transfer.occasion") == "benefit_claim").alias("claims"),
        young.alias("young"),
        approved.alias("approved"),
        account.otherwise(pl.lit("temporary")).alias("account"),
        _benefit_place().alias("place"),
    ]


def _benefit_place() -> pl.Expr:
    """Return the province in which the pension is drawn, ``none``, or ``person`` where a person must say."""
    c, person = pl.col, pl.lit("person")
    last, latest = c("pension.last_general_province"), c("pension.latest_other_ten_year_province")
    ten, home = c("pension.general_months_in_last_province") >= 120, c("hukou.province_at_benefit_age")
    abroad = pl.when(~c("pension.has_general_record")).then(person)
    abroad = abroad.when(c("pension.duplicates_decide_benefit_place")).then(person).when(ten).then(last)
    abroad = abroad.when(latest != "none").then(latest)
    open_ = c("pension.has_ten_years_only_deemed") | c("pension.duplicates_decide_longest")
    abroad = abroad.when(open_).then(person).otherwise(c("pension.longest_province"))
    other = (latest != "none") & ~c("pension.earlier_ten_years_is_hukou_province")
    found = pl.when(c("transfer.occasion") != "benefit_claim").then(pl.lit("none"))
    found = found.when(c("person.status").is_in(["hong_kong", "macao", "taiwan"])).then(abroad)
    found = found.when(c("person.status") == "foreigner").then(person)
    found = found.when(~c("pension.has_general_record")).then(home)
    found = found.when(c("pension.duplicates_decide_benefit_place")).then(person)
    found = found.when(c("pension.last_general_is_hukou_province")).then(home)
    found = found.when(c("pension.has_temporary_record_in_hukou_province") & (ten | other)).then(person)
    found = found.when(ten).then(last).when(latest != "none").then(latest)
    return found.when(c("pension.has_ten_years_only_deemed")).then(person).otherwise(home)


ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    CERTIFICATION: CERTIFICATION_ANSWERS,
    TRANSFER: TRANSFER_ANSWERS,
}
ANSWERED: Final[Mapping[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    CERTIFICATION: lambda frame: frame.select(certification()),
    TRANSFER: lambda frame: frame.lazy().with_columns(_transfer_columns()).select(transfer()).collect(),
}


def differing(ours: pl.DataFrame, hand: pl.DataFrame) -> Iterable[str]:
    """Return the answers in which two frames differ in some row."""
    return [name for name in hand.columns if not ours[name].eq_missing(hand[name]).all()]
