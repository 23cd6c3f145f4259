"""The passages of a job description that ask for something, apart from what it says of pay, of benefits and of itself.

A section ends where another heading stands. What is left out are sections whose heading announces an offer or the
employer, and sentences of a kind that every advertisement carries. Only English ones are known. Everything else is
read: a passage that is wrongly left out would hide what is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST_HEADING = 60
_LINES = re.compile(r"[^\r\n]+")
_SENTENCES = re.compile(r"[^.!?]+(?:[.!?](?=\S)[^.!?]*)*[.!?]*\s*")
_HEADING = re.compile(r"[\w&’'/ ,-]{2,60}:?\s*")
_OFFER = re.compile(
    r"(?:(?:our|the|company|employee|additional|key) )*"
    r"(?:benefits|perks|compensation|(?:pay|salary)(?: range)?|(?:what )?we offer|what you(?:['’]ll| will)? get|"
    r"why (?:join|work (?:for|with|at)) .*|about (?:us|the company)|who we are|company overview|"
    r"our (?:story|history|culture|mission|values)|equal (?:employment )?opportunity.*|eeo statement|"
    r"(?:how )?to apply)",
    re.IGNORECASE,
)
_EVERYWHERE = re.compile(
    r"\b(?:equal[- ](?:employment[- ])?opportunity (?:employer|workplace)|affirmative action employer|"
    r"(?:without regard to|regardless of) (?:race|colou?r|religion|age|sex|gender|national origin)|"
    r"protected veteran|sexual orientation|drug[- ]free workplace|founded in \d{4})\b",
    re.IGNORECASE,
)
_OFFERING = re.compile(
    r"\b(?:we (?:also )?(?:offer|provide)|you(?:['’]ll| will)? (?:also )?(?:receive|enjoy|get|be eligible)|"
    r"eligible for|benefits include|our (?:benefits|employees|team members) (?:\w+ )?(?:include|receive|enjoy|get))\b",
    re.IGNORECASE,
)
_BENEFIT = re.compile(
    r"\b(?:insurance|401\(?k|paid (?:time off|holidays|vacation)|parental leave|tuition|retirement plan|bonus|perks|"
    r"benefits)\b",
    re.IGNORECASE,
)


def asking(text: str) -> Iterator[tuple[int, str]]:
    """(where it begins, its characters) of every passage that may ask for something, in their order."""
    offered = False
    for line in _LINES.finditer(text):
        bare = line.group().strip(" \t*#•-–:")
        if _OFFER.fullmatch(bare):
            offered = True
        elif offered and _heading(line.group()):
            offered = False
        if not offered:
            yield from _sentences(line.group(), line.start())


def _heading(line: str) -> bool:
    """A short line of a few words that no sign of a sentence or a list ends."""
    bare = line.strip(" \t*#")
    return (
        len(bare) <= _LONGEST_HEADING
        and len(bare.split()) <= 6
        and _HEADING.fullmatch(bare) is not None
        and bare[:1].isupper()
    )


def _sentences(line: str, start: int) -> Iterator[tuple[int, str]]:
    if not _left_out(line):
        yield start, line
        return
    for one in _SENTENCES.finditer(line):
        if not _left_out(one.group()):
            yield start + one.start(), one.group()


def _left_out(sentence: str) -> bool:
    """It says what every advertisement says, or promises a benefit."""
    return bool(_EVERYWHERE.search(sentence) or (_OFFERING.search(sentence) and _BENEFIT.search(sentence)))
