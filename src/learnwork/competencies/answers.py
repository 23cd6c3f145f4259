"""Profiles as plain data: what the API answers, the command prints as JSON, and the page shows, from one place."""

from __future__ import annotations

from typing import Any

from learnwork.competencies.profiling import Profile
from learnwork.competencies.rating import COLUMNS
from learnwork.vocabulary.ctid import is_ctid


def document(found: Profile) -> dict[str, Any]:
    """A profile with its pattern (derived), agreement, and every rating in force."""
    pattern = found.pattern
    return {
        "credential": found.credential,
        "name": found.name,
        "derived": ["pattern", "middle", "agreement", "competencies.levels"],
        "competencies_rated": pattern.competencies if pattern else 0,
        "raters": len(found.raters),
        "middle": pattern.middle if pattern else None,
        "pattern": [
            {
                "column": column,
                "median": one.median,
                "least": one.least,
                "most": one.most,
                "modes": list(one.modes),
                "n": one.n,
                "inapplicable": one.inapplicable,
                "unrated": one.unrated,
            }
            for column, one in pattern.columns.items()
        ]
        if pattern
        else None,
        "agreement": [
            {
                "column": column,
                "units": one.units,
                "pairs": one.pairs,
                "exact": one.exact,
                "within_one": one.within_one,
                "alpha": one.alpha,
            }
            for column, one in found.agreement.items()
        ],
        "competencies": [
            {
                "ctid": line.competency.key if is_ctid(line.competency.key) else None,
                "statement": line.competency.text,
                "levels": {column: line.agreed[column] for column in COLUMNS if column in line.agreed},
                "ratings": [
                    {
                        "rater": one.rater_name,
                        "rated_on": one.rated_on.isoformat(),
                        "status": one.status,
                        "rubric": one.rubric,
                        "levels": one.levels,
                        "rationale": one.rationale,
                        "evidence": one.evidence,
                    }
                    for one in line.ratings
                ],
            }
            for line in found.lines
        ],
    }
