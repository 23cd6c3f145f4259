"""Studies known by percentages alone: the published mapping survey, and what holds for any."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from learnwork.surveys import publications, tables
from learnwork.surveys.answers import BadSurveyError, Item
from learnwork.surveys.intervals import METHODS, interval
from learnwork.surveys.published import Claim, Inference, Printed, Publication, fitting, infer, percentage

NINETY_FIVE = Fraction(19, 20)
TAIL = {"wilson": "wilson95", "clopper_pearson": "clopper_pearson95", "jeffreys": "jeffreys95"}


def publication(*percents: str, **said: object) -> Publication:
    printed = tuple(Printed(Item(f"i{n}", f"Item {n}", "One"), text) for n, text in enumerate(percents))
    return Publication("study", "A study", printed, **said)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def expected(shared_data: Path) -> dict:
    return yaml.safe_load((shared_data / "ecosystem" / "published_results.yaml").read_text())


@pytest.fixture(scope="module")
def found(shared_data: Path) -> Inference:
    folder = shared_data / "ecosystem"
    read = publications.read_publication(
        folder / "published_results.yaml", features=folder / "survey_features.yaml"
    )
    return infer(read)


@pytest.mark.big
def test_the_published_survey_fits_twelve_and_not_the_eleven_it_states(found: Inference):
    assert found.publication.stated_base == 11
    assert found.respondents == 12
    assert found.also == (24,)
    assert (found.bases[11].fits, found.bases[11].misfits) == (43, ("irb",))
    assert found.bases[10].fits == 5
    stated = next(one for one in found.contradictions if one.code == "base-stated")
    assert "5 of 44 percentages fit 11, and 43 of 44 fit 12" in stated.sentence


@pytest.mark.big
def test_its_research_ethics_item_needs_a_base_of_nine_and_its_band_is_not_certain(found: Inference):
    irb = next(one for one in found.results if one.printed.item.key == "irb")
    assert (irb.yes, irb.base, irb.missing) == (4, 9, 3)
    assert irb.result is not None
    assert irb.result.band == "least common"
    assert irb.result.bounds is not None
    assert (irb.result.bounds.low, irb.result.bounds.high) == (Fraction(1, 3), Fraction(7, 12))
    assert [one.item.key for one in found.analysis.uncertain] == ["irb"]
    assert any(one.code == "base-smaller" and "a base of 9" in one.sentence for one in found.contradictions)


@pytest.mark.big
def test_its_bands_and_categories(found: Inference, expected: dict, shared_data: Path):
    analysis = found.analysis
    assert (len(analysis.most_common), len(analysis.least_common), found.unnamed) == (20, 24, 12)
    listed = yaml.safe_load((shared_data / "ecosystem" / "survey_features.yaml").read_text())
    keys = {one["name"]: one["id"] for one in listed["categories"]}
    counted = {
        keys[one.name]: {"most": one.most_common, "least": one.least_common} for one in analysis.categories
    }
    assert counted == expected["summary"]["by_category"]


@pytest.mark.big
def test_every_base_is_tested_as_by_the_reference(found: Inference, expected: dict):
    for name, said in expected["summary"]["denominator_tests"].items():
        assert said.startswith(f"{found.bases[int(name.removeprefix('n=')) - 1].fits} of 44 ")


@pytest.mark.big
def test_every_item_and_its_three_intervals_to_a_hundredth(found: Inference, expected: dict):
    assert len(found.results) == 44
    for one, reference in zip(found.results, expected["results"], strict=True):
        assert one.printed.item.key == reference["feature"]
        assert (one.yes, one.base) == (reference["inferred"]["yes"], reference["inferred"]["answered"])
        assert one.result is not None
        assert one.result.certain == reference["band_certain"]
        assert one.yes is not None
        assert one.base is not None
        for method, name in TAIL.items():
            ends = interval(method, one.yes, one.base)  # type: ignore[arg-type]
            assert [100 * end for end in ends] == pytest.approx(reference[f"{name}_percent"], abs=0.0051)
        fits = [f"{k}/{n}" for n in range(6, 13) for k in fitting(one.printed.percent, n)]
        assert fits == reference["denominators_6_to_12_that_fit"]


@pytest.mark.big
def test_its_tables_show_what_was_inferred_as_inferred(found: Inference):
    table = publications.items_table(found, confidence=NINETY_FIVE)
    rows = {
        row[0]: dict(zip((column.key for column in table.columns), row, strict=True)) for row in table.texts()
    }
    assert rows["irb"]["printed"] == "44.44%"
    assert (rows["irb"]["yes"], rows["irb"]["base"], rows["irb"]["missing"]) == ("4", "9", "3")
    assert rows["irb"]["wilson_low"] == "18.88%"
    assert rows["irb"]["certain"].startswith("no")
    assert rows["multiple_partners"]["certain"] == "yes"
    assert "inferred" in table.notes[0]


SHARES = st.integers(1, 40).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


@given(SHARES, st.integers(0, 3), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_the_true_base_always_fits_however_halves_are_rounded(share, decimals, rounding):
    yes, base = share
    exact = Decimal(100 * yes) / Decimal(base)
    text = str(exact.quantize(Decimal(1).scaleb(-decimals), rounding))
    assert yes in fitting(text, base)


@given(SHARES)
def test_with_many_decimals_only_multiples_of_the_lowest_terms_fit(share):
    yes, base = share
    text = str((Decimal(100 * yes) / Decimal(base)).quantize(Decimal("0.000001")))
    lowest = Fraction(yes, base).denominator
    assert [n for n in range(1, 41) if fitting(text, n)] == list(range(lowest, 41, lowest))


@given(st.lists(st.integers(0, 12), min_size=1, max_size=30), st.integers(0, 2))
def test_a_full_survey_of_twelve_fits_twelve(counts, decimals):
    texts = [
        str((Decimal(100 * k) / 12).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) for k in counts
    ]
    made = infer(publication(*texts, invited=12, response_rate="100"))
    assert made.respondents == 12
    assert made.contradictions == ()
    assert [one.yes for one in made.results] == counts


def test_a_percentage_that_nothing_gives_is_said():
    made = infer(publication("50", "25", "75", "99.99"), most=8)
    none = made.results[3]
    assert (none.base, none.result) == (None, None)
    assert [one.code for one in made.contradictions] == ["base-none"]
    assert tables.shown(publications.items_table(made).rows[3][5]) == "not known"


def test_two_percentages_for_one_item_contradict_unless_rounding_explains_them():
    item = Item("improve", "Improve", "One")
    for other, codes in (("100", ["percent-twice"]), ("83.33", [])):
        printed = Printed(item, "83", claims=(Claim(other, "the takeaways"),))
        made = infer(Publication("s", "S", (printed,), invited=12, response_rate="100"))
        assert [one.code for one in made.contradictions] == codes


def test_a_band_that_the_exact_fraction_leaves_is_said():
    printed = Printed(Item("a", "A"), "75", band="<=50")
    made = infer(Publication("s", "S", (printed,), invited=12, response_rate="100"))
    assert [one.code for one in made.contradictions] == ["band-stated"]


def test_more_items_printed_than_surveyed_is_said():
    assert infer(publication("50", "50", surveyed=1)).contradictions[-1].code == "items-surplus"


@pytest.mark.parametrize("text", ["11 of 12", "12/13", "=1+1", "seventy", "101", "-5", "1e2", ""])
def test_what_is_no_percentage_is_refused(text: str):
    with pytest.raises(BadSurveyError):
        percentage(text)


def test_a_sheet_reads_and_what_is_unclear_becomes_an_issue(tmp_path: Path):
    path = tmp_path / "study.csv"
    path.write_text("item,label,category,percent\na,A,One,41.67%\nb,B,One,11 of 12\nc,C,Two,50.00\n")
    read = publications.read_publication(path, invited=12, response_rate="100")
    assert [one.percent for one in read.printed] == ["41.67", "50.00"]
    assert [(issue.code, issue.place) for issue in read.issues] == [("percent-unclear", "result 2")]
    assert [one.yes for one in infer(read).results] == [5, 6]


def test_decimals_of_yaml_are_kept(tmp_path: Path):
    path = tmp_path / "study.yaml"
    path.write_text("results: [{item: a, percent: 50.00}, {item: b, percent: 50}]\n")
    assert [one.percent for one in publications.read_publication(path).printed] == ["50.00", "50"]


@pytest.mark.parametrize(
    "text", ["", "[]", "results: 3", "a: [", "results: [{item: a, percent: 5}, {item: a, percent: 6}]"]
)
def test_yaml_that_is_no_study_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "study.yaml"
    path.write_text(text)
    with pytest.raises(BadSurveyError):
        publications.read_publication(path)


def test_nothing_printed_is_refused():
    with pytest.raises(BadSurveyError, match="prints no percentages"):
        infer(publication())
    assert set(TAIL) == set(METHODS)
