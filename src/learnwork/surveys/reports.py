"""What a survey says, for one audience: the same tables for the page, the files and the print.

Researchers see every answer. The public sees what respondents agreed to: answers kept private are not counted, answers
for totals are counted and never shown by name, and groups below what the survey promised are withheld.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

from learnwork.layout.presentation import translated
from learnwork.surveys import comparisons, dataset, services, sheets, tables
from learnwork.surveys.analysis import Analysis, Limits, analyse
from learnwork.surveys.answers import Study
from learnwork.surveys.charts import Chart, common_chart, dendrogram
from learnwork.surveys.models import Survey
from learnwork.surveys.naming import nameable, telling_changes, without_named
from learnwork.surveys.public import public as public_part
from learnwork.surveys.public import public_waves
from learnwork.surveys.reconcile import Reconciled, reconcile
from learnwork.surveys.services import title_of
from learnwork.surveys.similarity import MEASURES, Measure, Similarity, similar
from learnwork.surveys.tables import Table
from learnwork.surveys.waves import Waves, compare

CONFIDENCE = Fraction(19, 20)
# What at least this share has tells nobody apart, where one asks to leave it out.
UNIVERSAL = Fraction(9, 10)
_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """How somebody wants to see it. most, least: limits as written; category: its name, "" for all."""

    most: str = ""
    least: str = ""
    category: str = ""
    intervals: bool = False
    pilot: bool = False
    universal: bool = True

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Asked:
        return cls(
            most=params.get("most", "")[:20],
            least=params.get("least", "")[:20],
            category=params.get("category", "")[:300],
            intervals=params.get("intervals", "") == "1",
            pilot=params.get("pilot", "") == "1",
            universal=params.get("universal", "1") != "0",
        )


@dataclass(frozen=True)
class Report:
    """study: what is counted. named: what may be shown by name. several: how several answers became one."""

    survey: Survey
    asked: Asked
    public: bool
    limits: Limits
    study: Study
    named: Study
    found: Analysis
    several: Reconciled | None = None
    waves: Waves | None = None
    pairs: tables.Withheld = frozenset()
    withheld: tables.Withheld = frozenset()
    notes: tuple[str, ...] = ()
    categories: tuple[str, ...] = field(default=())

    @property
    def title(self) -> str:
        return title_of(self.survey)

    def _makers(self) -> dict[str, Callable[[], Table]]:
        """Key → table, each made only when it is asked for."""
        confidence = CONFIDENCE if self.asked.intervals else None
        found, kept = self.found, self.withheld
        made: dict[str, Callable[[], Table]] = {
            "response": lambda: tables.response_table(found),
            "most_common": lambda: tables.common_table(found, most=True, withheld=kept),
            "least_common": lambda: tables.common_table(found, most=False, withheld=kept),
            "categories": lambda: tables.categories_table(found, withheld=kept),
            "items": lambda: tables.items_table(found, confidence=confidence, withheld=kept),
        }
        if found.summaries:
            made["summaries"] = lambda: tables.summaries_table(found, withheld=kept)
        if self.named.respondents:
            made["grid"] = lambda: tables.grid_table(self.named)
        if self.likens:
            made["similarity"] = lambda: comparisons.similarity_table(self.alike)
        if (waves := self.waves) is not None:
            made["waves"] = lambda: comparisons.waves_table(waves, withheld=self.pairs)
        if (several := self.several) is not None and not self.public:
            made["rulings"] = lambda: comparisons.rulings_table(several)
        return made

    def table_keys(self) -> list[str]:
        """Of its tables, in their order."""
        return list(self._makers())

    def charts_of(self, key: str) -> list[Chart]:
        """The pictures that belong to a table."""
        wanted = [key] if key != "similarity" else [f"dendrogram_{measure}" for measure in MEASURES]
        return [chart for one in wanted if (chart := self.chart(one)) is not None]

    def tables(self) -> list[Table]:
        return [make() for make in self._makers().values()]

    def table(self, key: str) -> Table | None:
        make = self._makers().get(key)
        return make() if make else None

    @property
    def likens(self) -> bool:
        """Whether there are two who may be named, to be likened to each other."""
        return bool(self.named.responded().sum() > 1)

    @cached_property
    def alike(self) -> Similarity:
        """Who is like whom, of those who may be named."""
        universal = None if self.asked.universal else UNIVERSAL
        return similar(self.named, universal=universal, resamples=_RESAMPLES)

    def charts(self) -> list[Chart]:
        """The study's two figures, and the tree of likeness by either measure."""
        return [chart for make in self._drawers().values() if (chart := make()) is not None]

    def chart(self, key: str) -> Chart | None:
        make = self._drawers().get(key)
        return make() if make else None

    def _drawers(self) -> dict[str, Callable[[], Chart | None]]:
        def common(most: bool) -> Chart | None:
            if not tables.common_table(self.found, most=most, withheld=self.withheld).rows:
                return None
            return common_chart(self.found, most=most, withheld=self.withheld, say=translated)

        def tree(measure: Measure) -> Chart | None:
            return dendrogram(self.alike, measure, translated) if len(self.alike.respondents) > 1 else None

        made: dict[str, Callable[[], Chart | None]] = {
            "most_common": partial(common, True),
            "least_common": partial(common, False),
        }
        if self.likens:
            made |= {f"dendrogram_{measure}": partial(tree, measure) for measure in MEASURES}
        return made


def build(survey: Survey, asked: Asked, *, public: bool) -> Report:
    """The report as it stands now. Raises `LearnworkError` for limits that make no bands."""
    if public and asked.pilot:
        asked = replace(asked, pilot=False)
    limits = services.limits(asked.most or survey.most, asked.least or survey.least)
    if public:
        open_ = open_part(survey)
        counted, named, several, former = open_.study, open_.named, open_.several, open_.former
        withheld, pairs = open_.withheld, open_.pairs
    else:
        counted, several = _counted(survey, public=False, pilot=asked.pilot)
        named, withheld, pairs = counted, frozenset(), frozenset()
        before = None if asked.pilot else survey.former
        former = _counted(before, public=False)[0] if before and before.versions.exists() else None
    names = tuple(dict.fromkeys(item.category for item in counted.items))
    if asked.category in names:
        columns = [at for at, item in enumerate(counted.items) if item.category == asked.category]
        counted, named = counted.part(columns=columns), named.part(columns=columns)
    return Report(
        survey=survey,
        asked=asked,
        public=public,
        limits=limits,
        study=counted,
        named=named,
        found=analyse(counted, limits),
        several=several,
        waves=compare(former, counted) if former is not None else None,
        pairs=pairs,
        withheld=withheld,
        categories=names,
    )


@dataclass(frozen=True)
class Open:
    """What everybody may see of a survey. former: the wave before, if that is public."""

    study: Study
    named: Study
    several: Reconciled | None
    former: Study | None = None
    withheld: tables.Withheld = frozenset()
    pairs: tables.Withheld = frozenset()


def open_part(survey: Survey, later: tuple[int, ...] = ()) -> Open:
    """The public's share of a survey, with all that is withheld. later: waves that were asked about this one.

    The wave before counts only if it is public itself and promised no more; what it withheld stays as it was.
    """
    study, several = _counted(survey, public=True)
    smallest, former = survey.smallest, survey.former
    before = None
    if former and former.public and former.smallest <= smallest and former.pk not in later:
        before = open_part(former, (*later, survey.pk))
    if before is None:
        alone = public_part(study, smallest, named=True)
        study, withheld, pairs = alone.study, alone.withheld, frozenset[tuple[str, str]]()
    else:
        both = public_waves(before.study, study, smallest, named=True, published=before.withheld)
        study, withheld, pairs = both.after.study, both.after.withheld, both.pairs
        if not smallest:
            pairs = telling_changes(before.study, study)
    return Open(
        study=study,
        named=nameable(study, promised=bool(smallest)),
        several=several,
        former=before.study if before else None,
        withheld=without_named(withheld, study),
        pairs=pairs,
    )


def _counted(survey: Survey, *, public: bool, pilot: bool = False) -> tuple[Study, Reconciled | None]:
    """What is counted, several answers of one initiative made into one; the private ones of the public's not at all."""
    study = dataset.study(survey, pilot=pilot)
    if public:
        study = study.open_to("aggregate")
    several = reconcile(study) if survey.several else None
    return (several.study if several else study), several


def file(report: Report, name: str) -> tuple[str | bytes, str] | None:
    """A file of the report and its media type; None where there is none of this name.

    wide.csv, long.csv, codebook.csv, answers.json: the answers, of the public's only those that may be named.
    report.json, report.pdf, KEY.csv of every table, KEY.svg and KEY.night.svg of every chart.
    """
    study = report.named if report.public else dataset.study(report.survey, pilot=report.asked.pilot)
    text = "text/csv; charset=utf-8"
    if name == "wide.csv":
        return sheets.write_wide(study), text
    if name == "long.csv":
        return sheets.write_long(study), text
    if name == "codebook.csv":
        return sheets.write_codebook(study), text
    if name == "answers.json":
        return _json(sheets.document(study)), "application/json"
    if name == "report.json":
        return _json(document(report)), "application/json"
    if name == "report.pdf":
        from learnwork.surveys.printing import pdf

        return pdf(report), "application/pdf"
    match = re.fullmatch(r"([a-z_]+)\.csv", name)
    table = report.table(match[1]) if match else None
    if table is not None:
        return table.csv(), text
    picture = re.fullmatch(r"([a-z_]+?)(\.night)?\.svg", name)
    chart = report.chart(picture[1]) if picture else None
    return (chart.svg(night=bool(picture and picture[2])), "image/svg+xml") if chart else None


def document(report: Report) -> dict[str, Any]:
    """The report as data: the same tables as on the page."""
    return {
        "survey": report.survey.key,
        "title": report.title,
        "limits": {"most": str(report.limits.most), "least": str(report.limits.least)},
        "chosen": report.found.chosen,
        "invited": report.found.invited,
        "responded": report.found.responded,
        "notes": list(report.notes),
        "tables": [table.to_dict() for table in report.tables()],
    }


def _json(made: Any) -> bytes:
    import orjson

    return orjson.dumps(made, option=orjson.OPT_INDENT_2)
