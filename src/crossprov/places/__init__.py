"""Places with dates: administrative divisions and the offices that act for them."""

from crossprov.places.directory import GenericDirectory, OfficeDirectory, OfficeEntry
from crossprov.places.division import Ambiguous, Division, NotFound, Resolved, Street
from crossprov.places.divisions import Divisions
from crossprov.places.offices import Notice, Office, Offices, OfficeUndetermined
from crossprov.places.region import Region, Side
from crossprov.texts import Text

__all__ = [
    "Ambiguous",
    "Division",
    "Divisions",
    "GenericDirectory",
    "NotFound",
    "Notice",
    "Office",
    "OfficeDirectory",
    "OfficeEntry",
    "OfficeUndetermined",
    "Offices",
    "Region",
    "Resolved",
    "Side",
    "Street",
    "Text",
]
