"""`learnwork survey`: the analysis of a survey from a file, without a site and without a database."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.cli.output import AsJson, heading, print_json, say, table

if TYPE_CHECKING:
    from learnwork.surveys.analysis import Limits
    from learnwork.surveys.answers import Study
    from learnwork.surveys.charts import Chart
    from learnwork.surveys.tables import Table
    from learnwork.vocabulary.errors import Issue

app = typer.Typer(help="Analyse answers of small groups.", no_args_is_help=True)

Most = Annotated[str, typer.Option(metavar="FRACTION", help="Share from which a feature is most common.")]
Least = Annotated[str, typer.Option(metavar="FRACTION", help="Share up to which it is least common.")]
Level = Annotated[
    str, typer.Option("--intervals", metavar="PERCENT", help="Add three intervals of this confidence, as 95.")
]
Folder = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Write tables as CSV and charts as SVG here too."),
]
_NARROW = ("label", "yes", "base", "share", "band", "if_unknown_no", "if_unknown_yes", "certain")
_PRINTED = ("label", "printed", "yes", "base", "band", "if_missing_no", "if_missing_yes", "certain")


@app.command("analyse")
def analyse(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Answers: a long or wide sheet, or exported JSON.")
    ],
    codebook: Annotated[
        Path | None, typer.Option(help="What each item asks; else kinds are guessed.")
    ] = None,
    most: Most = "3/4",
    least: Least = "1/2",
    intervals: Level = "",
    reconcile: Annotated[
        bool, typer.Option("--reconcile", help="Make several answers of one initiative into one.")
    ] = False,
    minimum: Annotated[
        int,
        typer.Option(
            "--withhold-under", metavar="N", help="Keep back counts from 1 to under N, for publishing."
        ),
    ] = 0,
    similarity: Annotated[bool, typer.Option("--similarity", help="Compare each with each.")] = False,
    universal: Annotated[
        str, typer.Option(metavar="FRACTION", help="Leave out features that at least this share has.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Of the resampling that --similarity does.")] = 0,
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Print what a survey says: every item with its bases, bands and bounds; categories; what was set aside."""
    from learnwork.surveys import analysis, charts, comparisons, public, sheets, tables
    from learnwork.surveys import reconcile as reconciling

    study = sheets.read_study(file, codebook)
    issues, made = study.issues, []
    if reconcile:
        found_one = reconciling.reconcile(study)
        study = found_one.study
        if not minimum:  # it says who answered what
            made.append(comparisons.rulings_table(found_one))
    shown = public.public(study, minimum) if minimum else public.Public(study, 0)
    found = analysis.analyse(shown.study, _limits(most, least))
    made += _tables(found, shown, _confidence(intervals))
    pictures = [charts.common_chart(found, most=one, withheld=shown.withheld) for one in (True, False)]
    if not minimum and len(study.respondents) <= tables.MOST_ACROSS:
        made.append(tables.grid_table(study))
    if similarity:
        named = study.open_to("public") if minimum else study
        made += _similarity(named, _fraction(universal, "universal") if universal else None, seed, pictures)
    _write(out, made, pictures)
    _print(made, issues, as_json=as_json, narrow={"items": _NARROW})


@app.command("published")
def published(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Printed percentages: YAML, or a sheet with item and percent."),
    ],
    features: Annotated[
        Path | None, typer.Option(help="YAML list of what was asked: labels, and how many items.")
    ] = None,
    invited: Annotated[
        int | None, typer.Option(help="How many were invited, if the file does not say.")
    ] = None,
    response_rate: Annotated[
        str, typer.Option("--response-rate", metavar="PERCENT", help="The rate that the study states.")
    ] = "",
    surveyed: Annotated[int | None, typer.Option(help="How many items were asked.")] = None,
    most: Most = "3/4",
    least: Least = "1/2",
    intervals: Level = "",
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Print what follows from percentages alone: bases that fit, counts, bands, and contradictions."""
    from learnwork.surveys import charts, publications, tables
    from learnwork.surveys import published as inference

    read = publications.read_publication(
        file, features=features, invited=invited, response_rate=response_rate, surveyed=surveyed
    )
    found = inference.infer(read, _limits(most, least))
    confidence = _confidence(intervals)
    made = [
        publications.bases_table(found),
        publications.contradictions_table(found),
        tables.common_table(found.analysis, most=True),
        tables.common_table(found.analysis, most=False),
        tables.categories_table(found.analysis),
        publications.items_table(found, confidence=confidence),
    ]
    note = "Counts are inferred from printed percentages."
    pictures = [charts.common_chart(found.analysis, most=one, note=note) for one in (True, False)]
    _write(out, made, pictures)
    facts = {
        "stated_base": read.stated_base,
        "respondents_inferred": found.respondents,
        "also_fit": list(found.also),
        "printed": len(read.printed),
        "most_common": len(found.analysis.most_common),
        "least_common": len(found.analysis.least_common),
        "unnamed": found.unnamed,
        "uncertain": [one.item.key for one in found.analysis.uncertain],
    }
    _print(made, read.issues, as_json=as_json, narrow={"published": _PRINTED}, facts=facts)


def _tables(found: Any, shown: Any, confidence: Fraction | None) -> list[Table]:
    from learnwork.surveys import tables

    made = [
        tables.response_table(found),
        tables.items_table(found, confidence=confidence, withheld=shown.withheld),
        tables.common_table(found, most=True, withheld=shown.withheld),
        tables.common_table(found, most=False, withheld=shown.withheld),
        tables.categories_table(found, withheld=shown.withheld),
    ]
    return [*made, tables.summaries_table(found, withheld=shown.withheld)] if found.summaries else made


def _similarity(study: Study, universal: Fraction | None, seed: int, pictures: list[Chart]) -> list[Table]:
    from learnwork.surveys import charts, comparisons
    from learnwork.surveys.similarity import MEASURES, similar

    found = similar(study, universal=universal, seed=seed)
    pictures += [chart for measure in MEASURES if (chart := charts.dendrogram(found, measure))]
    trees = [comparisons.branches_table(found, measure) for measure in MEASURES]
    return [comparisons.similarity_table(found), *trees]


def _limits(most: str, least: str) -> Limits:
    from learnwork.surveys.analysis import Limits

    return Limits(_fraction(most, "most"), _fraction(least, "least"))


def _fraction(text: str, name: str) -> Fraction:
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise typer.BadParameter(f"--{name} is a fraction such as 3/4 or 0.75, not {text}.") from None


def _confidence(text: str) -> Fraction | None:
    return _fraction(text.removesuffix("%"), "intervals") / 100 if text else None


def _write(out: Path | None, made: Sequence[Table], pictures: Sequence[Chart]) -> None:
    if out is None:
        return
    out.mkdir(parents=True, exist_ok=True)
    for one in made:
        (out / f"{one.key}.csv").write_text(one.csv(), "utf-8", newline="")
    for picture in pictures:
        (out / f"{picture.key}.svg").write_text(picture.svg(), "utf-8")


def _print(
    made: Sequence[Table],
    issues: Sequence[Issue],
    *,
    as_json: bool,
    narrow: dict[str, Sequence[str]],
    facts: dict[str, Any] | None = None,
) -> None:
    """Print tables; those that are wide with the columns that matter most, and all of them as JSON."""
    if as_json:
        said = [{"code": i.code, "message": i.message, "place": i.place, "hint": i.hint} for i in issues]
        print_json({**(facts or {}), "tables": [one.to_dict() for one in made], "issues": said})
        return
    for key, value in (facts or {}).items():
        say(f"{key.replace('_', ' ')}: {value if value not in (None, []) else 'none'}")
    for one in made:
        say("")
        heading(one.title)
        shown = [
            at for at, column in enumerate(one.columns) if column.key in narrow.get(one.key, (column.key,))
        ]
        right = [place for place, at in enumerate(shown) if one.columns[at].figure]
        labels = [one.columns[at].label for at in shown]
        table(labels, [[row[at] for at in shown] for row in one.texts()], right=right)
        for note in one.notes:
            say(note)
    if issues:
        say("")
        heading(f"{len(issues)} findings")
        table(["", "", ""], [[issue.code, issue.place, issue.message] for issue in issues])
