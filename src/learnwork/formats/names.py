"""Names of organizations in the one form by which two sources can be compared."""

from __future__ import annotations

import re
import unicodedata

_OTHER = re.compile(r"[^0-9a-z]+")


def normalised_name(text: str) -> str:
    """Lower case without accents, letters and digits with single spaces: "St. Mary’s – Café" is "st mary s cafe".

    Letters of other scripts are kept as they are.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    if plain.isascii():
        return _OTHER.sub(" ", plain).strip()
    kept = (c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())
