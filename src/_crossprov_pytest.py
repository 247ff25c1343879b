"""The pytest plugin of crossprov: the worked examples of a rulebook as tests.

pytest imports this module in every run of every project that has crossprov installed. So it stands outside the
package and imports nothing; ``crossprov.testing.collecting`` is loaded when a rulebook is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; without one of them nothing is collected."""
    group = parser.getgroup("crossprov", "worked examples of rulebooks")
    group.addoption(
        "--crossprov",
        action="store_true",
        help="collect the worked examples of every rulebook among what is collected",
    )
    group.addoption(
        "--crossprov-engine",
        action="append",
        default=[],
        metavar="NAME",
        help="engine that decides the examples (index, reference, durable, checked); may be given several times",
    )
    parser.addini("crossprov_rulebooks", "rulebooks whose examples are tests", type="paths", default=[])
    parser.addini("crossprov_engines", "engines that decide the examples", type="args", default=[])
    parser.addini("crossprov_functions", "packages with the functions of facts", type="args", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect ``examples/*.yaml`` of a rulebook that was asked for."""
    if file_path.suffix != ".yaml" or file_path.parent.name != "examples":
        return None
    root, config = file_path.parent.parent, parent.config
    named = root in config.getini("crossprov_rulebooks")
    if not (named or config.getoption("--crossprov")) or not (root / "rulebook.yaml").is_file():
        return None
    from crossprov.testing.collecting import ExamplesFile  # noqa: PLC0415 - see above

    return ExamplesFile.from_parent(parent, path=file_path)
