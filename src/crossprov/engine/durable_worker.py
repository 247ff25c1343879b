"""The process in which durable_rules works: it knows rulesets and encoded facts, and nothing of crossprov.

durable_rules is a C extension that can hang, crash and corrupt its memory, and holds the interpreter while it
runs. So it runs here, one request at a time, and whoever asks gives up on this process when it does not answer.
It is run as a script: ``durable_worker.py FOLDER SECONDS``, with the folder of the extension. It reads lines:

* ``D`` and JSON: rulesets with their tables;
* ``A``, a table, what is known as JSON without braces, and what is half known as JSON, parted by tabs;
* ``.`` ends a request; the answer is one line, JSON: for each ``A``, ``[rows, missing, exact]``.

A fault ends the process. Its name goes out; no value of a fact does.
"""

from __future__ import annotations

import json
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

GAP: Final = -1
CONFLICT: Final = -2
READY: Final = "ready"

MATCHED: Final = 0
NOTHING_MATCHED: Final = 1
MAX_FIRED: Final = 1_000  # a table of 64 alternatives fires less
MAX_LOOKS: Final = 5_000  # states of half-known facts that a table is asked for

Open: TypeAlias = "list[tuple[int, list[str]]]"  # variables and what they may be, as JSON without braces


class Fault(Exception):  # noqa: N818 - a fault of the engine
    """The engine did not behave as it must."""


class TooMany(Exception):  # noqa: N818 - no error: the answer is wider
    """There are too many states of half-known facts to look at."""


class Table:
    """A table: which of its alternatives are certainly true and certainly false, and what follows."""

    def __init__(self, engine: Any, handles: list[int], told: dict[str, Any]) -> None:
        self.engine, self.handles = engine, handles
        self.first: bool = told["first"]
        self.row_of: list[int] = told["row_of"]
        self.groups: dict[int, int] = {GAP: GAP, CONFLICT: CONFLICT, **dict(enumerate(told["groups"]))}
        self.always: int = told["always"]
        self.rules: dict[str, tuple[int, int]] = told["rules"]  # what a rule says is true, and false
        self.testing: list[int] = told["testing"]  # for each variable, the alternatives that test it
        self.facts: list[str] = told["facts"]  # for each variable, its fact
        self.choices: list[list[str]] = told["choices"]  # for each variable, what it may be
        self.names = [choices[0].partition(":")[0] for choices in self.choices]

    def rails(self, fact: str) -> tuple[int, int]:
        """Return the alternatives that are certainly true, and those that are certainly false."""
        true, false = self.always, 0
        if fact:
            for handle in self.handles:
                for rule in self._fired(handle, "{" + fact + "}"):
                    says_true, says_false = self.rules[rule]
                    true |= says_true
                    false |= says_false
        if true & false:
            raise Fault("both_rails")
        return true, false

    def _fired(self, handle: int, fact: str) -> list[str]:
        """Assert a fact, return the names of the rules that fire, and leave nothing behind."""
        engine = self.engine
        names: list[str] = []
        code, state = engine.assert_fact(handle, fact)
        if code == MATCHED:
            action = engine.start_action_for_state(handle, state)
            said = action[1] if action else None
            while said:
                names.append(said[2 : said.index('"', 2)])  # {"rule":{"m":…}}
                if len(names) > MAX_FIRED:
                    raise Fault("fires_for_ever")
                said = engine.complete_and_start_action(handle, state)
            engine.retract_fact(handle, fact)
        elif code != NOTHING_MATCHED:
            raise Fault("assert_refused")
        if engine.get_facts(handle, None) != "[]":
            raise Fault("fact_left")
        return names

    def decided(self, true: int, false: int) -> int | None:
        """Return the row that the table hits as far as it is certain."""
        open_ = ~false & ((1 << len(self.row_of)) - 1)
        if not open_:
            return GAP
        if self.first:
            lowest = open_ & -open_
            return self.row_of[lowest.bit_length() - 1] if lowest & true else None
        rows = set(self.rows(true))
        if len(rows) > 1:
            return CONFLICT
        return rows.pop() if rows and set(self.rows(open_)) == rows else None

    def rows(self, mask: int) -> Iterator[int]:
        """Yield the rows of alternatives."""
        return (row for bit, row in enumerate(self.row_of) if mask >> bit & 1)

    def hit(self, known: str, half: Open) -> tuple[list[int], list[str], bool]:
        """Return the rows that are possible, the facts that matter, and whether that is exact."""
        if half:
            sure = [known] if known else []
            known = ",".join(sure + [choices[0] for _, choices in half if len(choices) == 1])
        true, false = self.rails(known)
        row = self.decided(true, false)
        if row is not None:
            return [row], [], True
        open_ = self._open(known, dict(half))
        try:
            return (*Diagram(self, open_).hit(known), True)
        except TooMany:
            return (*self._wide(true, false, open_), False)

    def _open(self, known: str, half: dict[int, list[str]]) -> Open:
        """Return the variables that are not known, and what they may be."""
        told = {one.partition(":")[0] for one in known.split(",")}
        found = [(number, half.get(number, choices)) for number, choices in enumerate(self.choices)]
        return [(number, choices) for number, choices in found if self.names[number] not in told]

    def _wide(self, true: int, false: int, open_: Open) -> tuple[list[int], list[str]]:
        may = set(self.rows(~false))
        may |= {CONFLICT} if not self.first else set()
        may |= {GAP} if not true else set()
        return sorted(may), sorted({self.facts[variable] for variable, _ in open_})


class Diagram:
    """A decision diagram of a table over its open variables, in one order, without needless nodes.

    A variable whose choices all lead to the same is no node of it. So the rows are the leaves, and the facts
    that matter are those of the nodes, if leaves that conclude the same are taken for one.
    """

    def __init__(self, table: Table, open_: Open) -> None:
        self.table, self.open, self.looks = table, open_, 0
        self._known: dict[tuple[int, int], int] = {}  # from where, with what left → node
        self._ids: dict[tuple[int, tuple[int, ...]], int] = {}
        self._nodes: list[tuple[int, tuple[int, ...]]] = []  # a variable and its nodes; for a leaf -1, (row,)

    def hit(self, known: str) -> tuple[list[int], list[str]]:
        """Return the rows at the leaves, and the facts that what is concluded depends on."""
        self._build(known, 0)
        rows = {children[0] for variable, children in self._nodes if variable < 0}
        merged: list[int] = []
        matter: set[str] = set()
        seen: dict[tuple[int, tuple[int, ...]], int] = {}
        for variable, children in self._nodes:  # children stand before their parents
            if variable < 0:
                into: tuple[int, ...] = (self.table.groups[children[0]],)
            else:
                into = tuple(merged[child] for child in children)
                if len(set(into)) == 1:
                    merged.append(into[0])
                    continue
                matter.add(self.table.facts[variable])
            merged.append(seen.setdefault((variable, into), len(seen)))
        return sorted(rows), sorted(matter)

    def _build(self, known: str, position: int) -> int:
        self.looks += 1
        if self.looks > MAX_LOOKS:
            raise TooMany
        table = self.table
        true, false = table.rails(known)
        row = table.decided(true, false)
        if row is not None:
            return self._node(-1, (row,))
        while position < len(self.open) and not table.testing[self.open[position][0]] & ~false:
            position += 1
        if position == len(self.open):
            raise Fault("undecided")
        key = position, false
        if key not in self._known:
            variable, choices = self.open[position]
            before = known + "," if known else ""
            children = tuple(self._build(before + choice, position + 1) for choice in choices)
            same = len(set(children)) == 1
            self._known[key] = children[0] if same else self._node(variable, children)
        return self._known[key]

    def _node(self, variable: int, children: tuple[int, ...]) -> int:
        found = self._ids.get((variable, children))
        if found is None:
            found = self._ids[variable, children] = len(self._nodes)
            self._nodes.append((variable, children))
        return found


class Tables:
    """All tables that this process has been told."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.tables: dict[str, Table] = {}

    def define(self, told: dict[str, Any]) -> None:
        """Make rulesets and the tables that use them."""
        create = self.engine.create_ruleset
        handles = {
            name: create(name, json.dumps(rules, ensure_ascii=False))
            for name, rules in told["rulesets"].items()
        }
        for name, table in told["tables"].items():
            self.tables[name] = Table(self.engine, [handles[one] for one in table["rulesets"]], table)

    def answer(self, line: str) -> tuple[list[int], list[str], bool]:
        """Answer one table."""
        _, name, known, open_ = line.split("\t")
        return self.tables[name].hit(known, json.loads(open_) if open_ else [])


def serve(tables: Tables, seconds: float) -> None:
    """Answer requests until there are no more. Who hangs ends of itself: nobody may be there to end it."""
    answers: list[object] = []
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)  # of work, not of waiting
    for read in iter(sys.stdin.readline, ""):
        line = read.rstrip("\n")
        if line == ".":
            sys.stdout.write(json.dumps(answers, separators=(",", ":")) + "\n")
            sys.stdout.flush()
            answers = []
            signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        elif line[0] == "D":
            tables.define(json.loads(line[1:]))
        else:
            answers.append(tables.answer(line))


def main() -> None:
    """Load the extension, say so, and serve."""
    folder, seconds = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key that ends the program is for the program to hear
    sys.path.insert(0, folder)
    try:
        engine = import_module("durable_rules_engine")

        sys.stdout.write(json.dumps(READY) + "\n")
        sys.stdout.flush()
        serve(Tables(engine), float(seconds))
    except Exception as error:  # noqa: BLE001 - whatever it is, it has to be told
        known = (
            isinstance(error, Fault) or type(error).__module__ == "durable_rules_engine"
        )  # theirs tells a number
        fault = str(error) if known else type(error).__name__
        sys.stdout.write(json.dumps({"fault": fault}) + "\n")


if __name__ == "__main__":
    main()
