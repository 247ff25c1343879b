"""durable_rules as a second reading: what it is told, that it agrees, and that nothing it does can harm."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov import Rulebook, decide
from crossprov._errors import CrossprovError, InternalFaultError
from crossprov.decide import Decider
from crossprov.engine import durable as durable_module
from crossprov.engine.checked import CheckedEngine
from crossprov.engine.durable import SECONDS_VARIABLE, DurableEngine
from crossprov.engine.durable_facts import variable, word
from crossprov.engine.durable_pool import Pool
from crossprov.engine.durable_rules import Encoded
from crossprov.engine.index import IndexEngine
from crossprov.engine.reference import ReferenceEngine
from crossprov.examples import run_example
from crossprov.rulebook.check import condition
from crossprov.rulebook.item import Table, TableRow, ThenValue
from crossprov.rulebook.lowering import lower_table
from crossprov.rulebook.parsing import parse
from crossprov.rulebook.source import Document
from crossprov.rulebook.symbols import Symbols
from crossprov.rulebook.types import Kind, Type
from crossprov.rulebook.vocabulary import Where
from crossprov.values import NONE, Month, Need, Unknown
from engine.readings import needs_durable
from engine.strategies import DAY, TYPES, table_of

pytestmark = needs_durable

FICTIONAL = Path(__file__).parents[1] / "fictional"
CASE = {"item": "pension-transfer-enterprise", "as_of": "2026-03-09", "applicant": {"kind": "citizen"}}


def lowered(whens, hit="first", types=TYPES):
    return lower_table(table_of(whens, hit), types, lambda _name, _keys: 0)


def told(table, state):
    return Encoded(table, 1).question(state)


# --- what durable_rules is told -------------------------------------------------------------------------


def test_facts_are_told_as_words_whole_numbers_and_truth_values_only():
    whens = ["f.share >= 0.25 and f.money > '1.00' and f.day < '2020-01-02' and f.month == '2020-01'",
             "f.flag and f.text == 'a' and 'b' in f.set and f.other is none"]  # fmt: skip
    state = {
        "f.share": Fraction(1, 3), "f.money": 101, "f.day": DAY, "f.month": Month(2020, 1),
        "f.flag": True, "f.text": "", "f.set": frozenset("b"), "f.other": NONE,
    }  # fmt: skip
    known, half = told(lowered(whens), state)
    values = [one.partition(":")[2] for one in known.split(",")]
    assert values == [
        "2",
        "101",
        str(DAY.toordinal()),
        "false",
        str(2020 * 12),
        "true",
        '"#"',
        "true",
        "true",
    ]
    assert half == []


@given(st.text(max_size=300), st.text(max_size=300))
def test_different_texts_are_told_as_different_words_without_anything_to_escape(one, other):
    assert (word(one) == word(other)) == (one == other)
    assert word(one)
    assert not set('"\\,:{}\n\t\0') & set(word(one))
    assert len(word(one)) <= 401


@pytest.mark.parametrize("kind", get_args(Kind))
def test_of_every_kind_of_fact_it_can_be_told_what_is_unknown(kind):
    assert variable("1", 1, Type(kind, values=("x", "y"))).choices(Unknown())


@pytest.mark.parametrize(
    "text", ["", "1", "true", 'a"b', "a\\", "#other", "a" * 70_000, "那", "\ud800", "sid"]
)
def test_awkward_texts_are_told_apart(text):
    whens = ["f.text == 'a'", "f.text != 'b'"]
    evaluate = DurableEngine().prepare(lowered(whens))
    assert evaluate({"f.text": text}.__getitem__).rows == (1,)


@pytest.mark.parametrize("far", [10**6, -(10**6), 2**53 + 3, 10**30])
def test_numbers_of_any_size_are_compared_exactly(far):
    whens = ["f.count == p.count", "f.count > p.count", "otherwise"]
    table = lower_table(table_of(whens), TYPES, lambda _name, _keys: far)
    evaluate = DurableEngine().prepare(table)
    for value, row in [(far, 0), (far + 1, 1), (far - 1, 2), (10**40, 1), (-(10**40), 2)]:
        assert evaluate({"f.count": value}.__getitem__).rows == (row,)


@pytest.mark.parametrize("size", [3, 30, 90])
def test_long_lists_and_many_alternatives_fit(size):
    places = [f"5{number:05}" for number in range(size)]
    listed = ", ".join(f"'{place}'" for place in places)
    many = [f"f.place in [{listed}] and f.count >= {number}" for number in range(80)]
    types = {"f.place": TYPES["f.place"], "f.count": Type("int", low=0)}
    table = _table_over(types, [*many, f"f.place not in [{listed}]"], "unique")
    for state in (
        {"f.place": places[-1], "f.count": 79}, {"f.place": "990000", "f.count": 0}, {"f.place": NONE, "f.count": 0},
        {"f.place": Unknown(), "f.count": 3}, {"f.place": places[0], "f.count": Unknown(low=4)},
    ):  # fmt: skip
        expected = IndexEngine().prepare(table)(state.__getitem__)
        assert DurableEngine().prepare(table)(state.__getitem__) == expected


def test_a_condition_with_more_branches_than_there_is_room_for_is_decided_all_the_same():
    types = {f"f.n{number}": Type("int", optional=True) for number in range(30)}
    when = " and ".join(f"{name} not in [{number}, 99]" for number, name in enumerate(types))
    symbols_table = _table_over(types, [when, "otherwise"])
    evaluate = DurableEngine().prepare(symbols_table)
    state = dict.fromkeys(types, NONE)
    assert evaluate(state.__getitem__).rows == (0,)
    assert evaluate({**state, "f.n29": 29}.__getitem__).rows == (1,)
    assert evaluate({**state, "f.n29": Unknown()}.__getitem__).rows == (0, 1)


def _table_over(types, whens, hit="first"):
    nowhere = Where(Document("drawn.yaml", None), ())
    rows = tuple(
        TableRow(
            f"row-{i}", condition(parse(when), Symbols(types, {})), ThenValue(i), None, DAY, None, nowhere
        )
        for i, when in enumerate(whens)
    )
    return lower_table(Table("conclusion", "drawn", Type("int"), hit, rows, DAY, None), types, lambda *_: 0)


def test_names_of_properties_never_collide():
    # durable_rules knows a property by the FNV-1 hash of its name alone.
    def hashed(name):
        found = 2166136261
        for byte in name.encode():
            found = (found * 16777619 & 0xFFFFFFFF) ^ byte
        return found

    names = [f"{kind}{table}_{order}" for table in range(1, 3_000) for order in range(12) for kind in "vn"]
    names = [name for name in names if name] + ["id", "sid", "$s"]
    by_chunk = [
        names[i : i + 2_400] for i in range(0, len(names), 1_200)
    ]  # tables made one after another share
    assert all(len({hashed(name) for name in chunk}) == len(chunk) for chunk in by_chunk)


def test_too_many_states_give_a_wider_answer_and_no_fault(monkeypatch):
    types = {f"f.n{number}": Type("int", low=0) for number in range(13)}
    names = list(types)
    pairs = [f"({a} == 1 and {b} == 2)" for a, b in zip(names, [*names[1:], names[0]], strict=True)]
    table = _table_over(types, [" or ".join(pairs), f"{names[0]} == 7", "otherwise"])
    state = {name: Unknown(frozenset({Need(name)})) for name in types}
    hit = DurableEngine().prepare(table)(state.__getitem__)
    assert set(hit.rows) >= {0, 1, 2}
    assert set(hit.missing) == set(names)
    assert CheckedEngine().prepare(table)(state.__getitem__).rows == (0, 1, 2)


# --- it agrees ------------------------------------------------------------------------------------------


def test_every_table_of_the_rules_with_nothing_known_or_one_fact_known_is_answered_alike():
    rulebook = Rulebook.load(engine="index")
    durable, shelf_size = DurableEngine(), 0
    for item in rulebook.items():
        for table in rulebook.lowered(item, dt.date(2026, 6, 1)).tables:
            shelf_size += 1
            index, second = IndexEngine().prepare(table), durable.prepare(table)
            nothing = {name: Unknown(frozenset({Need(name)})) for name in table.types}
            states = [nothing]
            for name, type_ in table.types.items():
                some = {"bool": [True, False], "enum": list(type_.values or ())}.get(type_.kind, [])
                some += [NONE] if type_.optional else []
                states += [{**nothing, name: value} for value in some[:3]]
            for state in states:
                assert second(state.__getitem__) == index(state.__getitem__)
    assert shelf_size > 100


def test_eight_threads_get_the_answers_of_one():
    table = lowered(["f.count > 5 and f.flag", "f.count > 3", "f.word == 'a'"], "unique")
    states = [
        {"f.count": count, "f.flag": flag, "f.word": word_}
        for count in range(10) for flag in (True, False, Unknown()) for word_ in ("a", "b")
    ]  # fmt: skip
    expected = [ReferenceEngine().prepare(table)(state.__getitem__) for state in states]
    evaluate = DurableEngine().prepare(table)
    wrong = []

    def ask():
        for _ in range(3):
            wrong.extend(
                1 for state, hit in zip(states, expected, strict=True) if evaluate(state.__getitem__) != hit
            )

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def _all_examples(root, functions):
    found = {}
    for engine in ("index", "durable", "checked"):
        rules = Rulebook.load(root, engine=engine, functions=functions)
        for item in rules.items():
            for worked in rules.examples(item.id):
                decision = run_example(rules, item, worked.example)[0].to_dict()
                assert decision["made_by"].pop("engine") == engine
                found.setdefault((item.id, worked.example.id), {})[engine] = decision
    return found


def _without_facts(data):
    """``durable`` looks at every fact of a table, so its decisions may show more of them."""
    if isinstance(data, dict):
        return {key: _without_facts(value) for key, value in data.items() if key != "facts"}
    return [_without_facts(one) for one in data] if isinstance(data, list) else data


@pytest.mark.parametrize(
    ("root", "functions"), [(None, ()), (FICTIONAL, ("fictional_facts",))], ids=["real", "fictional"]
)
def test_every_worked_example_is_decided_alike(root, functions):
    decisions = _all_examples(root, functions)
    assert len(decisions) > 5
    for one in decisions.values():
        assert one["checked"] == one["index"]
        assert _without_facts(one["durable"]) == _without_facts(one["index"])


def test_threads_that_come_first_together_share_the_processes():
    durable_module.only_pool.cache_clear()
    found, together = [], threading.Barrier(8)

    def ask():
        together.wait()
        found.append(durable_module.pool())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


# --- it can do no harm ----------------------------------------------------------------------------------

# A module that stands in for the extension and misbehaves in one way; the process around it is the real one.
_STANDS_IN = """
import importlib.util, os, sys, time
mine = sys.modules[__name__]
spec = importlib.util.spec_from_file_location(__name__, {real!r})
real = importlib.util.module_from_spec(spec)
spec.loader.exec_module(real)
sys.modules[__name__] = mine  # the extension has put itself there
for name in dir(real):
    globals().setdefault(name, getattr(real, name))
{how}
"""
_WAYS = {
    "it lies": (
        (
            "def lie(fact): return fact.replace('true', 'false')\n"
            "def assert_fact(h, fact): return real.assert_fact(h, lie(fact))\n"
            "def retract_fact(h, fact): real.retract_fact(h, lie(fact))"
        ),
        "says",
    ),
    "it hangs": ("def assert_fact(h, fact): time.sleep(60)", "did not answer within"),
    "it hangs and works": ("def assert_fact(h, fact):\n    while True: pass", "did not answer within"),
    "it raises": ("def assert_fact(h, fact): raise ValueError(fact)", "ValueError"),
    "it crashes": ("def assert_fact(h, fact): os.abort()", "ended"),
    "it fires nothing": ("def start_action_for_state(h, s): return None", "undecided"),
    "it fires for ever": ("def complete_and_start_action(h, s): return '{\"again\":1}'", "fires_for_ever"),
    "it keeps facts": ("def retract_fact(h, fact): pass", "fact_left"),
    "it says too much": (
        "def get_facts(h, s):\n    print([])\n    return real.get_facts(h, s)",
        "says_too_much",
    ),
    "it says something else": ("def get_facts(h, s):\n    print('hello')\n    return '[]'", "says_too_much"),
    "it refuses": ("def assert_fact(h, fact): return (2, 0)", "assert_refused"),
    "it fires both rails": (
        (
            "def other(fact): return fact.replace('true', 'false')\n"
            "def assert_fact(h, fact):\n    real.assert_fact(h, other(fact))\n    return real.assert_fact(h, fact)\n"
            "def retract_fact(h, fact):\n    real.retract_fact(h, other(fact))\n    real.retract_fact(h, fact)"
        ),
        "both_rails",
    ),
}


@pytest.fixture
def misbehaving(tmp_path):
    """Make a pool around an extension that misbehaves."""
    pools = []
    real = durable_module.find_spec(durable_module.EXTENSION).origin

    def make(how, seconds=0.5):
        source = _STANDS_IN.format(real=real, how=how)
        (tmp_path / "durable_rules_engine.py").write_text(source, "utf-8")
        pools.append(Pool(str(tmp_path), seconds, workers=2))
        return pools[-1]

    yield make
    for one in pools:
        one.close()


TABLE = lowered(["f.flag and f.word == 'a'", "f.word == 'b'", "otherwise"])
STATE = {"f.flag": True, "f.word": "a"}


@pytest.mark.parametrize("way", _WAYS)
def test_whatever_durable_does_nothing_is_decided_by_it_alone(misbehaving, way):
    how, said = _WAYS[way]
    evaluate = CheckedEngine(misbehaving(how)).prepare(TABLE)
    for _ in range(3):  # the process is given up each time, and its place becomes free
        with pytest.raises(InternalFaultError) as caught:
            evaluate(STATE.__getitem__)
        assert said in caught.value.text("en")
        assert "f.flag" not in caught.value.text("en")


def test_the_stand_in_is_the_real_one_as_long_as_it_behaves(misbehaving):
    assert CheckedEngine(misbehaving("pass")).prepare(TABLE)(STATE.__getitem__).rows == (0,)


def test_two_answers_are_told_by_the_names_of_their_rows(misbehaving):
    evaluate = CheckedEngine(misbehaving(_WAYS["it lies"][0])).prepare(TABLE)
    with pytest.raises(InternalFaultError) as caught:
        evaluate(STATE.__getitem__)
    (problem,) = caught.value.problems
    assert problem.code == "engines_differ"
    assert (problem.params["index"], problem.params["durable"]) == ("row-0", "row-2")
    assert "row-2" in caught.value.text("zh")


@pytest.mark.parametrize("way", ["it lies", "it hangs", "it raises"])
def test_a_case_is_not_decided(misbehaving, way):
    decider = Decider(Rulebook.load(engine="checked"))
    decider.engine = CheckedEngine(misbehaving(_WAYS[way][0]))
    decider.rulebook.kept["decider"] = decider
    with pytest.raises(InternalFaultError):
        decide(CASE, decider.rulebook)


def test_a_lying_index_is_caught_as_well(monkeypatch):
    engine = CheckedEngine()
    monkeypatch.setattr("crossprov.engine.index.TableIndex.answer", lambda _self, _mask: 1)
    monkeypatch.setattr(
        "crossprov.engine.index.TableIndex.__call__", lambda self, get: (get("f.flag"), self._decided[1])[1]
    )
    with pytest.raises(InternalFaultError):
        engine.prepare(TABLE)(STATE.__getitem__)


def test_facts_that_index_did_not_look_at_cannot_matter():
    asked = []

    def get(name):
        asked.append(name)
        return STATE[name]

    assert CheckedEngine().prepare(lowered(["f.flag", "f.word == 'b'"]))(get).rows == (0,)
    assert asked == ["f.flag"]


def test_a_broken_process_is_followed_by_a_sound_one(tmp_path, misbehaving):
    once = tmp_path / "once"
    how = (
        "def assert_fact(h, fact):\n"
        f"    if not os.path.exists({str(once)!r}):\n        open({str(once)!r}, 'w').close()\n        os.abort()\n"
        "    return real.assert_fact(h, fact)"
    )
    evaluate = CheckedEngine(misbehaving(how)).prepare(TABLE)
    with pytest.raises(InternalFaultError):
        evaluate(STATE.__getitem__)
    assert evaluate(STATE.__getitem__).rows == (0,)


def test_a_process_that_was_ended_between_two_cases_is_replaced():
    pool = Pool(durable_module.pool().folder, 5.0, workers=1)
    evaluate = CheckedEngine(pool).prepare(TABLE)
    assert evaluate(STATE.__getitem__).rows == (0,)
    (pid,) = pool.idle()
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert evaluate(STATE.__getitem__).rows == (0,)
    assert pool.idle() != [pid]
    pool.close()


def test_who_waits_too_long_for_a_free_process_is_told_so():
    pool = Pool(durable_module.pool().folder, 0.2, workers=1)
    mine = pool.take()
    evaluate = CheckedEngine(pool).prepare(TABLE)
    with pytest.raises(InternalFaultError) as caught:
        evaluate(STATE.__getitem__)
    assert caught.value.problems[0].code == "engine_busy"
    pool.give(mine)
    assert evaluate(STATE.__getitem__).rows == (0,)
    pool.close()


def test_a_process_that_has_grown_makes_room_for_another(monkeypatch):
    monkeypatch.setattr("crossprov.engine.durable_pool.MAX_KIB", 700)
    pool = Pool(durable_module.pool().folder, 5.0, workers=1)
    seen = set()
    for count in range(6):
        assert DurableEngine(pool).prepare(lowered([f"f.count > {count}"]))(
            {"f.count": 9}.__getitem__
        ).rows == (0,)
        seen.update(pool.idle())
    assert 1 < len(seen) <= 2
    pool.close()


def test_a_fork_does_not_share_a_process():
    pool = durable_module.pool()
    evaluate = DurableEngine().prepare(TABLE)
    evaluate(STATE.__getitem__)
    child = os.fork()
    if not child:
        right = pool.idle() == [] and evaluate(STATE.__getitem__).rows == (0,)
        pool.close()
        os._exit(0 if right else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert evaluate(STATE.__getitem__).rows == (0,)


# --- choosing it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["durable", "checked"])
@pytest.mark.parametrize(("version", "said"), [((3, 11), "crossprov[durable]"), ((3, 13), "Python 3.13")])
def test_without_durable_rules_it_says_what_to_install(monkeypatch, engine, version, said):
    durable_module.only_pool.cache_clear()
    monkeypatch.setattr(durable_module, "find_spec", lambda _name: None)
    monkeypatch.setattr(durable_module.sys, "version_info", version)
    for language in ("zh", "en"):
        with pytest.raises(CrossprovError) as caught:
            decide(CASE, Rulebook.load(engine=engine))
        assert said in caught.value.text(language)


def test_an_extension_that_does_not_load_says_so(monkeypatch, tmp_path):
    (tmp_path / "durable_rules_engine.py").write_text("raise ImportError('undefined symbol')", "utf-8")
    durable_module.only_pool.cache_clear()
    monkeypatch.setattr(
        durable_module, "find_spec", lambda _name: type("Spec", (), {"origin": str(tmp_path / "x.so")})
    )
    with pytest.raises(CrossprovError) as caught:
        CheckedEngine()
    assert "does not start" in caught.value.text("en")
    assert "ImportError" in caught.value.text("en")


@pytest.mark.parametrize("told_seconds", ["", "0", "-1", "soon", "inf", "nan"])
def test_the_time_limit_should_be_a_number_of_seconds(monkeypatch, told_seconds):
    durable_module.only_pool.cache_clear()
    monkeypatch.setenv(SECONDS_VARIABLE, told_seconds)
    with pytest.raises(CrossprovError, match=SECONDS_VARIABLE):
        CheckedEngine()


def test_the_time_limit_can_be_chosen(monkeypatch):
    durable_module.only_pool.cache_clear()
    monkeypatch.setenv(SECONDS_VARIABLE, "0.75")
    assert durable_module.pool().seconds == 0.75
    durable_module.pool().close()
    durable_module.only_pool.cache_clear()


def test_the_library_alone_does_not_load_it():
    program = "import sys, crossprov; crossprov.Rulebook.load(engine='index'); print([m for m in sys.modules if 'durable' in m])"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)  # noqa: S603
    assert ran.stdout.strip() == "[]"
