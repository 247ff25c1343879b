"""What a backend tells: the applicant, their records, and the request."""

from crossprov.models.base import Model
from crossprov.models.case import Applicant, ApprovedTransfer, Case, Event, Move
from crossprov.models.employer import Employer
from crossprov.models.errors import Problem, problems
from crossprov.models.identity import (
    ForeignPr2017,
    ForeignPr2023,
    HkMacaoPass,
    HmtResidencePermit,
    IdentityDocument,
    Passport,
    ResidentId,
    TaiwanPass,
)
from crossprov.models.insurance import (
    ContributionRun,
    DeemedPeriod,
    Insurance,
    LumpSum,
    LumpSumDocument,
    PensionSpell,
    UnemploymentGrant,
    UnemploymentSpell,
)
from crossprov.models.person import BenefitDrawn, Citizen, HukouSpell, MilitaryService
from crossprov.models.records import Coverage, Record, Records

__all__ = [
    "Applicant",
    "ApprovedTransfer",
    "BenefitDrawn",
    "Case",
    "Citizen",
    "ContributionRun",
    "Coverage",
    "DeemedPeriod",
    "Employer",
    "Event",
    "ForeignPr2017",
    "ForeignPr2023",
    "HkMacaoPass",
    "HmtResidencePermit",
    "HukouSpell",
    "IdentityDocument",
    "Insurance",
    "LumpSum",
    "LumpSumDocument",
    "MilitaryService",
    "Model",
    "Move",
    "Passport",
    "PensionSpell",
    "Problem",
    "Record",
    "Records",
    "ResidentId",
    "TaiwanPass",
    "UnemploymentGrant",
    "UnemploymentSpell",
    "problems",
]
