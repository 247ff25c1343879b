"""The audit record: whatever is changed in it is noticed, and the same rules decide the same again."""

import copy
import dataclasses
import hmac
import json
import shutil
from pathlib import Path

import pytest

from crossprov import CaseError, Rulebook, audit, canonical_json, decide, read_case, record, replay
from crossprov.audit import MAX_BYTES
from crossprov.rulebook.loading import builtin_rules

RULES = Rulebook.load()
EXAMPLES = Path(__file__).parents[2] / "examples"
KEY = bytes(range(32))
CASE = json.loads((EXAMPLES / "transfer-49.json").read_text(encoding="utf-8"))
NUMBER = "11010519491231002X"  # the specimen of GB 11643


def made(case=CASE, law=RULES, key=KEY):
    return record(decide(case, law), case, key=key)


RECORD = made()
SHORT_CASE = {
    "item": "card-loss-report",
    "as_of": "2026-03-09",
    "applicant": {"kind": "citizen"},
    "facts": {"card.place": "510104", "card.status": "normal", "card.loss_report": "temporary"},
}
SHORT = made(SHORT_CASE)


def leaves(data, path=()):
    """Every path in plain data, of objects and lists as well."""
    for name, one in (
        data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    ):
        yield (*path, name)
        yield from leaves(one, (*path, name))


def changed(data, path, change):
    found = copy.deepcopy(data)
    here = found
    for name in path[:-1]:
        here = here[name]
    change(here, path[-1])
    return found


def other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return value + "0" if isinstance(value, str) else "0"


def test_the_same_rules_decide_the_same_again():
    assert replay(RECORD, CASE, key=KEY, rulebook=RULES).verdict == "same"
    assert replay(canonical_json(RECORD), CASE, key=KEY, rulebook=RULES).verdict == "same"
    assert replay(json.dumps(RECORD, indent=4), json.dumps(CASE), key=KEY, rulebook=RULES).verdict == "same"
    decision = decide(CASE, RULES)
    assert decision.record(CASE, key=KEY) == record(decision, CASE, key=KEY)


@pytest.mark.parametrize(
    "change",
    [lambda here, name: here.__setitem__(name, other(here[name])), lambda here, name: here.__delitem__(name)],
)
def test_every_part_that_is_changed_or_taken_away_is_noticed(change):
    paths = list(leaves(SHORT))
    assert len(paths) > 100
    assert {path[0] for path in paths} == {"record", "input", "made_by", "decision", "seal"}
    for path in paths:
        found = replay(changed(SHORT, path, change), SHORT_CASE, key=KEY, rulebook=RULES)
        assert found.verdict == "tampered", path


def test_what_is_added_is_noticed():
    for path in [(), *(path for path in leaves(SHORT))]:
        here = SHORT
        for name in path:
            here = here[name]
        if isinstance(here, dict):
            more = changed(
                {"all": SHORT}, ("all", *path), lambda one, name: one[name].__setitem__("more", None)
            )["all"]
            assert replay(more, SHORT_CASE, key=KEY, rulebook=RULES).verdict == "tampered", path
        elif isinstance(here, list):
            more = changed(SHORT, path, lambda one, name: one[name].append(None))
            assert replay(more, SHORT_CASE, key=KEY, rulebook=RULES).verdict == "tampered", path


@pytest.mark.parametrize("told", ['{"a": 1.5}', {"a": float("nan")}, {"a": "\ud800"}, "{}"])
def test_what_nobody_could_have_sealed_is_noticed(told):
    assert replay(told, CASE, key=KEY, rulebook=RULES).verdict == "tampered"


WRITTEN = canonical_json(RECORD)


@pytest.mark.parametrize(
    "words",
    [
        '{"a": NaN}',
        '{"a": "\\ud800"}',
        b'{"made_by": {}, ' + WRITTEN[1:],  # Python's own reader would take the second, as it was sealed
        WRITTEN.replace(b'"seal":', b'"seal":"","seal":'),
        WRITTEN.decode().encode("utf-16"),
        b'{"a": ' * 100_000,
        b'{"a": "' + b" " * MAX_BYTES + b'"}',
    ],
    ids=["not a number", "half a character", "key twice", "seal twice", "utf-16", "deep", "large"],
)
def test_a_text_that_two_readers_could_read_differently_is_no_record(words):
    with pytest.raises(CaseError) as refused:
        replay(words, CASE, key=KEY, rulebook=RULES)
    assert [problem.code for problem in refused.value.problems] == ["record_unreadable"]


@pytest.mark.parametrize("seal", [None, 1, "", "hmac-sha256:", [], "\ud800", "hmac-sha256:" + "0" * 64])
def test_a_seal_that_is_none_is_noticed(seal):
    assert replay({**RECORD, "seal": seal}, CASE, key=KEY, rulebook=RULES).verdict == "tampered"


def test_a_record_of_another_key_is_not_taken():
    assert replay(RECORD, CASE, key=KEY[::-1], rulebook=RULES).verdict == "tampered"


@pytest.mark.parametrize("number", [0, 2, 17])
def test_a_record_of_another_format_is_refused_and_says_which(monkeypatch, number):
    with monkeypatch.context() as then:
        then.setattr(audit, "FORMAT", number)
        then.setattr(audit._digest, "__defaults__", (number,))
        told = made()
    assert told["record"] == number
    with pytest.raises(CaseError) as refused:
        replay(told, CASE, key=KEY, rulebook=RULES)
    [problem] = refused.value.problems
    assert problem.code == "record_of_other_format"
    assert f"format `{number}`" in problem.text("en")
    assert "format 1" in problem.text("en")
    # One that was changed as well is still one that was changed.
    assert replay({**told, "input": "0"}, CASE, key=KEY, rulebook=RULES).verdict == "tampered"


def test_every_part_of_the_input_counts():
    whole = read_case(CASE).model_dump(mode="json", exclude_none=True)
    refused = 0
    for path in leaves(whole):
        if path[0] == "item":
            continue
        try:
            case = read_case(
                changed(whole, path, lambda here, name: here.__setitem__(name, other(here[name])))
            )
        except CaseError:
            refused += 1
            continue
        assert replay(RECORD, case, key=KEY, rulebook=RULES).verdict == "other_input", path
    assert refused < len(list(leaves(whole)))
    later = copy.deepcopy(CASE)
    later["applicant"]["insurance"]["pension_spells"]["records"].pop()
    assert replay(RECORD, later, key=KEY, rulebook=RULES).verdict == "other_input"


def test_one_case_is_one_input_however_it_is_written():
    turned = copy.deepcopy(CASE)
    turned["applicant"] = dict(reversed(turned["applicant"].items()))
    turned["applicant"]["insurance"]["pension_spells"]["records"].reverse()
    for written in (turned, json.dumps(turned), read_case(turned)):
        assert replay(RECORD, written, key=KEY, rulebook=RULES).verdict == "same"


def test_the_input_cannot_be_guessed_and_nothing_that_identifies_is_in_it():
    case = copy.deepcopy(CASE)
    case["applicant"] |= {"name": "某某", "documents": [{"kind": "resident_id", "number": NUMBER}]}
    case["applicant"] |= {"birth_date": "1949-12-31", "sex": "female"}
    case["applicant"].pop("retirement_age_class", None)
    found = canonical_json(made(case)).decode()
    assert NUMBER not in found
    assert "某某" not in found
    assert KEY.hex() not in found
    assert made(case)["input"] != made(case, key=KEY[::-1])["input"]


def test_other_rules_decide_nothing_again(tmp_path):
    root = tmp_path / "rules"
    shutil.copytree(builtin_rules(), root)
    with (root / "doubts.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    found = replay(RECORD, CASE, key=KEY, rulebook=Rulebook.load(root))
    assert (found.verdict, found.wanted) == ("other_rulebook", RULES.hash)


def test_another_decision_differs_and_where():
    case = json.loads((EXAMPLES / "transfer-50.json").read_text(encoding="utf-8"))
    found = replay(record(decide(case, RULES), CASE, key=KEY), CASE, key=KEY, rulebook=RULES)
    assert found.verdict == "differs"
    assert "outcome" in found.differs
    assert 0 < len(found.differs) <= 20
    one = dataclasses.replace(decide(CASE, RULES), competent=None)
    assert replay(record(one, CASE, key=KEY), CASE, key=KEY, rulebook=RULES).differs == ("competent",)


def test_another_engine_and_another_day_of_deciding_make_no_difference():
    naive = Rulebook.load(engine="reference")
    assert replay(RECORD, CASE, key=KEY, rulebook=naive).verdict == "same"
    made_by = dataclasses.replace(
        decide(CASE, RULES).made_by, decided_on=decide(CASE, RULES).made_by.law_on, library="0"
    )
    earlier = dataclasses.replace(decide(CASE, RULES), made_by=made_by)
    assert replay(record(earlier, CASE, key=KEY), CASE, key=KEY, rulebook=RULES).verdict == "same"


def test_the_days_of_the_law_and_of_the_facts_are_those_of_the_record():
    day = read_case(CASE).as_of.replace(year=2025)
    old = decide(CASE, RULES, law_on=day)
    found = record(old, CASE, key=KEY)
    assert found["made_by"]["law_on"] == str(day)
    assert replay(found, CASE, key=KEY, rulebook=RULES).verdict == "same"


@pytest.mark.parametrize("key", [b"", bytes(31), "x" * 40, None])
def test_a_key_that_is_none_or_too_short_is_refused(key):
    with pytest.raises(ValueError, match="32 bytes"):
        made(key=key)
    with pytest.raises(ValueError, match="32 bytes"):
        replay(RECORD, CASE, key=key, rulebook=RULES)


@pytest.mark.parametrize("words", ["", "{", "[]", "1", '{"a": 1, "a": 1}', b"\xff", "[" * 100_000])
def test_what_is_no_record_is_refused(words):
    with pytest.raises(CaseError):
        replay(words, CASE, key=KEY, rulebook=RULES)


def test_digests_are_compared_in_constant_time(monkeypatch):
    compared = []
    real = hmac.compare_digest

    def watched(one, other):
        compared.append(one)
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    replay(RECORD, CASE, key=KEY, rulebook=RULES)
    assert compared == [RECORD["seal"].encode(), RECORD["input"].encode()]


def test_the_form_is_that_of_rfc_8785_for_what_records_hold():
    data = {"b": [True, None, '\u20ac\n"\\'], "a": 1, "": {"z": -3, "y": []}}
    assert canonical_json(data) == '{"":{"y":[],"z":-3},"a":1,"b":[true,null,"€\\n\\"\\\\"]}'.encode()
    for wrong in (1.0, {1: 2}, {"a": [0.5]}, b"a", object()):
        with pytest.raises(ValueError, match=r"should be|one form"):
            canonical_json(wrong)
