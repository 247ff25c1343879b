"""An interview on a terminal, as a person has it: through a pipe, and on a pseudo-terminal."""

import datetime as dt
import errno
import io
import json
import os
import pty
import stat
import subprocess
import sys
import time

import pytest

from crossprov import Rulebook
from crossprov.cli.answers import Reader, UnclearError
from crossprov.cli.ask import _Asking
from crossprov.interview import Interview
from interview.oracle import Oracle, worked
from models.model_samples import resident_number

RULES = Rulebook.load()
DAY = dt.date(2026, 11, 27)
CARD = ("ask", "card-loss-report", "--as-of", "2026-11-27", "--lang", "en")
NUMBER = resident_number("19760507", "131")


@pytest.fixture
def talk(run, monkeypatch):
    def call(*arguments, typed):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        return run(*arguments)

    return call


def test_it_asks_and_ends_with_the_guide(talk):
    ran = talk(*CARD, typed=["510104", "1", "in use", "2026-11-20", "done"])
    assert ran.code == 0
    assert "1. Which county issued the social security card?" in ran.out
    assert "Social security card: report a loss\n====" in ran.out
    assert ran.out.count("\n> ") == 2


def test_in_chinese(talk):
    ran = talk("ask", "card-loss-report", "--lang", "zh", typed=["不知道", "？", "临时挂失", "结束"])
    assert "社会保障卡是哪个区县发的？" in ran.out
    assert "用于：" in ran.out
    assert "还缺少的信息" in ran.out


def test_commands_are_taken_at_any_question(talk):
    ran = talk(*CARD, typed=["back", "?", "510104", "back", "don't know", "", "done"])
    assert "this is the first question" in ran.out
    assert "for: " in ran.out
    assert ran.out.count("1. Which county issued") == 2
    assert "please answer; if you do not know" in ran.out
    assert "Which county issued the social security card?" in ran.out.split("What is missing")[1]


@pytest.mark.parametrize("wrong", [NUMBER, "nowhere", "999999", "1:2"])
def test_what_is_no_answer_is_asked_again_and_not_repeated(talk, wrong):
    ran = talk(*CARD, typed=["510104", wrong, "1", "done"])
    assert ran.out.count("please answer again: a number from 1 to") == 1
    assert wrong not in ran.said
    assert ran.code == 0


def test_a_place_can_be_named(talk):
    ran = talk(*CARD, typed=["武侯区", "done"])
    assert "2. " in ran.out
    ran = talk(*CARD, typed=["城", "市中区", "done"])
    assert "several places have that name; type the code: " in ran.out
    assert "2. A loss" not in ran.out


def test_what_the_rules_refuse_is_asked_again(talk, tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps({"applicant": {"kind": "citizen", "sex": "male"}}), "utf-8")
    state = Interview.start(
        "flexible-worker-enrolment", RULES, as_of=DAY, case=json.loads(file.read_text("utf-8"))
    )
    while state.question.fact != "person.birth_date":
        state = state.dont_know()
    file.write_text(json.dumps(state.state()), "utf-8")
    ran = talk("ask", "--resume", file, "--lang", "en", typed=["2031-03-04", "1990-05-06", "done"])
    assert (
        "please answer again: as_of: wanted: an `as_of` that is not before the applicant's birth" in ran.out
    )
    assert "2031-03-04" not in ran.out


def test_it_is_saved_after_each_answer_and_goes_on_there(talk, tmp_path):
    file = tmp_path / "talk.json"
    ran = talk(*CARD, "--save", file, typed=["510104"])
    assert ran.code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text("utf-8"))["answers"] == [{"fact": "card.place", "value": "510104"}]
    assert [one.name for one in tmp_path.iterdir()] == ["talk.json"]
    ran = talk("ask", "--resume", file, "--save", file, "--lang", "en", typed=["1", "done"])
    assert "2. " in ran.out
    assert "Which county issued" not in ran.out
    assert len(json.loads(file.read_text("utf-8"))["answers"]) == 2


def test_a_full_disk_leaves_no_half_of_the_answers(talk, tmp_path, monkeypatch):
    def full(state, file, **_):
        file.write('{"answers": ["half')
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(json, "dump", full)
    ran = talk(*CARD, "--save", tmp_path / "talk.json", typed=["510104"])
    assert (ran.code, "cannot be written" in ran.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_other_rules_are_said(talk, tmp_path):
    file = tmp_path / "talk.json"
    state = Interview.start("card-loss-report", RULES).answer("510104").state()
    state |= {"rulebook_hash": "other", "as_of": "2026-01-05"}
    state["answers"].append({"fact": "card.colour", "value": "blue"})
    file.write_text(json.dumps(state), "utf-8")
    ran = talk("ask", "--resume", file, "--lang", "en", typed=["done"])
    assert "The rules have changed" in ran.out
    assert "do not take: card.colour" in ran.out
    assert "The day that counts is 2026-01-05." in ran.out


def test_a_case_that_is_told_in_part_is_gone_on_with(talk, tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps({"facts": {"card.place": "510104"}}), "utf-8")
    ran = talk(*CARD, "--case", file, typed=["done"])
    assert "Which county issued" not in ran.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask"], "name an item, or go on with --resume"),
        (["ask", "no-such-item"], "the rules have no such item"),
        (["ask", "card-loss-report", "--save", "/no/such/folder/file"], "the file given cannot be written"),
        (["ask", "card-loss-report", "--as-of", "tomorrow"], "a day written 2024-05-06"),
        (["ask", "--resume", "/no/such/file"], "the file cannot be read"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(talk, arguments, words):
    ran = talk(*arguments, typed=[])
    assert ran.code == 2
    assert words in ran.err


@pytest.mark.parametrize("more", [["--as-of", "2026-01-05"], ["--case", "case.json"]])
def test_what_would_be_passed_over_when_an_interview_is_resumed_is_refused(talk, tmp_path, more):
    file = tmp_path / "talk.json"
    file.write_text(json.dumps(Interview.start("card-loss-report", RULES).state()), "utf-8")
    ran = talk("ask", "--resume", file, *more, "--lang", "en", typed=[])
    assert (ran.code, "its own case and day" in ran.err) == (2, True)


def test_another_item_than_the_saved_one_is_refused(talk, tmp_path):
    file = tmp_path / "talk.json"
    file.write_text(json.dumps(Interview.start("card-loss-report", RULES).state()), "utf-8")
    assert talk("ask", "card-activation", "--resume", file, typed=[]).code == 2
    file.write_text('{"interview": 1}', "utf-8")
    assert talk("ask", "--resume", file, typed=[]).code == 2


# --- records ----------------------------------------------------------------------------------------------


def records(typed, fact="pension.spells", item="flexible-worker-enrolment"):
    """What the form of a list gives for what is typed."""
    talk = Interview.start(item, RULES)
    while talk.question.fact != fact:
        talk = talk.dont_know()
    options = type("Options", (), {"language": "en", "save": None})
    asking = _Asking(RULES, talk, options)
    asking._line = iter(typed).__next__
    return asking._records(talk.question)


def test_a_list_is_asked_for_by_its_form():
    fields = [one.name for one in _fields()]
    given = {"scheme": "1", "place": "武侯区", "start": "2019年7月", "state": "paying"}
    typed = ["yes", "yes", *(_typed(name, given) for name in fields), "no", "yes"]
    assert records([one for line in typed for one in line]) == {
        "records": [{"scheme": "employee", "place": "510107", "start": "2019-07", "state": "paying"}],
        "complete_for": [{"provinces": "all"}],
    }


def _fields():
    talk = Interview.start("flexible-worker-enrolment", RULES)
    while talk.question.fact != "pension.spells":
        talk = talk.dont_know()
    return talk.question.fields


def _typed(name, given):
    """Answers to one field; a list of sub-forms is said not to be known."""
    return ["no", "no"] if name == "contributions" else [given.get(name, "")]


def test_a_record_that_is_given_up_is_left_out_and_a_list_can_be_open():
    assert records(["yes", "yes", "1", "back", "no", "no"]) == {"records": [], "complete_for": []}
    assert records(["don't know"]) is None


def test_a_required_field_is_insisted_on():
    fields = [one.name for one in _fields()]
    typed = {name: _typed(name, {"scheme": "3", "place": "500103", "start": "2019-07"}) for name in fields}
    typed["place"] = ["", "dk", "500103"]
    flat = [line for name in fields for line in typed[name]]
    assert records(["y", "y", *flat, "n", "n"])["records"] == [
        {"scheme": "resident", "place": "500103", "start": "2019-07"}
    ]


# --- reading ----------------------------------------------------------------------------------------------


class Asked:
    def __init__(self, kind, **more):
        self.kind, self.choices, self.may_be_none = kind, (), False
        self.__dict__.update(more)


@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        ("int", "12", 12),
        ("date", "2024-5-6", "2024-05-06"),
        ("date", "2024年5月6日", "2024-05-06"),
        ("month", "2024/5", "2024-05"),
        ("money", "1,234.50", "1234.50"),
        ("money", "300元", "300"),
        ("rate", "16%", "0.16"),
        ("rate", "7.5%", "0.075"),
        ("rate", "100%", "1.00"),
        ("rate", "0.16", "0.16"),
        ("place", "510104", "510104"),
        ("place", "Wuhou District", "510107"),
        ("text", "any words", "any words"),
    ],
)
def test_answers_are_read_as_json_would_have_them(kind, typed, found):
    assert Reader(RULES, DAY, "en").read(Asked(kind), typed) == found


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("int", "twelve"), ("int", "-1"), ("int", "1.5"), ("date", "yesterday"), ("date", "20240506"), ("month", "May"),
        ("money", "1.234"), ("money", "-5"), ("rate", "much"), ("place", "q"), ("place", "nowhere at all"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_unclear(kind, typed):
    with pytest.raises(UnclearError) as unclear:
        Reader(RULES, DAY, "en").read(Asked(kind), typed)
    assert typed not in unclear.value.said


# --- the whole, through a pipe and on a terminal --------------------------------------------------------------


def as_typed(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "don't know" if value is None else str(value)


def test_a_whole_interview_through_a_pipe_ends_where_the_case_ends(talk):
    case = next(case for item, _, case in worked(RULES, {"hard-to-employ"}))
    whole, asked = Oracle(RULES, case).interviewed()
    typed = [as_typed(Oracle(RULES, case)(one.fact)) for one in asked]
    ran = talk("ask", "hard-to-employ", "--as-of", case["as_of"], "--lang", "en", typed=typed)
    assert ran.code == 0
    assert whole.decision.outcome == "eligible"
    assert "This can be done." in ran.out


def test_on_a_terminal():
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "crossprov", *CARD]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as child:  # noqa: S603 - our own program
        os.close(theirs)
        shown = _until(ours, b"> ")
        assert "Which county issued" in shown
        os.write(ours, "武侯区\n".encode())
        shown = _until(ours, b"> ")
        assert "2. " in shown
        os.write(ours, b"\x04")
        shown = _until(ours, None)
        assert "What is missing" in shown
        assert child.wait(20) == 0
    os.close(ours)


def _until(handle, end):
    """What a terminal shows up to some bytes, or until it is closed."""
    found, limit = b"", time.monotonic() + 60
    while time.monotonic() < limit and (end is None or not found.endswith(end)):
        try:
            found += os.read(handle, 4_096)
        except OSError:  # the other side is gone
            break
    return found.decode("utf-8", "replace")


def test_what_is_typed_is_read_as_utf_8_whatever_the_locale(spawn):
    ran = spawn(*CARD, input="武侯区\ndone\n".encode(), environment={"LC_ALL": "C"})
    assert ran.returncode == 0
    assert b"2. " in ran.stdout
