"""What a load did: counts, refusals with their places, findings, what changed since the former release."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, Literal

from learnwork.vocabulary.errors import Issue

Outcome = Literal["loaded", "unchanged", "held", "dry run"]
_SAMPLES = 20  # issues kept word for word for each code; the count goes on
_KEYS = 100  # keys named in "what changed"


@dataclass(slots=True)
class Report:
    """Counts of one load. rows: items read; documents are new, changed, unchanged, older or refused.

    older: documents of keys for which a newer release already speaks. classes: documents by CTDL class. shapes: new
    and changed documents by class and the properties that they carry.
    """

    source: str
    release: str
    format: str
    outcome: Outcome = "loaded"
    rows: int = 0
    documents: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    refused: int = 0
    withdrawn: int = 0
    observations: int = 0
    observations_refused: int = 0
    links: int = 0
    seconds: float = 0.0
    figures_digest: str = ""
    same_figures: bool = False
    same_label: bool = False
    former_documents: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    former_classes: dict[str, int] = field(default_factory=dict)
    shapes: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)
    issues: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Issue]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    held: list[str] = field(default_factory=list)

    def add(self, issue: Issue, *, refuses: bool = False) -> None:
        """Record an issue; `refuses` where it cost the row."""
        self.issues[issue.code] += 1
        if len(self.samples[issue.code]) < _SAMPLES:
            self.samples[issue.code].append(issue)
        self.refused += refuses

    @property
    def filled(self) -> dict[str, Counter[str]]:
        """For each class how many of the new or changed documents carry a property; under "" how many there are."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for (kind, terms), count in self.shapes.items():
            found[kind].update(dict.fromkeys(("", *terms), count))
        return found

    def name(self, what: Literal["new", "changed", "withdrawn"], key: str) -> None:
        if len(self.keys[what]) < _KEYS:
            self.keys[what].append(key)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-able data, stable keys."""
        return {
            "source": self.source,
            "release": self.release,
            "format": self.format,
            "outcome": self.outcome,
            "rows": self.rows,
            "documents": {
                "read": self.documents,
                "new": self.new,
                "changed": self.changed,
                "unchanged": self.unchanged,
                "older": self.older,
                "refused": self.refused,
                "withdrawn": self.withdrawn,
            },
            "observations": {"read": self.observations, "refused": self.observations_refused},
            "figures_digest": self.figures_digest,
            "links": self.links,
            "seconds": round(self.seconds, 3),
            "classes": dict(self.classes),
            "former_classes": self.former_classes,
            "filled": {kind: dict(terms) for kind, terms in self.filled.items()},
            "issues": [
                {
                    "code": code,
                    "count": count,
                    "samples": [
                        {"place": i.place, "message": i.message, "hint": i.hint, "severity": i.severity}
                        for i in self.samples[code]
                    ],
                }
                for code, count in self.issues.most_common()
            ],
            "keys": dict(self.keys),
            "held": self.held,
        }
