"""What notices a mistake in the rules: loading, the worked examples, the properties, the proofs.

    python benchmarks/mutations.py --seed 1 --sample 500 --minutes 20
    python benchmarks/mutations.py --item labour-arbitration
    python benchmarks/mutations.py --item labour-arbitration --show

Each mutant of ``mutants.py`` is one wrong rule. It is loaded, then the worked examples of all items that read it
are decided, then the properties of ``crossprov.testing.suite`` are tried on a few cases of each, then, where the
proof is there, these items are proved. The first that fails has caught it. Survivors are printed with file and
line: each is a rule that could be wrong and nobody would see it, or a change that changes nothing. Run by hand;
two processes; the same seed tries the same mutants.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from mutants import Mutant, mutants_of

from crossprov import CrossprovError, Rulebook, RulebookError
from crossprov.examples import examine
from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.reading import SharedParts
from crossprov.rulebook.schema import ParametersFile, VocabularyFile
from crossprov.rulebook.shapes import shaped
from crossprov.rulebook.source import Document, read_yaml
from crossprov.testing.suite import PROPERTIES, Tried

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

try:
    from crossprov.proof.prover import prove_item
except ImportError:  # without the extra
    prove_item = None  # type: ignore[assignment]

ROOT: Final = Path(__file__).parents[1] / "rules"
FOLDERS: Final = ("items", "fragments", "parameters", "vocabulary")
STAGES: Final = ("loading", "examples", "properties", "proof")
SECONDS: Final = 60  # of the processor, for one mutant
CASES: Final = 8  # for each property and item
MOST_ITEMS: Final = 2  # of those that read a fragment, whose properties are tried; one is proved
# Both engines read the same wrong rules, so that they agree says nothing here.
TRIED: Final = [
    name for name in PROPERTIES if not name.startswith(("engines_", "where_", "nothing_", "the_order"))
]


class Twin(Rulebook):
    """The rulebook with one file changed; what the change does not touch is shared with the original."""

    def __init__(self, base: Rulebook, changed: Document) -> None:
        self.__dict__.update(base.__dict__)
        self.changed = changed
        self.kept, self._items, self._lowered = {}, {}, {}
        self.__dict__.pop("_fragments", None)
        if changed.file.startswith(("parameters/", "vocabulary/")):
            self.vocabulary = self._shared()

    def _late(self, name: str) -> Document:
        return self.changed if name == self.changed.file else document(name)

    def _shared(self) -> Any:
        problems: list[Any] = []
        some = [[self._late(name) for name in names(folder)] for folder in ("vocabulary", "parameters")]
        facts = [(one, shaped(one, VocabularyFile)) for one in some[0]]
        parameters = [(one, shaped(one, ParametersFile)) for one in some[1]]
        found = SharedParts(self.instruments, problems).vocabulary(facts, parameters)
        if problems:
            raise RulebookError(problems)
        return found


@cache
def document(name: str) -> Document:
    return read_yaml(ROOT / name, name)


@cache
def names(folder: str) -> list[str]:
    return sorted(f"{folder}/{path.name}" for path in (ROOT / folder).glob("*.yaml"))


@cache
def base() -> Rulebook:
    return Rulebook.load(ROOT, engine="index")


@cache
def readers() -> dict[str, frozenset[str]]:
    """Return for each item what it reads: facts, parameters, and fragments as ``fragment NAME``."""
    book = base()
    return {
        item.id: everything_read(item, book.vocabulary) | {f"fragment {name}" for name in item.shape.uses}
        for item in book.items()
    }


@cache
def begins() -> dict[str, str]:
    """Return the first day of each item."""
    return {item.id: str(item.shape.from_) for item in base().items()}


@cache
def read_on_other_days() -> str:
    """Return all rules in which a parameter may be read on a day other than that of the case."""
    texts = [(ROOT / name).read_text("utf-8") for folder in FOLDERS for name in names(folder)]
    return " ".join(text for text in texts if "value_on(" in text)


def idle(mutant: Mutant) -> bool:
    """Return whether what is shared begins on a day on which no item that reads it is in force: no case can tell."""
    if mutant.kind != "day by one" or mutant.path[0] not in FOLDERS or mutant.path[-1] != "from":
        return False
    if f"value_on({mutant.path[1]}" in read_on_other_days():
        return False
    return all(mutant.value < begins()[item] for item in concerned(mutant))


def concerned(mutant: Mutant) -> list[str]:
    """Return the items that a mutant may change."""
    folder, name = mutant.file.removesuffix(".yaml").split("/")
    if folder == "items":
        return [name]
    read = f"fragment {mutant.path[1]}" if folder == "fragments" else mutant.path[1]
    return [item for item, names_ in readers().items() if read in names_]


# --- what may notice it -------------------------------------------------------------------------------------


def loading(book: Rulebook, items: Iterable[str]) -> Iterator[str]:
    for item in items:
        book._check_item(book.item(item))  # noqa: SLF001 - what `check` does for one item
    yield from ()


def examples(book: Rulebook, items: Iterable[str]) -> Iterator[str]:
    for name in items:
        item = book.item(name)
        for worked in book.examples(name):
            yield from (f"{name}[{worked.example.id}]" for _ in examine(book, item, worked).problems[:1])


def properties(book: Rulebook, items: Iterable[str]) -> Iterator[str]:
    tried = Tried(book, ())
    for item in list(items)[:MOST_ITEMS]:
        for name in TRIED:
            try:
                held(tried, item, name)()
            except (AssertionError, CrossprovError):
                yield f"{item}: {name}"


def held(tried: Tried, item: str, name: str) -> Callable[[], None]:
    """Return a property as a test of a few cases, the same ones in every run."""

    @settings(
        max_examples=CASES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    @given(st.data())
    def test(data: st.DataObject) -> None:
        PROPERTIES[name](tried, item, data)

    return test


def proofs(book: Rulebook, items: Iterable[str]) -> Iterator[str]:
    for name in list(items)[:1] if prove_item is not None else ():
        found = prove_item(book, book.item(name)).findings
        yield from (f"{name}: {one.code} {one.subject}" for one in found if one.verdict == "fault")


STAGE: Final = dict(zip(STAGES, (loading, examples, properties, proofs), strict=True))


def examined(mutant: Mutant) -> dict[str, str]:
    """Return which stage caught a mutant and by what; an empty stage: none did."""
    items = concerned(mutant)
    whole = document(mutant.file)
    changed = replace(whole, data=mutant.applied(whole.data))
    found = {"mutant": str(mutant), "kind": mutant.kind, "file": mutant.file, "items": ", ".join(items)}
    stage = "loading"
    try:
        with time_out():
            book = Twin(base(), changed)
            for stage, notices in STAGE.items():
                by = next(iter(notices(book, items)), None)
                if by is not None:
                    return {**found, "stage": stage, "by": by}
    except TimeoutError:
        return {**found, "stage": "", "by": "time"}
    except InvalidArgument:
        raise  # our own mistake, and no finding
    except Exception as error:  # noqa: BLE001 - whatever breaks is noticed
        return {**found, "stage": stage, "by": type(error).__name__}
    return {**found, "stage": "", "by": ""}


@contextlib.contextmanager
def time_out() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


# --- the run ------------------------------------------------------------------------------------------------


def chosen(asked: argparse.Namespace) -> list[Mutant]:
    """Return the mutants that were asked for, in the order of a sample."""
    found = [mutant for folder in FOLDERS for name in names(folder) for mutant in mutants_of(document(name))]
    found = [one for one in found if asked.file is None or one.file == asked.file]
    found = [one for one in found if asked.kind is None or asked.kind in one.kind]
    found = [one for one in found if not idle(one)]
    if asked.item is not None:
        found = [one for one in found if asked.item in concerned(one)]
    random.Random(asked.seed).shuffle(found)  # noqa: S311 - a sample, and no secret
    return found[: asked.sample]


def report(results: list[dict[str, str]]) -> str:
    """Return the shares caught, by stage and by kind, and the survivors."""
    late = [one for one in results if one["by"] == "time"]
    counted = [one for one in results if one["by"] != "time"]
    by_stage = Counter(one["stage"] for one in counted)
    lines = [f"mutants: {len(counted)}" + (f" and {len(late)} that took too long" if late else "")]
    caught = 0
    for stage in STAGES:
        caught += by_stage[stage]
        lines.append(
            f"{stage:<12}{by_stage[stage]:>6} {share(by_stage[stage], counted)}  in all {share(caught, counted)}"
        )
    kinds: dict[str, list[dict[str, str]]] = defaultdict(list)
    for one in counted:
        kinds[one["kind"]].append(one)
    lines.append("")
    for kind, some in sorted(kinds.items()):
        left = [one for one in some if not one["stage"]]
        lines.append(
            f"{kind:<32}{len(some):>6}  survivors {len(left):>4}  caught {share(len(some) - len(left), some)}"
        )
    lines.append("")
    lines += sorted(f"SURVIVED {one['mutant']}" for one in counted if not one["stage"])
    return "\n".join(lines)


def share(some: int, of: list[Any]) -> str:
    return f"{100 * some / max(1, len(of)):6.1f} %"


def main() -> int:
    parser = argparse.ArgumentParser(description="which mistakes in the rules are noticed, and by what")
    parser.add_argument("--item", help="only what this item reads")
    parser.add_argument("--file", help="only mutants of this file, such as items/labour-arbitration.yaml")
    parser.add_argument("--kind", help="only kinds of mutants with this in their name")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=None, help="how many mutants; all unless given")
    parser.add_argument("--minutes", type=float, default=None, help="stop after so many")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, help="append every result, a line of JSON each")
    parser.add_argument("--show", action="store_true", help="only list the mutants")
    asked = parser.parse_args()
    some = chosen(asked)
    if asked.show:
        sys.stdout.writelines(f"{one}\n" for one in some)
        return 0
    until = time.monotonic() + 60 * asked.minutes if asked.minutes else float("inf")
    results: list[dict[str, str]] = []
    with Pool(asked.processes) as pool:
        for result in pool.imap_unordered(examined, some, chunksize=4):
            results.append(result)
            if asked.out is not None:
                with asked.out.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(result, ensure_ascii=False) + "\n")
            if time.monotonic() > until:
                pool.terminate()
                break
    print(report(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
