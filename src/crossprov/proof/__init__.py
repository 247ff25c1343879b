"""Proofs over whole items: what no case can be, and what some case must. ``pip install 'crossprov[prove]'``.

``prove`` proves items, ``compare`` tells what two rulebooks or two days decide differently. See docs/en/proof.md.
"""

from __future__ import annotations

from importlib.util import find_spec


def installed() -> bool:
    """Return whether z3 is there."""
    return find_spec("z3") is not None
