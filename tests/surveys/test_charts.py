"""Pictures: each with its table, its finding and its base; nothing by colour alone; nothing fetched."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnwork.surveys import charts
from learnwork.surveys.analysis import analyse
from learnwork.surveys.answers import Answer, BadSurveyError, Item, Respondent, State, Study
from learnwork.surveys.similarity import similar
from learnwork.surveys.tables import Mark

STATES: list[State] = ["yes", "no", "do not know", "does not apply", "rather not say", "missing"]


def study(*rows: str) -> Study:
    """A row of signs for each respondent: y, n, ? (do not know) or - (missing)."""
    words: dict[str, State] = {"y": "yes", "n": "no", "?": "do not know", "-": "missing"}
    items = [Item(f"i{n}", f"Feature {n}", "One" if n < 2 else "Two") for n in range(len(rows[0]))]
    people = [Respondent(f"r{n}", f"Initiative {n}") for n in range(len(rows))]
    answers = [
        Answer(f"r{row}", f"i{column}", words[sign])
        for row, signs in enumerate(rows)
        for column, sign in enumerate(signs)
    ]
    return Study.of(items, people, answers, title="Mapping", fielded="2026-03")


MADE = study("yynn", "yyn?", "ynn?", "yy-n")


def texts(svg: str) -> list[str]:
    root = ET.fromstring(svg)  # noqa: S314 - our own picture
    return [text for one in root.iter() if one.tag.endswith("text") and (text := " ".join(one.itertext()))]


def test_it_works():
    chart = charts.common_chart(analyse(MADE), most=True)
    assert chart.title == "2 of 4 features are in at least 3 of 4 initiatives; 1 in all of them"
    assert "Source: Mapping, 2026-03." in chart.caption
    assert "4 who answered and 4 who were invited" in chart.caption
    shown = texts(chart.svg())
    assert {"Feature 0", "Feature 1", "4 of 4", "3 of 4", "One"} <= set(shown)
    assert chart.title in " ".join(shown)


def test_every_point_is_a_row_of_the_table():
    found = analyse(MADE)
    for most in (True, False):
        chart = charts.common_chart(found, most=most)
        labels = [row["label"] for row in chart.spec["data"]["values"]]
        assert labels == [row[1] for row in chart.table.rows]


def test_what_is_not_certain_is_a_line_and_says_so():
    chart = charts.common_chart(analyse(study("y", "y", "n", "n", "n", "-", "-", "-")), most=False)
    row = chart.spec["data"]["values"][0]
    assert (row["low"], row["share"], row["high"]) == (25, 40, 62.5)
    assert "2 of 5, band not certain" in texts(chart.svg())


def test_what_is_withheld_is_not_in_the_picture():
    chart = charts.common_chart(analyse(MADE), most=True, withheld=frozenset({("i0", "yes")}))
    assert "Feature 0" not in chart.svg()
    assert "Feature 0" not in str(chart.spec)
    assert "withheld" in chart.table.notes[0]


def test_signs_of_the_grid_differ_by_shape_and_the_caption_names_them():
    chart = charts.grid_chart(MADE)
    assert len(set(charts.SIGNS.values())) == len(charts.SIGNS)
    assert set(charts.SIGNS) == set(STATES)
    shown = texts(chart.svg())
    assert shown.count("●") == 7
    assert "Initiative 3" in shown
    assert "● yes, ○ no" in chart.caption
    assert chart.table.rows[2][6] is Mark.NOT_KNOWN


def test_the_tree_names_its_leaves_and_the_stability_of_its_joins():
    found = similar(study("yynn", "yynn", "nnyy", "nnyn"), resamples=20, seed=3)
    chart = charts.dendrogram(found, "jaccard")
    assert chart is not None
    assert chart.title == "Most alike by Jaccard: Initiative 0 and Initiative 1"
    shown = texts(chart.svg())
    assert {f"Initiative {n}" for n in range(4)} <= set(shown)
    assert "100%" in shown
    assert len(chart.table.rows) == 3


def test_there_is_no_tree_of_one():
    assert charts.dendrogram(similar(study("yy"), resamples=0), "matching") is None


def test_day_and_night_differ_and_neither_needs_anything_from_elsewhere():
    chart = charts.common_chart(analyse(MADE), most=True)
    day, night = chart.svg(), chart.svg(night=True)
    assert day != night
    for svg in (day, night):
        assert "http" not in svg.replace("http://www.w3.org/", "")
        # What the site's content security policy would refuse.
        assert "style=" not in svg
        assert "<style" not in svg
        assert "<script" not in svg


def test_pairs_of_ink_and_paper_can_be_read():
    for night in (False, True):
        theme = charts.theme(night=night)
        paper = theme["background"]
        for ink in (theme["axis"]["labelColor"], theme["axis"]["titleColor"], theme["text"]["color"]):
            assert contrast(ink, paper) >= 4.5


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@settings(max_examples=10)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40))
def test_labels_of_anybody_stay_text(label: str):
    item = Item("a", f"<script>{label}</script>", label)
    made = Study.of([item], [Respondent("r", label)], [Answer("r", "a", "yes")], title=label)
    for chart in (charts.common_chart(analyse(made), most=True), charts.grid_chart(made)):
        assert "<script" not in chart.svg()


def test_nothing_to_show_is_a_picture_all_the_same():
    empty = analyse(study("n", "n"))
    chart = charts.common_chart(empty, most=True)
    assert chart.title.startswith("0 of 1 features")
    assert chart.svg().startswith("<svg")


def test_a_grid_that_nobody_could_read_is_refused():
    items = [Item(f"i{n}", "I") for n in range(201)]
    with pytest.raises(BadSurveyError, match="too many for a picture"):
        charts.grid_chart(Study.of(items, [Respondent(f"r{n}") for n in range(100)], []))
