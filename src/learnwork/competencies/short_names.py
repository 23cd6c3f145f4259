"""What competencies are called for short in texts: `Microsoft Excel` is Excel, `Structured query language SQL` is SQL.

A short name may be a word of every text (*Word*, *Access*, *basic*). So a product goes without its maker only where its
name is no word that others have in small letters, and a short name counts only where it is spelt as a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

FEWEST_PRODUCTS = 15
"""Names that begin with one word before it is taken for a maker."""
_SMALL = re.compile(r"(?<!\w)[a-z]+(?!\w)")
_BEGINS = re.compile(r"(?:^|[.!?\n\r•*-])\s*$")


def short_names(names: Sequence[str], words: Iterable[str] = ()) -> list[tuple[str, ...]]:
    """Of each name the shorter ones it has. words: other texts whose words in small letters are no names."""
    makers = Counter(parts[0] for name in names if len(parts := name.split()) > 1)
    small = {word for text in (*names, *words) for word in _SMALL.findall(text)}
    small |= {name.lower() for name in names}
    return [tuple(dict.fromkeys((*short(name), *_product(name.split(), makers, small)))) for name in names]


def short(name: str) -> tuple[str, ...]:
    """Its initials where it spells them out, and a product without its maker where it has a capital inside.

    `Structured query language SQL` is also SQL, `Autodesk AutoCAD` is also AutoCAD.
    """
    parts = name.split()
    found = [
        part
        for at, part in enumerate(parts)
        if len(part) > 2 and part.isupper() and part == "".join(one[0] for one in parts[:at]).upper()
    ]
    if len(parts) == 2 and any(one.isupper() for one in parts[1][1:]) and not parts[1].isupper():
        found.append(parts[1])
    return tuple(found)


def _product(parts: Sequence[str], makers: Counter[str], small: set[str]) -> tuple[str, ...]:
    """The product of a maker of many, or what is called `SAP software`."""
    if len(parts) != 2 or makers[parts[0]] < FEWEST_PRODUCTS:
        return ()
    maker, product = parts
    if product == "software":
        return (maker,) if maker.isupper() and len(maker) > 2 else ()
    named = product[:1].isupper() and product.isalpha() and len(product) > 2
    return (product,) if named and product.lower() not in small else ()


def spelt(text: str, start: int, end: int) -> bool:
    """Whether characters [start, end) are spelt as a name: with a capital that is not only the first of a sentence.

    In a text without any capital everything may be a name.
    """
    words = text[start:end]
    if words.islower():
        return text.islower()
    return any(one.isupper() for one in words[1:]) or _BEGINS.search(text[max(0, start - 20) : start]) is None
