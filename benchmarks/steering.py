"""How often a draw of the testing kit ends as it was asked to.

    python benchmarks/steering.py [ITEM …]

For each item and outcome, in per cent: ``facts`` steered (the share of attempts, of which a draw makes up to six)
and blind; and whether worked examples with a case end so, which ``cases`` starts from. By the law of
one day.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from typing import Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crossprov import CrossprovError, Rulebook
from crossprov.testing import decide_facts, facts
from crossprov.testing.facts import tested
from crossprov.testing.steering import OUTCOMES, _attempt, aims, ending
from crossprov.testing.values import candidates

DRAWS: Final = 60
DAY: Final = dt.date(2025, 7, 1)
RULES: Final = Rulebook.load()
QUIET: Final = settings(
    max_examples=DRAWS, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def outcome(told: dict[str, object] | None, item: str, on: dt.date) -> str:
    """Return how facts end."""
    if told is None:
        return "nothing"
    try:
        return decide_facts(told, item, on, RULES).outcome  # type: ignore[arg-type]
    except CrossprovError:
        return "contradiction"


def blind(item: str, on: dt.date) -> Counter[str]:
    """Return the outcomes of facts drawn blindly."""
    found: Counter[str] = Counter()

    @QUIET
    @given(facts(item, on, RULES))
    def drawn(told: dict[str, object]) -> None:
        found[outcome(told, item, on)] += 1

    drawn()
    return found


def steered(item: str, on: dt.date, wanted: str) -> Counter[str]:
    """Return the outcomes of single attempts at one."""
    found: Counter[str] = Counter()
    types = RULES.item(item).symbols.facts
    near = tested(RULES, RULES.item(item), on)
    some = {name: candidates(types[name], values) for name, values in near.items()}

    @QUIET
    @given(st.data())
    def drawn(data: st.DataObject) -> None:
        found[outcome(_attempt(data.draw, RULES, item, on, wanted, some), item, on)] += 1

    drawn()
    return found


def shown(count: int, total: int) -> str:
    return f"{100 * count / max(1, total):.0f}"


def main() -> None:
    print("| item | " + " | ".join(OUTCOMES) + " |\n|---" * 1 + "|---" * len(OUTCOMES) + "|")
    for item in sys.argv[1:] or RULES.item_ids:
        on = DAY if RULES.item(item).in_force(DAY) else RULES.item(item).changes[-1]
        without = blind(item, on)
        cells = []
        for wanted in OUTCOMES:
            if not aims(RULES, item, on, wanted):
                cells.append("–")
                continue
            with_ = steered(item, on, wanted)
            case = "" if wanted in ending(RULES, item) else " *"
            cells.append(
                f"{shown(with_[wanted], with_.total())} ({shown(without[wanted], without.total())}){case}"
            )
        print(f"| {item} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
