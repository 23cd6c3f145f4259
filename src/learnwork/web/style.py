"""What `/about/style` shows: every component with made values, by the same templates as the pages themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

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
    listed, reported = _source("list", _("A state's list")), _source("report", _("A federal report"))

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
                said("Welding", listed, True, _("trusted more")),
                said("Welding for beginners", reported, False, _("trusted less")),
            )
        ),
        (
            (
                _("a figure with its base"),
                FigureText(f"$6,821 {_('a quarter')}", _("of %(all)s") % {"all": 31}),
            ),
            (
                _("a percentage with k of n"),
                FigureText("77.5%", _("%(some)s of %(all)s") % {"some": 31, "all": 40}),
            ),
            (
                _("with precision"),
                FigureText(f"$59,440 {_('a year')}", "", _("± %(share)s%% standard error") % {"share": 1.8}),
            ),
            (_("suppressed"), FigureText(_("withheld (small group)"), missing=True)),
            (_("not known"), FigureText(_("not known"), missing=True)),
            (_("none"), FigureText(_("none"), missing=True)),
            (_("not applicable"), FigureText(_("n/a"), missing=True)),
        ),
        tuple(
            (shade, _("%(low)s to %(high)s") % {"low": low, "high": high})
            for shade, low, high in ((1, 1, 12), (2, 13, 40), (3, 41, 90), (4, 91, 300), (5, 301, 987))
        ),
    )


def _source(key: str, name: str) -> SourceRef:
    url = "https://example.org/"
    return SourceRef(key, name, name, "CC0-1.0", url, "2024", date(2024, 7, 1), "row 12")
