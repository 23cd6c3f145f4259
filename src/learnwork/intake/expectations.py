"""Whether a release keeps its source's promise: counts, fill rates, how much may vanish or be refused."""

from __future__ import annotations

from collections import Counter

from learnwork.formats.model import Expectation
from learnwork.intake.report import Report

_ENOUGH = 20  # a share of fewer documents says little and is not judged


def broken_promises(expected: Expectation, report: Report, former_documents: int) -> list[str]:
    """One sentence for every promise that the release breaks; empty when it keeps its word.

    Fill rates are judged on the documents that are new or changed, shares on at least 20 documents.
    former_documents: how many documents the source had before, for the share that was withdrawn.
    """
    broken = []
    for kind, (least, most) in expected.resources.items():
        count = report.classes[kind] if kind else report.documents
        broken += _range(f"documents of {kind}" if kind else "documents", count, least, most)
    broken += _range("observations", report.observations, *expected.observations)
    filled = report.filled
    for kind, shares in expected.filled.items():
        found = filled.get(kind, Counter())
        built = found[""]
        for term, share in shares.items():
            count = found[term]
            if built >= _ENOUGH and count < share * built:
                broken.append(
                    f"{term} is filled in {count} of {built} documents of {kind}; "
                    f"the source promises at least {share:.0%}."
                )
    if former_documents >= _ENOUGH and report.withdrawn > expected.withdrawn * former_documents:
        broken.append(
            f"{report.withdrawn} of {former_documents} documents of the former release are missing; "
            f"the source promises at most {expected.withdrawn:.0%}."
        )
    read = report.documents + report.observations
    refused = report.refused + report.observations_refused
    if read >= _ENOUGH and refused > expected.refused * read:
        broken.append(
            f"{refused} of {read} rows were refused; the source promises at most {expected.refused:.0%}."
        )
    return broken


def _range(what: str, count: int, least: int | None, most: int | None) -> list[str]:
    if least is not None and count < least:
        return [f"{count} {what}; the source promises at least {least}."]
    if most is not None and count > most:
        return [f"{count} {what}; the source promises at most {most}."]
    return []
