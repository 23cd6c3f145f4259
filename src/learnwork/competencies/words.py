"""What the four columns are called on pages, and what they ask."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_NAMES = {
    "knowledge": _("Knowledge"),
    "specialized": _("Specialized skills"),
    "personal": _("Personal skills"),
    "social": _("Social skills"),
}
_ASKS = {
    "knowledge": _("What somebody knows: how deep, how broad, how complex the field"),
    "specialized": _(
        "What somebody can do that is particular to the work: methods, problems, judging results"
    ),
    "personal": _("How far somebody works alone: responsibility, reflection, own goals"),
    "social": _("How somebody works with others: communicating, leading, developing others"),
}


def names() -> dict[str, str]:
    """What each column is called, in the reader's language."""
    return {column: str(name) for column, name in _NAMES.items()}


def asks() -> dict[str, str]:
    """What each column asks, in the reader's language."""
    return {column: str(ask) for column, ask in _ASKS.items()}
