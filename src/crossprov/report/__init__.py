"""The guide (办事指南) for a person: of a decision, of an item without a case, or of how a case was decided.

Two halves. What a guide contains is a ``Guide``: a title, a short answer, sections of entries, the
provenance. How it is written for a terminal is ``as_text``; a web page can write the same guide otherwise.
Every word comes from ``texts/reports.yaml``, from the rules or from the decision.
"""

from crossprov.report.asked import asked_for, declared, fact_data, item_data, type_in_words
from crossprov.report.decision import guide
from crossprov.report.doubts import doubts_page
from crossprov.report.explanation import explanation
from crossprov.report.item import item_guide, provenance
from crossprov.report.layout import as_text, padded, width_of, wrapped
from crossprov.report.model import Entry, Guide, Section
from crossprov.report.pages import pages, stale, write_pages
from crossprov.report.plan import Plan, PlanStep, as_svg
from crossprov.report.trace import Trace, traced, whence
from crossprov.report.words import PlaceNames, Words, place_names

__all__ = [
    "Entry",
    "Guide",
    "PlaceNames",
    "Plan",
    "PlanStep",
    "Section",
    "Trace",
    "Words",
    "as_svg",
    "as_text",
    "asked_for",
    "declared",
    "doubts_page",
    "explanation",
    "fact_data",
    "guide",
    "item_data",
    "item_guide",
    "padded",
    "pages",
    "place_names",
    "provenance",
    "stale",
    "traced",
    "type_in_words",
    "whence",
    "width_of",
    "wrapped",
    "write_pages",
]
