"""The rules of cross-province (跨省通办) services as declarative, dated rules.

    >>> from crossprov import decide
    >>> decision = decide(case)                     # a Case, a dict, or JSON text
    >>> decision.outcome
    'eligible'

``Rulebook.load(path)`` loads other rules than those that come with the library.
"""

from crossprov._errors import (
    CaseError,
    CrossprovError,
    InternalFaultError,
    Problem,
    RulebookError,
    UnknownItemError,
)
from crossprov._version import __version__
from crossprov.audit import Replay, canonical_json, record, replay
from crossprov.calendar import ChinaCalendar, WorkdayCalendar, YearSchedule
from crossprov.changes import Change, ChangeSet, changes
from crossprov.checking import check
from crossprov.decide import decide, read_case
from crossprov.decision import Decision
from crossprov.models import Case, Citizen, Employer
from crossprov.places import OfficeDirectory, OfficeEntry
from crossprov.rulebook.book import Rulebook
from crossprov.rulebook.loading import builtin_rules as rules

__all__ = [
    "Case",
    "CaseError",
    "Change",
    "ChangeSet",
    "ChinaCalendar",
    "Citizen",
    "CrossprovError",
    "Decision",
    "Employer",
    "InternalFaultError",
    "OfficeDirectory",
    "OfficeEntry",
    "Problem",
    "Replay",
    "Rulebook",
    "RulebookError",
    "UnknownItemError",
    "WorkdayCalendar",
    "YearSchedule",
    "__version__",
    "canonical_json",
    "changes",
    "check",
    "decide",
    "read_case",
    "record",
    "replay",
    "rules",
]
