"""The command ``prove``: what no case can be and what some case must, proved for every item."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crossprov.cli.errors import DONE, PROBLEMS, WRONG_CALL, Stop
from crossprov.cli.options import item_of, jobs_of, rulebook_of
from crossprov.cli.output import write_json
from crossprov.texts import text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from crossprov.proof.findings import Finding, ItemProof
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item

UNSETTLED: Final = 5
_SHOWN: Final = 4  # times that are named


def prove(options: argparse.Namespace) -> int:
    """Prove items; write what is not proved, with a case that shows it."""
    needs_z3(options.language)
    from crossprov.proof.cache import Kept, default_folder
    from crossprov.proof.work import prove as prove_items

    rulebook = rulebook_of(options)
    items = _items(options, rulebook)
    kept = None if options.no_cache else Kept(Path(options.cache) if options.cache else default_folder())
    proofs = []
    for proof in prove_items(rulebook, items, kept, jobs_of(options)):
        proofs.append(proof)
        if not options.json:
            write_lines(_lines(proof, rulebook, options.language))
    return _end(proofs, options)


def needs_z3(language: str) -> None:
    """Stop with what to install where z3 is not there."""
    from crossprov import proof

    if not proof.installed():
        raise Stop(WRONG_CALL, [text("cli.extra_missing", language, extra="prove")])


def write_lines(lines: Iterator[str]) -> None:
    """Write lines as they come."""
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _items(options: argparse.Namespace, rulebook: Rulebook) -> list[Item]:
    if options.item_of is None:
        return list(rulebook.items())
    return [item_of(rulebook, options.item_of, options.language)]


def _end(proofs: list[ItemProof], options: argparse.Namespace) -> int:
    verdicts = [one.verdict for proof in proofs for one in proof.findings]
    faults, unsettled = verdicts.count("fault"), verdicts.count("unsettled")
    if options.json:
        write_json([proof.plain() for proof in proofs])
    else:
        key = "proof.total_bad" if faults or unsettled else "proof.total_good"
        n = sum(sum(proof.obligations.values()) for proof in proofs)
        counts = {"faults": faults, "unsettled": unsettled, "accepted": verdicts.count("accepted")}
        sys.stdout.write(text(key, options.language, items=len(proofs), n=n, **counts) + "\n")
    return PROBLEMS if faults else UNSETTLED if unsettled else DONE


def _lines(proof: ItemProof, rulebook: Rulebook, language: str) -> Iterator[str]:
    n = sum(proof.obligations.values())
    kept = text("proof.kept_before", language) if proof.kept else ""
    yield text(
        "proof.item_line",
        language,
        item=proof.item,
        segments=proof.segments,
        n=n,
        seconds=proof.seconds,
        kept=kept,
    )
    for finding in proof.findings:
        yield from _told(finding, rulebook, language)


def _told(finding: Finding, rulebook: Rulebook, language: str) -> Iterator[str]:
    subject = finding.subject
    if finding.code == "outcome":
        subject = text(f"report.outcome_{subject}", language)
    said = text(f"proof.fault_{finding.code}", language, subject=subject)
    if finding.accepted is not None:
        yield text(
            "proof.accepted", language, item=finding.item, said=said, reason=finding.accepted[language]
        )
        return
    yield text(f"proof.{finding.verdict}", language, item=finding.item, said=said)
    yield from (text("proof.row", language, place=place) for place in finding.rows)
    yield from days_of(finding.days, language)
    yield from _facts(finding, rulebook.item(finding.item), rulebook, language)
    if finding.example is not None:
        yield text("proof.paste", language, item=finding.item)
        yield finding.example


def days_of(times: Sequence[tuple[str, str | None]], language: str) -> Iterator[str]:
    """Yield the line that names the first few times; one without a last day has no end."""
    if times:
        shown = [_days(first, last, language) for first, last in times[:_SHOWN]]
        more = ["…"] if len(times) > _SHOWN else []
        yield text("proof.days", language, days=text("proof.list", language).join([*shown, *more]))


def _days(first: str, last: str | None, language: str) -> str:
    key = "proof.from_on" if last is None else "proof.from_to"
    return text(key, language, first=first, last=last)


def _facts(finding: Finding, item: Item, rulebook: Rulebook, language: str) -> Iterator[str]:
    for name, value in finding.facts.items():
        label = label_of(name, item, rulebook, language) or name
        yield text("proof.fact", language, label=label, name=name, value=value)
    if finding.outcome is not None:
        outcome = text(f"report.outcome_{finding.outcome}", language)
        yield text("proof.decided", language, outcome=outcome)


def label_of(fact: str, item: Item, rulebook: Rulebook, language: str) -> str | None:
    """Return what a fact of an item is called; None if nothing declares it."""
    own, declared = item.shape.facts.get(fact), rulebook.vocabulary.facts.get(fact)
    shape = own or (declared.shape if declared is not None else None)
    return None if shape is None else shape.label.zh if language == "zh" else shape.label.en
