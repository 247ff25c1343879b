"""Small rulebooks for the tests of the pipeline: the fictional pair with one item of a few rules."""

import shutil
from pathlib import Path

from crossprov import Rulebook, decide

FICTIONAL = Path(__file__).parents[1] / "fictional"
HERE = "970101"
TEXT = "{zh: 文, en: text}"


def fact(name, kind, **more):
    """An entry of the vocabulary; told unless it says otherwise."""
    source = {} if {"formula", "given", "function"} & more.keys() else {"given": "told", "question": TEXT}
    rest = "".join(f", {key}: {value}" for key, value in (source | more).items())
    return f"  {name}: {{type: {kind}, label: {TEXT}{rest}}}\n"


def requirement(name, holds, *, otherwise="ineligible", more=""):
    return f'  - {{id: {name}, holds: "{holds}", else: {otherwise}, law: none_found{more}}}\n'


# A letter, which not every case has, and what is due some days after it.
LETTER = f"""steps:
  - {{id: apply, actor: applicant, name: {TEXT}, law: none_found}}
  - {{id: letter, actor: competent, after: apply, when: a, name: {TEXT}, law: none_found}}
  - {{id: pay, actor: competent, after: letter, name: {TEXT}, law: none_found}}
limits:
  - {{id: letter, step: letter, starts_with: apply, kind: statutory, length: 10 calendar_days, law: none_found}}
  - {{id: pay, step: pay, starts_with: letter, kind: statutory, length: 10 calendar_days, law: none_found}}
"""
HERE_ACTS = "{id: here, when: otherwise, then: move.to_place, street: move.to_street, law: none_found}"


def rulebook(
    root, *, facts="", records="", parameters="", item="", office=HERE_ACTS, region=("", ""), **settings
):
    """A rulebook with one item ``it`` in force from 2010-01-01, competent where the applicant moves to.

    ``region``: a passage of the fictional region.yaml, and what stands there instead.
    """
    for name in ("rulebook.yaml", "region.yaml", "divisions.csv", "streets.csv", "instruments.yaml"):
        shutil.copy(FICTIONAL / name, root / name)
    text = (root / "region.yaml").read_text(encoding="utf-8")
    assert region[0] in text
    (root / "region.yaml").write_text(text.replace(*region, 1), encoding="utf-8")
    for name in ("vocabulary", "parameters", "items"):
        (root / name).mkdir()
    place = fact("move.to_place", "place", level="any", given="move.to_place", question=TEXT)
    place += fact("move.to_street", "text", given="move.to_street", question=TEXT)
    vocabulary = f"facts:\n{place}{facts}" + (f"records:\n{records}" if records else "")
    (root / "vocabulary" / "all.yaml").write_text(vocabulary, encoding="utf-8")
    if parameters:
        (root / "parameters" / "all.yaml").write_text(f"parameters:\n{parameters}", encoding="utf-8")
    office = f"offices:\n  competent:\n    function: ferry_office\n    rows:\n      - {office}\n"
    head = f"item: it\nname: {TEXT}\nserves: [citizen]\nfrom: 2010-01-01\n"
    (root / "items" / "it.yaml").write_text(head + item + office, encoding="utf-8")
    return Rulebook.load(root, **settings)


def decided(book, facts=None, **more):
    """Decide a case of 2024-05-06 that tells some facts."""
    case = {
        "item": "it",
        "as_of": "2024-05-06",
        "applicant": {"kind": "citizen"},
        "move": {"to_place": HERE},
        "facts": facts or {},
    }
    days = {key: more.pop(key) for key in ("law_on", "facts_on") if key in more}
    return decide({**case, **more}, book, **days)


def holds(decision):
    return {reason.code: reason.holds for reason in decision.reasons}


def missing(decision):
    return [one.fact for one in decision.missing]
