"""What the checks of a document can find: one table of codes, with severity, meaning and mend.

"error" means that the document should not be loaded; "warning" that it was kept and something in it will not be
understood; "advice" that it goes beyond what the vocabulary foresees. docs/reference/checks.md lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass

from learnwork.vocabulary.errors import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One code. meaning: what is wrong, in general. mend: what to do, where the finding itself has no better hint."""

    code: str
    severity: Severity
    meaning: str
    mend: str


_TABLE: tuple[tuple[str, Severity, str, str], ...] = (
    (
        "document-shape",
        "error",
        "The document is not a JSON object, a list of objects, or an object whose @graph is a list of objects.",
        "Send one object, or a list of them.",
    ),
    (
        "document-deep",
        "error",
        "Objects and lists lie inside each other deeper than the bound.",
        "Give nested things an identifier of their own and refer to them.",
    ),
    (
        "document-large",
        "error",
        "The document holds more values, or a longer text, than the bound.",
        "Split it into one document for each thing.",
    ),
    (
        "findings-cut",
        "warning",
        "There are more findings than are listed; the rest of the document was not checked.",
        "Mend the ones listed, then check again.",
    ),
    (
        "ctid-missing",
        "warning",
        "A thing of a class that has CTIDs stands at the top of a document without one.",
        "Give it a ceterms:ctid: “ce-” and a random UUID in small letters.",
    ),
    (
        "ctid-malformed",
        "error",
        "A CTID is not “ce-” and a UUID.",
        "Write “ce-” and a UUID in small letters, 39 characters together.",
    ),
    (
        "ctid-case",
        "warning",
        "A CTID is written with capitals.",
        "Write it in small letters; it is read as if it were.",
    ),
    (
        "ctid-version",
        "warning",
        "A published CTID is not a UUID of version 4.",
        "Take a random UUID for new things; keep this one if others use it already.",
    ),
    (
        "ctid-not-in-id",
        "warning",
        "The @id of a thing carries another CTID than its ceterms:ctid.",
        "Make the @id end with the CTID of the thing.",
    ),
    (
        "ctid-twice",
        "warning",
        "Two things of one document have the same CTID.",
        "Give each its own, or say everything about the thing in one place.",
    ),
    (
        "type-missing",
        "warning",
        "A thing at the top of a document has no @type.",
        "Say what it is, as @type.",
    ),
    (
        "type-unknown",
        "warning",
        "A class is not in the vocabulary. It is kept as it is.",
        "Check the spelling, or declare a resource type for it.",
    ),
    (
        "property-unknown",
        "warning",
        "A property is not in the vocabulary. It is kept as it is.",
        "Check the spelling and the prefix.",
    ),
    (
        "domain-unexpected",
        "advice",
        "The vocabulary does not foresee this property on this class.",
        "Use it where it belongs, if that says the same.",
    ),
    (
        "range-unexpected",
        "advice",
        "The vocabulary foresees values of another kind for this property.",
        "Use a value of a kind that the property names.",
    ),
    ("value-empty", "advice", "A property has the value null.", "Leave the property out."),
    (
        "list-in-list",
        "warning",
        "A list lies directly in a list. JSON-LD reads both as one.",
        "Write the values in one list.",
    ),
    (
        "text-bad",
        "warning",
        "A value that should be a text is something else.",
        "Write it in quotes.",
    ),
    (
        "language-map-missing",
        "warning",
        "A bare text stands where texts by language belong. It is read as English.",
        'Write {"en": "…"}.',
    ),
    (
        "language-tag-bad",
        "warning",
        "A language is not written as a BCP 47 tag.",
        "Write a tag such as en, en-US or es.",
    ),
    (
        "language-value-bad",
        "warning",
        "What stands under a language is not a text or a list of texts.",
        "Write one text, or a list of texts, under each language.",
    ),
    (
        "date-bad",
        "error",
        "A date is not one that the calendar has.",
        "Write YYYY-MM-DD, or leave the property out.",
    ),
    (
        "date-partial",
        "advice",
        "A date names a year or a month only.",
        "Write the day as well, where it is known.",
    ),
    (
        "duration-bad",
        "warning",
        "A duration is not written as ISO 8601 says.",
        "Write P2Y for two years, P6M for six months, PT40H for forty hours.",
    ),
    (
        "number-bad",
        "warning",
        "A number is not written as a number.",
        "Write digits without quotes or separators.",
    ),
    (
        "number-negative",
        "error",
        "An amount that cannot be below zero is.",
        "Check the source; leave it out if not known.",
    ),
    (
        "boolean-bad",
        "warning",
        "A yes or no is not written as true or false.",
        "Write true or false without quotes.",
    ),
    (
        "uri-unsafe",
        "error",
        "An address would run a program or open a file in a reader’s browser.",
        "Write an https address.",
    ),
    (
        "uri-bad",
        "warning",
        "An address is not one that can be followed.",
        "Write the whole address, beginning with https://.",
    ),
    (
        "concept-unknown",
        "warning",
        "A concept is not in the scheme that its prefix names.",
        "Choose a concept of the scheme.",
    ),
    (
        "concept-elsewhere",
        "warning",
        "A concept belongs to another scheme than the property’s.",
        "Choose a concept of the property’s scheme.",
    ),
    (
        "reference-dangling",
        "error",
        "A blank node is referred to and nowhere described. Blank nodes mean nothing outside their document.",
        "Describe it in the same document, or refer to a CTID or an address.",
    ),
    (
        "framework-elsewhere",
        "warning",
        "A competency says that it is part of another framework than the one it is published with.",
        "Write the identifier of the framework in this document.",
    ),
    (
        "inverse-mismatch",
        "warning",
        "Two things of one document contradict each other about how they belong together.",
        "Say the same from both ends, or from one end only.",
    ),
)

FINDINGS: dict[str, Finding] = {row[0]: Finding(*row) for row in _TABLE}
