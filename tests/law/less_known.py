"""Knowing less: a case without the records of a province, and what may never follow from that."""

import copy
import datetime as dt

from crossprov import Rulebook

PROVINCES = tuple(one.code for one in Rulebook.load().divisions.provinces(dt.date(2024, 1, 1)))


def lists_of(case, lists):
    """The lists of records of a case at some paths below the applicant, as far as it has them."""
    for path in lists:
        holder = case["applicant"]
        for part in path[:-1]:
            holder = holder[part]
        if path[-1] in holder:
            yield holder[path[-1]]


def without(case, province, lists):
    """The case as it would be if nobody had handed over the records of one province, in some of the lists."""
    case = copy.deepcopy(case)
    for listed in lists_of(case, lists):
        listed["records"] = [row for row in listed["records"] if row["place"][:2] != province[:2]]
        listed["complete_for"] = [cut for entry in listed["complete_for"] for cut in _less(entry, province)]
    return case


def _less(coverage, province):
    told = PROVINCES if coverage["provinces"] == "all" else coverage["provinces"]
    left = [one for one in told if one != province]
    return [{**coverage, "provinces": left}] if left else []


def concerned(case, lists):
    """The provinces that some record names, and one that none does."""
    named = {row["place"][:2] + "0000" for listed in lists_of(case, lists) for row in listed["records"]}
    return sorted(named | {"130000"})


def assert_no_other_answer(found, truth, about):
    """A question may open; an outcome, a conclusion or an office may not become another."""
    assert found.outcome in {truth.outcome, "needs_information"}, about
    assert found.missing or found.outcome != "needs_information", about
    known = {one.name: one for one in truth.conclusions}
    for one in found.conclusions:
        full = known[one.name]
        if one.known or one.refer:
            assert (one.value, one.refer) == (full.value, full.refer), (about, one.name)
        elif full.value is not None and not one.others:
            assert full.value in one.possible, (about, one.name)
    offices = {office.role: office.division for office in (truth.competent, *truth.roles) if office}
    for office in (found.competent, *found.roles):
        if office is not None and office.division is not None:
            assert office.division == offices[office.role], (about, office.role)
