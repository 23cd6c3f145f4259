"""Tables in words, files that come back as the same tables, and sheets that are not what they should be."""

from __future__ import annotations

import csv
import io
from datetime import date
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.surveys import sheets, tables
from learnwork.surveys.analysis import analyse
from learnwork.surveys.answers import Answer, BadSurveyError, Item, Kind, Respondent, State, Study, Value
from learnwork.surveys.tables import Mark

OPTIONS = ("wages", "a; b", "[odd]", "no", "=1+1")
ITEMS = (
    Item("partners", "Has partners", "One"),
    Item("status", "A key like a column's", "One"),
    Item("data", "Data", "Two", "multiple", OPTIONS),
    Item("lead", "Led by", "Two", "single", OPTIONS),
    Item("ready", "Ready", "Two", "scale", ("1", "2", "3")),
    Item("staff", "Staff", "Two", "number"),
    Item("start", "Start", "Two", "date"),
    Item("note", "Note", "Two", "text"),
)
NOT_VALUES: list[State] = ["do not know", "does not apply", "rather not say", "missing"]
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=("Cs",)))


def _values(kind: Kind) -> st.SearchStrategy[Value | None]:
    return {
        "yes/no": st.none(),
        "multiple": st.lists(st.sampled_from(OPTIONS), unique=True).map(tuple),
        "single": st.sampled_from(OPTIONS),
        "scale": st.sampled_from(("1", "2", "3")),
        "number": st.integers(-(10**9), 10**9).map(float) | st.sampled_from((0.5, -12.25)),
        "date": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "text": WORDS,
    }[kind]


@st.composite
def studies(draw: st.DrawFn) -> Study:
    people = [
        Respondent(f"r{n}", draw(st.sampled_from(("", "=Name", "Ünit"))), group=draw(st.sampled_from("ab")))
        for n in range(draw(st.integers(0, 4)))
    ]
    answers = []
    for one in people:
        for item in ITEMS:
            state: State = draw(
                st.sampled_from(
                    [*NOT_VALUES, "yes", "no"] if item.kind == "yes/no" else [*NOT_VALUES, "given"]
                )
            )
            value = draw(_values(item.kind)) if state == "given" else None
            answers.append(Answer(one.key, item.key, state, value))
    answers.append(Answer("r0", "removed", "yes"))
    return Study.of(ITEMS, people, answers)


def all_tables(study: Study) -> list[str]:
    found = analyse(study)
    made = [
        tables.items_table(found, confidence=Fraction(19, 20)),
        tables.categories_table(found),
        tables.summaries_table(found),
        tables.response_table(found),
        tables.common_table(found, most=True),
        tables.common_table(found, most=False),
        tables.grid_table(study),
    ]
    return [table.csv() for table in made]


@given(study=studies())
def test_long_wide_and_json_come_back_to_the_same_tables(study: Study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    for name, text in (
        ("book.csv", sheets.write_codebook(study)),
        ("long.csv", sheets.write_long(study)),
        ("wide.csv", sheets.write_wide(study)),
    ):
        (folder / name).write_text(text, "utf-8", newline="")
    long = sheets.read_study(folder / "long.csv", folder / "book.csv")
    wide = sheets.read_study(folder / "wide.csv", folder / "book.csv")
    made = sheets.from_document(sheets.document(study))
    for back in (long, wide, made) if study.respondents else (made,):
        assert list(back.answers()) == list(study.answers())
        assert all_tables(back) == all_tables(study)
    assert made.set_aside == study.set_aside == long.set_aside


@given(study=studies())
def test_no_exported_cell_is_a_formula(study: Study):
    for text in (sheets.write_long(study), sheets.write_wide(study), *all_tables(study)):
        for row in csv.reader(io.StringIO(text, newline="")):
            for cell in row:
                assert not cell.startswith(("=", "@", "+", "\t"))
                assert not cell.startswith("-") or float(cell) < 0


def test_a_table_shows_the_same_everywhere():
    people = [Respondent(f"r{n}") for n in range(12)]
    answers = [Answer(f"r{n}", "partners", "yes" if n < 11 else "no") for n in range(12)]
    table = tables.items_table(analyse(Study.of(ITEMS[:1], people, answers)), confidence=Fraction(19, 20))
    assert list(csv.reader(io.StringIO(table.csv())))[1:] == table.texts()
    row = table.to_dict()["rows"][0]
    assert (row["yes"], row["base"], row["share"], row["wilson_low"]) == (11, 12, 91.67, 64.61)
    assert dict(zip([column.key for column in table.columns], table.texts()[0], strict=True))["share"] == (
        "91.67%"
    )
    assert "chosen, not sampled" in table.notes[0]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(1, 3), "33.33"),
        (Fraction(2, 3), "66.67"),
        (Fraction(1, 800), "0.13"),
        (Fraction(1), "100.00"),
    ],
)
def test_percentages_round_halves_up_and_exactly(share: Fraction, text: str):
    assert tables.percent(share) == text


def test_what_is_no_figure_says_which():
    people = [Respondent("r0"), Respondent("r1")]
    found = analyse(Study.of(ITEMS[:1], people, [Answer("r0", "partners", "do not know")]))
    row = dict(
        zip(
            (c.key for c in tables.items_table(found).columns), tables.items_table(found).rows[0], strict=True
        )
    )
    assert (row["share"], row["yes"]) == (Mark.NONE, 0)
    assert row["if_unknown_yes"] == 1
    grid = tables.grid_table(Study.of(ITEMS[:1], people, [Answer("r0", "partners", "do not know")]))
    assert grid.rows[0][3:] == ("do not know", Mark.NOT_KNOWN)


def test_withheld_counts_take_along_what_is_worked_out_of_them():
    people = [Respondent(f"r{n}") for n in range(12)]
    answers = [Answer(f"r{n}", "partners", "yes" if n < 11 else "no") for n in range(12)]
    found = analyse(Study.of(ITEMS[:1], people, answers))
    withheld = frozenset({("partners", "yes"), ("partners", "no")})
    table = tables.items_table(found, confidence=Fraction(19, 20), withheld=withheld)
    row = dict(zip((column.key for column in table.columns), table.rows[0], strict=True))
    shown = {key for key, cell in row.items() if cell is not Mark.WITHHELD}
    assert not shown & {
        "yes",
        "no",
        "share",
        "band",
        "if_unknown_no",
        "certain",
        "wilson_low",
        "jeffreys_high",
    }
    assert row["base"] == 12
    assert tables.common_table(found, most=True, withheld=withheld).rows == ()


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_a_number_typed_as_eleven_of_twelve_is_told_and_kept(tmp_path: Path):
    path = write(tmp_path / "a.csv", "respondent,staff", "a,4", "b,5", "c,6", "d,7", "e,11 of 12")
    study = sheets.read_study(path)
    assert study.items[0].kind == "number"
    assert [(issue.code, issue.place) for issue in study.issues] == [("answer-unclear", "row 6, staff")]
    assert "two numbers, 11 and 12" in study.issues[0].message
    assert [one.text for one in study.set_aside] == ["11 of 12"]
    assert analyse(study).summaries[0].counts.base == 4
    again = tmp_path / "again.csv"
    again.write_text(sheets.write_long(study), "utf-8")
    assert sheets.read_study(again).set_aside == study.set_aside


def test_merged_cells_are_refused_by_name(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["respondent", "partners"], ["a", "yes"], ["b", None]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    book.save(tmp_path / "merged.xlsx")
    with pytest.raises(BadSurveyError, match="B2:B3"):
        sheets.read_study(tmp_path / "merged.xlsx")


def test_a_plain_workbook_reads(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Respondent", "partners"], ["a", "yes"], ["b", True], ["c", "=A1"]):
        sheet.append(row)
    book.save(tmp_path / "plain.xlsx")
    study = sheets.read_study(tmp_path / "plain.xlsx", None)
    assert [one.key for one in study.respondents] == ["a", "b", "c"]


def test_a_formula_is_told_and_kept(tmp_path: Path):
    path = write(
        tmp_path / "a.csv", "respondent,item,answer", "a,p,yes", "b,p,no", "c,p,yes", "d,p,no", "e,p,=1+1"
    )
    study = sheets.read_study(path)
    assert "formula" in study.issues[0].message
    assert study.set_aside[0].text == "=1+1"


def test_an_answer_to_a_removed_item_is_kept(tmp_path: Path):
    book = write(tmp_path / "book.csv", "item,label,category,kind", "partners,Has partners,One,yes/no")
    path = write(tmp_path / "a.csv", "respondent,partners,gone", "a,yes,no", "b,no,")
    study = sheets.read_study(path, book)
    assert [issue.code for issue in study.issues] == ["answer-to-removed-item"]
    assert study.set_aside[0].item == "gone"
    assert analyse(study).results[0].counts.base == 2


def test_status_and_consent_that_are_none_are_told(tmp_path: Path):
    path = write(
        tmp_path / "a.csv",
        "respondent,status,item,answer,consent",
        "a,finished,p,yes,all",
        "b,declined,p,yes,public",
    )
    study = sheets.read_study(path)
    assert sorted(issue.code for issue in study.issues) == ["consent-unclear", "status-unclear"]
    assert [answer.consent for answer in study.answers()] == ["private", "public"]
    assert analyse(study).responded == 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["who,partners", "a,yes"], "no column `respondent`"),
        (["respondent,partners", "a,yes", "a,no"], "has a row already"),
        (["respondent,partners", ",yes"], "who answered"),
        (["respondent,p,p", "a,yes,no"], "key “p”"),
        ([""], "no column `respondent`"),
    ],
)
def test_sheets_that_cannot_be_read_say_why(tmp_path: Path, rows: list[str], said: str):
    with pytest.raises(BadSurveyError, match=said):
        sheets.read_study(write(tmp_path / "a.csv", *rows))


def test_json_that_is_no_survey_is_refused(tmp_path: Path):
    for text in ("[]", "{}", "{", '{"items": 3}'):
        path = tmp_path / "a.json"
        path.write_text(text)
        with pytest.raises(BadSurveyError):
            sheets.read_study(path)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_encodings(tmp_path: Path, delimiter: str):
    path = tmp_path / "a.csv"
    path.write_bytes(
        f"respondent{delimiter}name{delimiter}p\na{delimiter}Café{delimiter}yes\n".encode("cp1252")
    )
    study = sheets.read_study(path)
    assert study.respondents[0].name == "Café"
