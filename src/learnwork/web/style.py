"""What `/about/style` shows: every component with made values, by the same templates as the pages themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learnwork.layout.presentation import FigureText
from learnwork.layout.values import Shown, Text
from learnwork.registry.views import SourceRef
from learnwork.web.claims import Chip, Conflict, Notes, Said

COLOURS = (
    *(("paper", "paper"), ("sheet", "sheet"), ("ink", "ink"), ("muted", "muted-colour")),
    *(("hairline", "hairline"), ("edge", "edge"), ("link", "link"), ("mark", "mark-colour")),
    *(("amber", "amber"), ("amber-wash", "amber-wash"), ("red", "red")),
    *((f"shade-{n}", f"shade-{n}") for n in range(6)),
)
SIZES = (
    *(("title", "title"), ("h1", "h1"), ("h2", "h2"), ("h3", "h3")),
    *(("text", ""), ("table", "table-size"), ("small", "small")),
)


@dataclass(frozen=True, slots=True)
class StylePage:
    """See web/style.html. figures: (what it shows, the figure)."""

    colours: tuple[tuple[str, str], ...]
    sizes: tuple[tuple[str, str], ...]
    chip: Chip
    chips: Chip
    conflict: Conflict
    figures: tuple[tuple[str, FigureText], ...]
    scale: tuple[tuple[int, str], ...]


def style_page() -> StylePage:
    notes = Notes()
    listed, reported = _source("list", "A state's list"), _source("report", "A federal report")

    def said(value: str, source: SourceRef, preferred: bool, reason: str) -> Said:
        values: tuple[Shown, ...] = (Text(value),)
        return Said(values, (notes.cite(source),), preferred, reason)

    return StylePage(
        COLOURS,
        SIZES,
        notes.chip([listed]),
        notes.chip([listed, reported]),
        Conflict(
            (
                said("Welding", listed, True, "trusted more"),
                said("Welding for beginners", reported, False, "trusted less"),
            )
        ),
        (
            ("a figure with its base", FigureText("$6,821 a quarter", "of 31")),
            ("a percentage with k of n", FigureText("77.5%", "31 of 40")),
            ("with precision", FigureText("$59,440 a year", "", "± 1.8% standard error")),
            ("suppressed", FigureText("withheld (small group)", missing=True)),
            ("not known", FigureText("not known", missing=True)),
            ("none", FigureText("none", missing=True)),
            ("not applicable", FigureText("n/a", missing=True)),
        ),
        ((1, "1 to 12"), (2, "13 to 40"), (3, "41 to 90"), (4, "91 to 300"), (5, "301 to 987")),
    )


def _source(key: str, name: str) -> SourceRef:
    url = "https://example.org/"
    return SourceRef(key, name, name, "CC0-1.0", url, "2024", date(2024, 7, 1), "row 12")
