"""What templates of frameworks say of statements, ways and kinds of change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from learnwork.competencies.frameworks import Item
from learnwork.competencies.uses import Uses

register = template.Library()
_LONGEST = 400  # characters of a statement in a list; its own page has all of it
_KINDS = (
    gettext_noop("added"),
    gettext_noop("removed"),
    gettext_noop("reworded"),
    gettext_noop("moved"),
    gettext_noop("reordered"),
    gettext_noop("otherwise changed"),
    gettext_noop("identified anew"),
    gettext_noop("unchanged"),
    gettext_noop("code"),
    gettext_noop("label"),
    gettext_noop("kind"),
    gettext_noop("level"),
    gettext_noop("language"),
    gettext_noop("notes"),
)


@register.filter
def shown(item: Item) -> str:
    """The statement, cut where it is very long; its label or code where it has none."""
    name = item.text or item.label or item.code
    return Truncator(name).chars(_LONGEST) if name else _("(its name is not known)")


@register.filter
def way(names: Sequence[str]) -> str:
    """Where something stands, from the top."""
    return " › ".join(Truncator(name).chars(80) for name in names) if names else _("the top")


@register.filter
def kind(name: str) -> str:
    """What kind of change or field it is, in the reader's language."""
    return _(name) if name in _KINDS else name


@register.filter
def of(found: Mapping[str, Uses], ctid: str) -> Uses | None:
    return found.get(ctid)
