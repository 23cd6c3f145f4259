"""Pictures of a layer as SVG: every node a link that tells its story, every name where `labelling` put it.

Text and circles keep their size when a reader zooms (`coordination.js` sets `--k`); which names are then seen was
decided here, by the classes at-1 to at-8. Nothing is styled inline: colours come from coordination.css.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learnwork.landscape.grouping import MOST_ARCS, Group, Groups
from learnwork.landscape.labelling import LINE, Name
from learnwork.landscape.network import Dot, Picture, neighbours
from learnwork.layout.presentation import number
from learnwork.vocabulary.ctid import is_ctid

Link = Callable[[str], str]
_ROW, _WIDEST = 46, 11.0


def anchor(key: str) -> str:
    """A short name of an entry or of what is shared, for fragments: stable, and of letters, digits and dashes."""
    return key[3:16] if is_ctid(key) else blake2b(key.encode(), digest_size=6).hexdigest()


def network(shown: Picture, link: Link, kind: str, label: str, picked: str = "") -> SafeString:
    """kind: "wide" or "tall". link: from a node to the address of its story. picked: node that is lit."""
    lit = neighbours(shown, picked) if picked else frozenset()
    held: dict[int, list[Name]] = {}
    for name in shown.names:
        held.setdefault(name.node, []).append(name)
    picking = " picking" if lit else ""
    parts = [
        f'<svg class="network {kind} zoom-1{picking}" viewBox="0 0 {shown.width:g} {shown.height:g}" '
        f'role="group" aria-label="{escape(label)}" data-network><g class="lines">'
    ]
    for line in shown.lines:
        a, b = shown.dots[line.first], shown.dots[line.second]
        names = "line beyond" if line.beyond else "line"
        names += " lit" if line.first in lit and line.second in lit else ""
        parts.append(
            f'<path class="{names}" d="M{a.x:g} {a.y:g}L{b.x:g} {b.y:g}" '
            f'data-a="{line.first}" data-b="{line.second}"/>'
        )
    parts.append('</g><g class="dots">')
    for at, dot in enumerate(shown.dots):
        parts.append(_dot(at, dot, held.get(at, []), link(dot.node), kind, at in lit, dot.node == picked))
    parts.append("</g></svg>")
    return mark_safe("".join(parts))  # noqa: S308 - every text and address was escaped above


def _dot(at: int, dot: Dot, names: list[Name], href: str, kind: str, lit: bool, picked: bool) -> str:
    css = "dot hub" if dot.hub else "dot entry"
    css += " ended" if dot.ended else ""
    css += " lit" if lit else ""
    css += " picked" if picked else ""
    mark = ("s" if dot.hub else "n") + ("" if kind == "wide" else "t")
    r = dot.radius
    shape = (
        f'<rect x="{-r:g}" y="{-r:g}" width="{2 * r:g}" height="{2 * r:g}"/>'
        if dot.hub
        else f'<circle r="{r:g}"/>'
    )
    texts = "".join(_text(name) for name in names)
    return (
        f'<a class="{css}" id="{mark}-{anchor(dot.key)}" href="{escape(href)}" data-n="{at}" rel="nofollow" '
        f'transform="translate({dot.x:g} {dot.y:g})"><title>{escape(_said(dot))}</title>'
        f'<g class="keep"><circle class="reach" r="12"/>{shape}{texts}</g></a>'
    )


def _text(name: Name) -> str:
    seen = " ".join(f"at-{zoom}" for zoom in name.zooms)
    lines = "".join(
        f'<tspan x="{name.dx:g}" dy="{LINE if at else 0:g}">{escape(line)}</tspan>'
        for at, line in enumerate(name.lines)
    )
    return (
        f'<text class="{seen}" y="{name.dy:g}" text-anchor="{name.anchor}" aria-hidden="true">{lines}</text>'
    )


def _said(dot: Dot) -> str:
    if dot.hub:
        words = ngettext("%(name)s: shared by %(n)s", "%(name)s: shared by %(n)s", dot.joins)
    else:
        words = ngettext("%(name)s: %(n)s line", "%(name)s: %(n)s lines", dot.joins)
    return words % {"name": dot.name, "n": number(dot.joins)}


def arcs(found: Groups, link: Link, kind: str, label: str) -> SafeString:
    """Groups below each other, arcs between them as thick as pairs are many. link: from a group to its entries."""
    reach, names_at = (300.0, 330.0) if kind == "wide" else (96.0, 112.0)
    width = 760 if kind == "wide" else 340
    height = _ROW * len(found.groups) + 12
    most = max((count for _a, _b, count in found.between), default=1)
    largest = max((group.entries for group in found.groups), default=1)
    parts = [
        f'<svg class="network groups {kind}" viewBox="0 0 {width} {height}" role="group" '
        f'aria-label="{escape(label)}" data-network><g class="lines">'
    ]
    for a, b, count in reversed(found.between[:MOST_ARCS]):
        top, low = _middle(a), _middle(b)
        bow = reach * min(1.0, 0.25 + 0.75 * (b - a) / max(len(found.groups) - 1, 1))
        names = escape(_across(found.groups[a], found.groups[b], count))
        parts.append(
            f'<path class="line" d="M{reach} {top:g}C{reach - bow:.0f} {top:g} {reach - bow:.0f} {low:g} '
            f'{reach} {low:g}" stroke-width="{1 + (_WIDEST - 1) * count / most:.1f}" data-a="{a}" data-b="{b}">'
            f"<title>{names}</title></path>"
        )
    parts.append('</g><g class="dots">')
    for at, group in enumerate(found.groups):
        parts.append(_group(at, group, link(group.key), kind, reach, names_at, largest))
    parts.append("</g></svg>")
    return mark_safe("".join(parts))  # noqa: S308 - every text and address was escaped above


def _middle(at: int) -> float:
    return 6 + _ROW * (at + 0.5)


def _group(at: int, group: Group, href: str, kind: str, reach: float, names_at: float, largest: int) -> str:
    radius = 4 + 9 * (group.entries / largest) ** 0.5
    name = group.name or _("in no building block")
    size = ngettext("%(n)s entry", "%(n)s entries", group.entries) % {"n": number(group.entries)}
    within = ngettext("%(n)s pair inside", "%(n)s pairs inside", group.within) % {"n": number(group.within)}
    mark = "g" if kind == "wide" else "h"
    return (
        f'<a class="dot entry" id="{mark}-{anchor(group.key)}" href="{escape(href)}" data-n="{at}" rel="nofollow" '
        f'transform="translate(0 {_middle(at):g})"><circle cx="{reach}" r="{radius:.1f}"/>'
        f'<text class="at-1 named" x="{names_at}" y="-3">{escape(name)}</text>'
        f'<text class="at-1 counted" x="{names_at}" y="14">{escape(size)}, {escape(within)}</text></a>'
    )


def _across(a: Group, b: Group, count: int) -> str:
    words = ngettext("%(a)s and %(b)s: %(n)s pair", "%(a)s and %(b)s: %(n)s pairs", count)
    return words % {"a": a.name, "b": b.name, "n": number(count)}
