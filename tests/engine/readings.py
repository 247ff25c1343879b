"""The readings of the rules that are there: all of them, but where durable_rules cannot be had."""

import sys

import pytest

from crossprov.engine import ENGINES, durable

WITHOUT_DURABLE = sys.version_info >= durable.TOO_NEW and not durable.installed()
NAMES = tuple(name for name in ENGINES if not (WITHOUT_DURABLE and name in ("durable", "checked")))
READINGS = {name: ENGINES[name] for name in NAMES}
needs_durable = pytest.mark.skipif(
    WITHOUT_DURABLE, reason="durable_rules does not build on this Python without help, see docs/engines.md"
)
