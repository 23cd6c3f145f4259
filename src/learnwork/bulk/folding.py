"""Names made comparable in SQL, alike on every engine: lower case, without accents, letters and digits only."""

from __future__ import annotations

from learnwork.bulk.engines import Dialect

# Spelled out, because each engine's own function knows other letters. Both lists are read position by position.
ACCENTED = "àáâãäåāçćčèéêëēęìíîïīñńòóôõöøōùúûüūýÿžźżšśłđğ"
PLAIN = "aaaaaaaccceeeeeeiiiiinnooooooouuuuuyyzzzssldg"


def folded(expression: str, dialect: Dialect) -> str:
    """SQL for the folded form of a text; nothing (NULL) becomes the empty text."""
    plain = f"translate(lower(coalesce({expression}, '')), '{ACCENTED}', '{PLAIN}')"
    return f"trim({dialect.letters.format(plain)})"
