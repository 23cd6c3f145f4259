"""Pictures of a survey as Vega-Lite specifications and SVG, each with the table that says the same.

A title says what was found, a caption where it comes from and of how many. Labels stand at what they name, nothing is
said by colour alone, and shares begin at zero.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from learnwork.surveys.analysis import Analysis, YesNo
from learnwork.surveys.answers import STATES, BadSurveyError, State, Study
from learnwork.surveys.comparisons import branches_table
from learnwork.surveys.similarity import MEASURES, Branch, Measure, Similarity, Tree
from learnwork.surveys.tables import Table, Withheld, common_table, grid_table, open_part
from learnwork.vocabulary.sentences import Sentence, sentence

Spec = dict[str, Any]
Say = Callable[[str], str]
FACE = "Liberation Sans, Arial, sans-serif"
# The tokens of the site's style sheet, by day and by night.
_DAY = {"paper": "#faf7f0", "ink": "#1d1c19", "muted": "#5e594e", "hairline": "#dcd5c6", "accent": "#0b5563"}
_NIGHT = {
    "paper": "#14191b",
    "ink": "#e8e3d7",
    "muted": "#aaa596",
    "hairline": "#333b3d",
    "accent": "#83cbd2",
}
SIGNS: dict[State, str] = {
    "yes": "●",
    "no": "○",
    "do not know": "?",
    "does not apply": "–",
    "rather not say": "×",
    "missing": "·",
}
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_ROW = 22
_MOST_MARKS = 20_000


@dataclass(frozen=True)
class Chart:
    """One picture. title: the finding; caption: source and base; spec: Vega-Lite without a theme."""

    key: str
    title: str
    caption: str
    spec: Spec
    table: Table

    def svg(self, *, night: bool = False) -> str:
        """The picture as SVG; nothing is fetched."""
        return _svg(json.dumps(self.spec, sort_keys=True), night)


@cache
def theme(*, night: bool = False) -> Mapping[str, Any]:
    """The one theme of all charts, as a Vega-Lite configuration."""
    colour = _NIGHT if night else _DAY
    return {
        "background": colour["paper"],
        "font": FACE,
        "padding": 12,
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "ticks": False,
            "labelColor": colour["ink"],
            "titleColor": colour["muted"],
            "gridColor": colour["hairline"],
            "labelFontSize": 13,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": 460,
            "labelPadding": 8,
        },
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "color": colour["ink"],
            "subtitleColor": colour["muted"],
            "fontSize": 16,
            "fontWeight": 650,
            "subtitleFontSize": 12,
            "subtitlePadding": 6,
            "offset": 16,
        },
        "header": {
            "labelColor": colour["muted"],
            "labelFontSize": 12,
            "labelFontWeight": 650,
            "title": None,
            "labelAnchor": "start",
            "labelOrient": "top",
        },
        "point": {"filled": True, "opacity": 1, "size": 90, "color": colour["accent"]},
        "rule": {"color": colour["accent"], "strokeWidth": 1.5},
        "rect": {"color": colour["hairline"]},
        "text": {"color": colour["ink"], "fontSize": 12},
        "line": {"color": colour["accent"]},
    }


def common_chart(
    found: Analysis, *, most: bool, withheld: Withheld = frozenset(), note: str = "", say: Say = str
) -> Chart:
    """A dot for the share of each most (or least) common feature, by category; a line where it is not certain.

    note: a sentence for the end of the caption, such as that counts are inferred. say: puts sentences into the
    language of the reader.
    """
    shown = open_part(found, withheld)
    results = shown.most_common if most else shown.least_common
    order = {name: at for at, name in enumerate(dict.fromkeys(one.item.category for one in shown.results))}
    rows = [_dot(one, order, say) for one in results]
    title = say(_finding(shown, results, most=most))
    caption = f"{_common_caption(found, say)} {say(note)}".strip()
    shape = {
        "y": {"field": "label", "type": "nominal", "title": None, "sort": {"field": "rank"}},
    }
    percent = {"type": "quantitative", "scale": {"domain": [0, 100]}, "axis": _percent_axis(say)}
    layers: list[Spec] = [
        {"mark": {"type": "rule"}, "encoding": {"x": {"field": "low", **percent}, "x2": {"field": "high"}}},
        {"mark": {"type": "point"}, "encoding": {"x": {"field": "share", **percent}}},
        {
            "mark": {"type": "text", "align": "left", "dx": 9},
            "encoding": {"x": {"field": "high", **percent}, "text": {"field": "counts"}},
        },
    ]
    spec = {
        "$schema": _SCHEMA,
        "title": _titled(title, caption),
        "data": {"values": rows},
        "facet": {"row": {"field": "category", "type": "nominal", "sort": {"field": "place"}}},
        "spacing": 12,
        "resolve": {"scale": {"y": "independent"}},
        "spec": {"width": 360, "height": {"step": _ROW}, "encoding": shape, "layer": layers},
    }
    key = "most_common" if most else "least_common"
    table = common_table(found, most=most, withheld=withheld)
    return Chart(key, title, caption, spec, table)


def grid_chart(study: Study) -> Chart:
    """Yes/no items by respondents, a sign for each answer. Give it `study.open_to("public")` for others' eyes."""
    columns = study.columns("yes/no")
    if len(columns) * len(study.respondents) > _MOST_MARKS:
        raise BadSurveyError(
            f"{len(columns)} items by {len(study.respondents)} respondents are too many for a picture.",
            hint="Choose fewer items or respondents; the table has them all.",
        )
    rows = [
        {
            "label": study.items[column].label,
            "who": one.label,
            "sign": SIGNS[(state := STATES[study.states[row, column]])],
            "state": state,
            "across": row,
            "down": at,
        }
        for at, column in enumerate(columns)
        for row, one in enumerate(study.respondents)
    ]
    yes = sum(row["state"] == "yes" for row in rows)
    said = f"{yes} of {len(rows)} answers are yes"
    signs = ", ".join(f"{sign} {state}" for state, sign in SIGNS.items())
    caption = f"{_source(study.title, study.fielded)} {signs}."
    encoding = {
        "x": {
            "field": "who",
            "type": "nominal",
            "title": None,
            "sort": {"field": "across"},
            "axis": {"orient": "top", "labelAngle": -60, "grid": False},
        },
        "y": {"field": "label", "type": "nominal", "title": None, "sort": {"field": "down"}},
    }
    spec = {
        "$schema": _SCHEMA,
        "title": _titled(said, caption),
        "data": {"values": rows},
        "width": {"step": 28},
        "height": {"step": _ROW},
        "encoding": encoding,
        "layer": [
            {"transform": [{"filter": "datum.state == 'yes'"}], "mark": {"type": "rect"}},
            {"mark": {"type": "text", "fontSize": 14}, "encoding": {"text": {"field": "sign"}}},
        ],
    }
    return Chart("grid", said, caption, spec, grid_table(study))


def dendrogram(found: Similarity, measure: Measure, say: Say = str) -> Chart | None:
    """The tree of a measure, lying: distance from right to left, stability at each join. None without a tree."""
    tree = found.trees[measure]
    if tree is None:
        return None
    at = {leaf: float(place) for place, leaf in enumerate(tree.order)}
    lines, joins = _segments(tree, at)
    leaves = [{"x": 0, "y": place, "text": found.respondents[leaf].label} for leaf, place in at.items()]
    first = tree.branches[0]
    closest = f" {say(sentence('and'))} ".join(
        found.respondents[leaf].label for leaf in sorted(first.members)
    )
    by = MEASURES[measure]
    said = say(sentence("Most alike by %(measure)s: %(closest)s", measure=by, closest=closest))
    caption = _tree_caption(found, tree, say)
    spec = {
        "$schema": _SCHEMA,
        "title": _titled(said, caption),
        "width": 360,
        "height": max(60, _ROW * len(at)),
        "layer": _tree_layers(tree, lines, leaves, joins, say(sentence("Distance"))),
    }
    return Chart(f"dendrogram_{measure}", said, caption, spec, branches_table(found, measure))


def _tree_caption(found: Similarity, tree: Tree, say: Say) -> str:
    of = {"n": len(found.respondents), "items": len(found.items)}
    words = [say(sentence("%(n)s initiatives, %(items)s features, average linkage.", **of))]
    if tree.cophenetic is not None:
        words.append(say(sentence("Cophenetic correlation %(r)s.", r=f"{tree.cophenetic:.2f}")))
    if found.resamples:
        words.append(say(sentence("At each join: its share of %(n)s resampled trees.", n=found.resamples)))
    return " ".join(words)


def _tree_layers(
    tree: Tree, lines: list[Spec], leaves: list[Spec], joins: list[Spec], distance: str
) -> list[Spec]:
    highest = max(tree.branches[-1].height, 1e-9)
    down = {"domain": [-0.6, len(leaves) - 0.4], "reverse": True, "nice": False}
    place = {
        "x": {
            "field": "x",
            "type": "quantitative",
            "scale": {"domain": [highest * 1.05, 0]},
            "title": distance,
        },
        "y": {"field": "y", "type": "quantitative", "axis": None, "scale": down},
    }
    text = {**place, "text": {"field": "text"}}
    label = {"type": "text", "align": "left", "dx": 8, "fontSize": 13, "clip": False}
    share = {"type": "text", "align": "right", "dx": -4, "dy": -6, "fontSize": 11}
    return [
        {
            "data": {"values": lines},
            "mark": {"type": "rule", "strokeCap": "square"},
            "encoding": {**place, "x2": {"field": "x2"}, "y2": {"field": "y2"}},
        },
        {"data": {"values": leaves}, "mark": label, "encoding": text},
        {"data": {"values": joins}, "mark": share, "encoding": text},
    ]


@cache
def _svg(spec: str, night: bool) -> str:
    import vl_convert

    return str(
        vl_convert.vegalite_to_svg(json.loads(spec), config=dict(theme(night=night)), allowed_base_urls=[])
    )


def _dot(one: YesNo, order: Mapping[str, int], say: Say) -> Spec:
    share = float(one.share or 0) * 100
    uncertain = one.bounds is not None and not one.certain
    low = float(one.bounds.low) * 100 if uncertain and one.bounds else share
    high = float(one.bounds.high) * 100 if uncertain and one.bounds else share
    counts = say(sentence("%(some)s of %(all)s", some=one.counts.yes, all=one.counts.base))
    if uncertain:
        counts = f"{counts}, {say(sentence('band not certain'))}"
    return {
        "label": one.item.label,
        "category": one.item.category or say(sentence("Features")),
        "place": order[one.item.category],
        "rank": -share,
        "share": share,
        "low": low,
        "high": high,
        "counts": counts,
    }


def _percent_axis(say: Say) -> Spec:
    return {"title": say(sentence("Share of initiatives, %%")), "values": [0, 25, 50, 75, 100]}


def _finding(found: Analysis, results: Sequence[YesNo], *, most: bool) -> Sentence:
    total = len(found.results)
    limit = found.limits.most if most else found.limits.least
    put = {"n": len(results), "total": total, "part": limit.numerator, "whole": limit.denominator}
    if most:
        said = sentence(
            "%(n)s of %(total)s features are in at least %(part)s of %(whole)s initiatives", **put
        )
        every = sum(one.share == 1 for one in results)
        rest = sentence("%(n)s in all of them", n=every) if every else None
    else:
        said = sentence("%(n)s of %(total)s features are in at most %(part)s of %(whole)s initiatives", **put)
        none = sum(one.share == 0 for one in results)
        rest = sentence("%(n)s in none of them", n=none) if none else None
    return sentence("%(said)s; %(rest)s", said=said, rest=rest) if rest else said


def _common_caption(found: Analysis, say: Say) -> str:
    bases = {one.counts.base for one in found.results}
    few, many = min(bases, default=0), max(bases, default=0)
    base = sentence("%(low)s to %(high)s", low=few, high=many) if few < many else f"{many}"
    of = sentence(
        "Base: %(base)s who said yes or no, of %(responded)s who answered and %(invited)s who were invited.",
        base=base,
        responded=found.responded,
        invited=found.invited,
    )
    return f"{say(_source(found.title, found.fielded))} {say(of)}"


def _source(title: str, fielded: str) -> Sentence:
    name = ", ".join(filter(None, (title or "survey", fielded)))
    return sentence("Source: %(name)s.", name=name)


def _titled(title: str, caption: str) -> Spec:
    return {"text": _lines(title, 64), "subtitle": _lines(caption, 90)}


def _lines(text: str, wide: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= wide:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _segments(tree: Tree, at: Mapping[int, float]) -> tuple[list[Spec], list[Spec]]:
    """The lines of a tree and what stands at its joins."""
    places: dict[frozenset[int], tuple[float, float]] = {
        frozenset({leaf}): (0.0, y) for leaf, y in at.items()
    }
    lines, joins = [], []
    for branch in tree.branches:
        (one_x, one_y), (other_x, other_y) = places[branch.left], places[branch.right]
        here = branch.height
        lines += [
            {"x": one_x, "x2": here, "y": one_y, "y2": one_y},
            {"x": other_x, "x2": here, "y": other_y, "y2": other_y},
            {"x": here, "x2": here, "y": one_y, "y2": other_y},
        ]
        places[branch.members] = here, (one_y + other_y) / 2
        joins += _join(branch, here, (one_y + other_y) / 2, whole=len(branch.members) == len(at))
    return lines, joins


def _join(branch: Branch, x: float, y: float, *, whole: bool) -> list[Spec]:
    # That all are together at the end is so in every tree.
    if branch.stability is None or whole:
        return []
    return [{"x": x, "y": y, "text": f"{100 * branch.stability:.0f}%"}]
