"""What alignment reads of a thing: its label, other labels, longer text and code; and how text becomes words.

Words are folded to plain lower-case letters, common words are left out, and endings are cut so that *managers* and
*managing* meet. Cutting is deliberately coarse: it is used to find candidates, never to say that two things are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from learnwork.vocabulary.errors import TooLargeError

LONGEST = 8_000
"""Characters of one text that are read; a statement of 100,000 is a document, and what follows adds no certainty."""
LARGEST_LABELS = 2_000
_WORDS = re.compile(r"[a-z0-9]+(?:\+\+|#)?")
_SIGNS = re.compile(r"[^0-9A-Za-z]")
_COMMON = frozenset(
    _WORDS.findall(
        "a all an and any are as at be by etc for from general in including into is it its may nec not of on or other "
        "related such that the their them they this to use used using which who with"
    )
)
_ENDINGS = ("ing", "ed", "er", "or", "ist", "ian")


@dataclass(frozen=True, slots=True)
class Text:
    """One thing to align. `label` is empty where it is not known; `code` is its place in a classification.

    `group` names things that must not be told apart by what was learned of each other (a series, a unit group).
    """

    key: str
    label: str = ""
    alternates: tuple[str, ...] = ()
    long: str = ""
    code: str = ""
    group: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The label and every other label, each once; at least one, which may be empty."""
        return tuple(dict.fromkeys((self.label, *self.alternates[:LARGEST_LABELS])))

    @property
    def statement(self) -> str:
        """What it says in one text: its label, or the longer text where no label is known."""
        return self.label or self.long[:LONGEST]

    @property
    def described(self) -> str:
        """Label and longer text."""
        return f"{self.label}. {self.long[:LONGEST]}" if self.long else self.label

    @property
    def everything(self) -> str:
        """All labels and the longer text."""
        return " ".join((*self.labels, self.long[:LONGEST]))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A word without its plural and one ending, if enough of it remains."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            if word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def folded(text: str) -> str:
    """Lower case without accents; characters that have no plain form are left out."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()


def words(text: str) -> list[str]:
    """Stems in order, without common words."""
    return [stem(word) for word in _WORDS.findall(folded(text)) if word not in _COMMON]


def signs(code: str) -> str:
    """The letters and digits of a code: `11-1011.00` is `11101100`."""
    return _SIGNS.sub("", code)


def check_keys(texts: Sequence[Text], *, most: int, what: str) -> None:
    """Refuse more texts than one process should hold, and say what to do instead."""
    if len(texts) > most:
        raise TooLargeError(
            f"{len(texts):,} {what} are more than the {most:,} that are aligned in one process.",
            hint="Align them in parts.",
            most=most,
        )
