"""What templates of alignments say of relations, states, reasons and confidence."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from learnwork.competencies import alignment_words

register = template.Library()
register.filter("relation_name", alignment_words.relation)
register.filter("state_name", alignment_words.state)
register.filter("rank_name", alignment_words.rank)
register.filter("reason_name", alignment_words.reason)


@register.filter
def certainty(value: float | None) -> str:
    """A confidence as a figure of two places; that nobody said one, in words."""
    return _("not said") if value is None else f"{value:.2f}"
