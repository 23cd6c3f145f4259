"""The picture of a badge, drawn from what the record says, so that every record can be baked into one.

Nothing is fetched and nothing of the recipient is drawn: a picture is shown to everybody, a record is not.
"""

from __future__ import annotations

from math import cos, pi, sin
from textwrap import wrap
from xml.sax.saxutils import escape

_SIZE = 480  # of a side, in the units of the drawing
_PIXELS = 960  # of a side of the PNG
_PAPER, _INK, _DEEP = "#faf7f0", "#1d1c19", "#0b5563"  # paper, ink and link of learnwork.css
_LINE = 16  # letters of a line of the title
_LINES = 4
_ISSUER = 34  # letters of the line that names the issuer
_NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def svg(title: str, issuer: str) -> bytes:
    """A square badge: the title on a disc, the issuer below it."""
    lines = _wrapped(title, _LINE, _LINES)
    size = 36 if len(lines) < 3 else 32
    top = 228 - (len(lines) - 1) * size * 0.62
    drawn = [
        f'<text x="240" y="{top + number * size * 1.24:.0f}" font-size="{size}" font-weight="700" fill="{_PAPER}">'
        f"{escape(line)}</text>"
        for number, line in enumerate(lines)
    ]
    by = _wrapped(issuer, _ISSUER, 1)
    below = f'<text x="240" y="459" font-size="22" fill="{_INK}">{escape(by[0])}</text>' if by else ""
    points = " ".join(_star(240, 216, 206, 190, 28))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_SIZE}" height="{_SIZE}" viewBox="0 0 {_SIZE} {_SIZE}" '
        f'font-family="Liberation Sans, Arial, sans-serif" text-anchor="middle" role="img">'
        f"<title>{escape(_plain(title))}</title>"
        f'<rect width="{_SIZE}" height="{_SIZE}" rx="24" fill="{_PAPER}"/>'
        f'<polygon points="{points}" fill="{_DEEP}"/>'
        f'<circle cx="240" cy="216" r="177" fill="none" stroke="{_PAPER}" stroke-width="3"/>'
        f"{''.join(drawn)}{below}</svg>"
    ).encode()


def png(title: str, issuer: str) -> bytes:
    """The same badge in pixels."""
    import vl_convert  # takes a while to import, for this alone

    return bytes(vl_convert.svg_to_png(svg(title, issuer).decode(), scale=_PIXELS / _SIZE))


def _plain(text: str) -> str:
    return " ".join(text.translate(_NOT_IN_XML).split())


def _wrapped(text: str, width: int, most: int) -> list[str]:
    return wrap(_plain(text), width, max_lines=most, placeholder="…")


def _star(x: float, y: float, outer: float, inner: float, teeth: int) -> list[str]:
    """The corners of a rosette with that many teeth."""
    found = []
    for step in range(teeth * 2):
        radius, turn = (outer, inner)[step % 2], pi * step / teeth
        found.append(f"{x + radius * sin(turn):.1f},{y - radius * cos(turn):.1f}")
    return found
