"""Studies of others known by their printed percentages: kept as they were read, inferred afresh at every look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from learnwork.formats.files import read_text, rows
from learnwork.layout.presentation import translated
from learnwork.surveys import publications, services
from learnwork.surveys.answers import BadSurveyError
from learnwork.surveys.charts import Chart, common_chart
from learnwork.surveys.design import slug
from learnwork.surveys.errors import UnknownSurveyError
from learnwork.surveys.models import PublishedStudy
from learnwork.surveys.published import Inference, Publication, infer
from learnwork.surveys.reports import CONFIDENCE, Asked
from learnwork.surveys.tables import Table, categories_table, common_table
from learnwork.vocabulary.sentences import sentence

_MOST_BYTES = 4_000_000


@dataclass(frozen=True)
class Study:
    """A published study with what follows from it. source_urls: where it was printed."""

    row: PublishedStudy
    found: Inference
    asked: Asked
    source: tuple[str, ...]
    source_urls: tuple[str, ...]

    def fits(self, n: int | None) -> int:
        """How many of the printed percentages fit `n` answers."""
        return next((base.fits for base in self.found.bases if base.n == n), 0)

    @property
    def best_fit(self) -> int:
        return self.fits(self.found.respondents)

    @property
    def stated_fit(self) -> int:
        return self.fits(self.found.publication.stated_base)

    def tables(self) -> list[Table]:
        analysis = self.found.analysis
        return [
            common_table(analysis, most=True),
            common_table(analysis, most=False),
            categories_table(analysis),
            publications.items_table(self.found, confidence=CONFIDENCE if self.asked.intervals else None),
            publications.bases_table(self.found),
            publications.contradictions_table(self.found),
        ]

    def charts(self) -> list[Chart]:
        note = sentence("Counts are inferred from the printed percentages.")
        analysis = self.found.analysis
        found = {True: analysis.most_common, False: analysis.least_common}
        return [
            common_chart(analysis, most=most, note=note, say=translated)
            for most, results in found.items()
            if results
        ]


def load(results: Path, features: Path | None = None, *, title: str = "") -> PublishedStudy:
    """Keep a study as it was printed; one of the same key takes its place. Raises `LearnworkError`.

    features: a list of what was asked, for labels, names of categories and how many were asked.
    """
    made = _plain(results)
    listed = _plain(features) if features else {}
    publication = _publication(made, listed, results.stem)
    key = slug(publication.key)
    row, _made = PublishedStudy.objects.update_or_create(
        key=key,
        defaults={
            "title": (title or str(made.get("title") or "") or publication.title)[:300],
            "document": made,
            "design": listed,
            "loaded_at": services.now(),
        },
    )
    infer(_publication(row.document, row.design, key))
    return row


def load_demonstration(folder: Path) -> PublishedStudy | None:
    """The published mapping survey that comes with Learnwork."""
    results = folder / "published_results.yaml"
    if not results.is_file():
        return None
    title = "Mapping survey of learn-and-work initiatives (March 2023)"
    return load(results, folder / "survey_features.yaml", title=title)


def study(key: str, asked: Asked) -> Study:
    """Raises `UnknownSurveyError`, and `LearnworkError` for limits that make no bands."""
    row = PublishedStudy.objects.filter(key=key).first()
    if row is None:
        raise UnknownSurveyError(
            _("There is no study %(key)s.") % {"key": repr(key[:60])}, hint=_("See the list of surveys.")
        )
    found = infer(
        _publication(row.document, row.design, key),
        services.limits(asked.most or "3/4", asked.least or "1/2"),
    )
    source = row.document.get("source") or []
    listed = [str(one) for one in (source if isinstance(source, list) else [source])]
    return Study(
        row,
        found,
        asked,
        tuple(one for one in listed if "://" not in one),
        tuple(one for one in listed if one.startswith(("http://", "https://"))),
    )


def document(study: Study) -> dict[str, Any]:
    """A study as data: the same tables as on its page."""
    return {
        "study": study.row.key,
        "title": study.row.title,
        "source": [*study.source, *study.source_urls],
        "respondents_inferred": study.found.respondents,
        "tables": [table.to_dict() for table in study.tables()],
    }


def _plain(path: Path) -> dict[str, Any]:
    """YAML with every scalar as its text, because 50 and 50.00 are printed with different exactness; or a sheet."""
    if path.suffix.lower() not in (".yaml", ".yml"):
        return {"results": [dict(row) for _number, row in rows(path, required=("item", "percent"))]}
    text = read_text(path, limit=_MOST_BYTES)
    try:
        made = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes text only
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadSurveyError(
            f"{path.name} is no YAML: {error}.", hint="Mend the line that is named."
        ) from error
    if not isinstance(made, dict):
        raise BadSurveyError(f"{path.name} is no mapping.", hint="See the format of a printed study.")
    return made


def _publication(made: Mapping[str, Any], listed: Mapping[str, Any], key: str) -> Publication:
    """The publication in words: labels of items and names of categories as the list of features has them."""
    features = [one for one in listed.get("features") or () if isinstance(one, Mapping)]
    labels = {str(one.get("id")): str(one.get("label") or "") for one in features}
    names = {
        str(one.get("id")): str(one.get("name") or "")
        for one in listed.get("categories") or ()
        if isinstance(one, Mapping)
    }
    results = made.get("results")
    if isinstance(results, list):
        named = [
            {**one, "category": names.get(str(one.get("category")), one.get("category"))}
            if isinstance(one, Mapping)
            else one
            for one in results
        ]
        made = {**made, "results": named}
    if features and not made.get("surveyed"):
        made = {**made, "surveyed": str(len(features))}
    return publications.from_document(made, key=key, labels=labels)
