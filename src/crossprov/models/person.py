"""The applicant as a person: documents, household registration, benefits, military service."""

import datetime as dt
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, ValidationInfo, field_validator

from crossprov.models.base import Day, DivisionCode, Listing, Model, Months, Text, not_before
from crossprov.models.errors import refuse
from crossprov.models.identity import IdentityDocument, Sex
from crossprov.models.insurance import Insurance
from crossprov.models.records import Record, Records

ResidenceStatus: TypeAlias = Literal["mainland", "hong_kong", "macao", "taiwan", "foreigner"]
RetirementAgeClass: TypeAlias = Literal["male_60", "female_55", "female_50"]
BenefitScheme: TypeAlias = Literal[
    "employee_pension",
    "public_pension",
    "resident_pension",
    "unemployment",
    "work_injury",
    "survivor",
    "sickness_allowance",
    "supplementary_pension",
]
SettlementMode: TypeAlias = Literal[
    "assigned_post",
    "civilian_transfer",
    "self_employment",
    "monthly_allowance",
    "demobilised",
    "retired",
    "state_support",
    "other",
]


class HukouSpell(Record):
    """A time of household registration (户籍) at one place."""

    sorted_by: ClassVar[str] = "since"

    place: DivisionCode = Field(description="division of the registration, in the codes of that time")
    since: Day | None = Field(default=None, description="first day; absent: unknown")
    through: Annotated[Day | None, not_before("since")] = Field(
        default=None, description="last day, inclusive; absent: unknown, or it still holds"
    )

    @property
    def certain_days(self) -> tuple[dt.date, dt.date] | None:
        """First and last day on which the registration is certain, or None if no day is."""
        first = self.since or self.through
        last = self.through or self.since
        return None if first is None or last is None else (first, last)


class BenefitDrawn(Record):
    """A benefit that is or was drawn (领取)."""

    sorted_by: ClassVar[str] = "since"

    scheme: BenefitScheme = Field(description="scheme that pays it")
    place: DivisionCode = Field(description="division that pays it, in the codes of that time")
    since: Day = Field(description="first day of entitlement")
    through: Annotated[Day | None, not_before("since")] = Field(
        default=None, description="last day of entitlement, inclusive; absent: no end is known"
    )


class MilitaryService(Model):
    """Past military service; absent altogether: unknown."""

    service_months: Months | None = Field(
        default=None, description="number of months of service, 0 for none; absent: unknown"
    )
    discharged_on: Day | None = Field(default=None, description="day of discharge; absent: unknown")
    settled_in: DivisionCode | None = Field(
        default=None, description="division of settlement (安置地); absent: unknown"
    )
    mode: SettlementMode | None = Field(
        default=None, description="mode of settlement (安置方式); absent: unknown"
    )


class Citizen(Model):
    """A natural person of any nationality who applies.

    What documents carry of sex and birth is a cross-check of what is declared; place of registration
    and class of retirement age are only ever declared.
    """

    kind: Literal["citizen"] = Field(default="citizen", description="kind of applicant")
    name: Text | None = Field(default=None, description="name; absent: unknown")
    documents: Annotated[Listing[IdentityDocument], Field(max_length=20)] = Field(
        default=(), description="identity documents shown"
    )
    sex: Sex | None = Field(default=None, description="declared sex; absent: unknown")
    birth_date: Day | None = Field(default=None, description="declared day of birth; absent: unknown")
    status: ResidenceStatus | None = Field(
        default=None, description="mainland resident, from Hong Kong, Macao or Taiwan, or foreigner"
    )
    hukou: Records[HukouSpell] | None = Field(
        default=None, description="household registrations; absent: unknown"
    )
    residence: DivisionCode | None = Field(
        default=None, description="division of habitual residence (常住地); absent: unknown"
    )
    residence_since: Day | None = Field(
        default=None, description="first day of residence there; absent: unknown"
    )
    workplace: DivisionCode | None = Field(
        default=None, description="division of present work (就业地); absent: unknown"
    )
    retirement_age_class: RetirementAgeClass | None = Field(
        default=None,
        description="original retirement age in years by kind of post; asked, never inferred; "
        "absent: unknown",
    )
    benefits: Records[BenefitDrawn] | None = Field(
        default=None, description="benefits drawn, now or before; absent: unknown"
    )
    insurance: Insurance = Field(default_factory=Insurance, description="insurance records")
    military: MilitaryService | None = Field(default=None, description="military service; absent: unknown")

    @property
    def known_sex(self) -> Sex | None:
        """The sex as declared, else as a document carries it."""
        return self.sex or _sex_of(self.documents)

    @property
    def known_birth_date(self) -> dt.date | None:
        """The day of birth as declared, else as a document carries it."""
        return self.birth_date or _birth_date_of(self.documents)

    @field_validator("documents")
    @classmethod
    def _one_person(cls, documents: tuple[IdentityDocument, ...]) -> tuple[IdentityDocument, ...]:
        sexes = {document.sex for document in documents} - {None}
        births = {document.birth_date for document in documents} - {None}
        if len(sexes) > 1 or len(births) > 1:
            raise refuse("documents_disagree")
        return documents

    @field_validator("sex")
    @classmethod
    def _sex_agrees(cls, sex: Sex | None, info: ValidationInfo) -> Sex | None:
        carried = _sex_of(info.data.get("documents", ()))
        if sex is not None and carried is not None and sex != carried:
            raise refuse("sex_contradicts_documents")
        return sex

    @field_validator("birth_date")
    @classmethod
    def _birth_date_agrees(cls, day: dt.date | None, info: ValidationInfo) -> dt.date | None:
        carried = _birth_date_of(info.data.get("documents", ()))
        if day is not None and carried is not None and day != carried:
            raise refuse("birth_date_contradicts_documents")
        return day

    @field_validator("retirement_age_class")
    @classmethod
    def _class_fits_sex(
        cls, age_class: RetirementAgeClass | None, info: ValidationInfo
    ) -> RetirementAgeClass | None:
        sex = info.data.get("sex") or _sex_of(info.data.get("documents", ()))
        if age_class is not None and sex is not None and not age_class.startswith(f"{sex}_"):
            raise refuse("retirement_age_class_contradicts_sex")
        return age_class

    @field_validator("hukou")
    @classmethod
    def _one_hukou_a_day(cls, hukou: Records[HukouSpell] | None) -> Records[HukouSpell] | None:
        if hukou is not None and _in_two_places(hukou.records):
            raise refuse("hukou_in_two_places")
        return hukou


def _sex_of(documents: tuple[IdentityDocument, ...]) -> Sex | None:
    return next((document.sex for document in documents if document.sex is not None), None)


def _birth_date_of(documents: tuple[IdentityDocument, ...]) -> dt.date | None:
    return next((document.birth_date for document in documents if document.birth_date is not None), None)


def _in_two_places(spells: tuple[HukouSpell, ...]) -> bool:
    certain = sorted((*spell.certain_days, spell.place) for spell in spells if spell.certain_days)
    # As long as nothing clashed, only the spell that reaches furthest can reach into the next one.
    reach, reaching = dt.date.min, ""
    for first, last, place in certain:
        if reaching not in ("", place) and first <= reach:
            return True
        if last >= reach:
            reach, reaching = last, place
    return False
