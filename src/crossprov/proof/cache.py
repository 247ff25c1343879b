"""Proofs that were made before, by the digest of what they read; what cannot be read is no proof and is made again."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import replace
from pathlib import Path

from crossprov.proof.findings import ItemProof, item_proof


def default_folder() -> Path:
    """Return where proofs are kept unless said otherwise: the user's folder for caches."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "crossprov" / "proofs"


class Kept:
    """A folder with one file a proof."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, digest: str) -> ItemProof | None:
        """Return the proof of that digest, marked as kept; None if there is none that can be read."""
        try:
            plain = json.loads((self.folder / f"{digest}.json").read_text(encoding="utf-8"))
            found = item_proof(plain)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return replace(found, kept=True) if found.proved else None

    def keep(self, digest: str, proof: ItemProof) -> None:
        """Keep a proof without faults: of a fault the lines may move, so it is found again. A full disk is no error."""
        if not proof.proved:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            part = self.folder / f"{digest}.{os.getpid()}"
            part.write_text(json.dumps(proof.plain(), ensure_ascii=False), encoding="utf-8")
            part.replace(self.folder / f"{digest}.json")
