"""The page of a competency: what is wider and narrower, where it is taught and tested, which work asks for it."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext as _

from learnwork.layout.presentation import format_measured
from learnwork.registry import demand, queries
from learnwork.vocabulary.measures import by_key
from learnwork.web import figures as measured_in
from learnwork.web import related
from learnwork.web.figures import Grid, GridRow
from learnwork.web.gathered import Gathered
from learnwork.web.parts import Glance, Measured, Part, facts, part

_WIDER = (
    "ceasn:isPartOf",
    "ceasn:isTopChildOf",
    "ceasn:isChildOf",
    "ceasn:hasChild",
    "ceasn:broadAlignment",
    "ceasn:narrowAlignment",
    "ceasn:exactAlignment",
    "ceasn:majorAlignment",
    "ceasn:minorAlignment",
    "ceasn:alignTo",
)
_NARROWER = ("ceasn:isChildOf",)
_TAUGHT = ("ceterms:teaches", "ceterms:teaches/ceterms:targetNode", "ceterms:targetCompetency")
_TESTED = ("ceterms:assesses", "ceterms:assesses/ceterms:targetNode")
_NEEDED = (
    "ceterms:requires/ceterms:targetCompetency",
    "ceterms:requires/ceterms:targetCompetency/ceterms:targetNode",
    "ceasn:knowledgeEmbodied",
    "ceasn:skillEmbodied",
    "ceasn:abilityEmbodied",
)
# What lists it as one of its own is told by where it stands in its framework.
_LISTED = ("ceasn:hasChild", "ceasn:hasTopChild")
TOLD = frozenset((*_NARROWER, *_TAUGHT, *_TESTED, *_NEEDED, *_LISTED))
MOST = 30


def page(about: Gathered) -> tuple[list[Glance], list[Part]]:
    """What stands on top, and the questions."""
    take = about.answers.take
    tables = tuple(measured_in.tables(about.figures, about.notes))
    asked = _asked(about)
    return [], [
        *part("taught", _("Where is it taught?"), related.listing(about, _("Programs"), _TAUGHT)),
        *part("tested", _("Where is it tested?"), related.listing(about, _("Tests"), _TESTED)),
        *part(
            "needed",
            _("Which work asks for it?"),
            related.listing(about, _("Named as required"), _NEEDED),
            Measured((asked,)) if asked else None,
        ),
        *part(
            "near",
            _("What is wider and narrower?"),
            facts(take(*_WIDER)),
            related.listing(about, _("Narrower ones"), _NARROWER),
        ),
        *part("measured", _("What is measured?"), Measured(tables) if tables else None),
    ]


def _asked(about: Gathered) -> Grid | None:
    """The occupations that rate it highest, as their source rates them; remembered until something changes."""
    key = f"asked:{about.view.id}:{queries.last_change()}"
    rated = cache.get(key)
    if rated is None:
        rated = demand.most_asking(about.view.ids, MOST)
        cache.set(key, rated, timeout=86_400)
    if not rated:
        return None
    columns = (_("Importance (1 to 5)"), _("Level (0 to 7)"))
    measures = by_key["onet.importance"], by_key["onet.level"]
    rows = tuple(
        GridRow(
            one.name,
            f"/resources/{one.ctid}",
            tuple(
                (
                    column,
                    format_measured(measure, value, "reported" if value is not None else "not known", None),
                )
                for column, measure, value in zip(columns, measures, (one.importance, one.level), strict=True)
            ),
        )
        for one in rated
    )
    heading = _("Occupations that rate it highest")
    chip = about.notes.chip((one.source for one in rated), "onet.importance")
    help_ = tuple(_(measure.help) for measure in measures)
    return Grid("asked", heading, heading, _("Occupation"), columns, rows, chip, help_)
