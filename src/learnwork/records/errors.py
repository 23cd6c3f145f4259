"""The errors of records: what is wrong with a record, its contexts, its proofs, or what they point at.

Every class has a code of its own, listed in docs/reference/errors.md. `data["place"]` is a JSON pointer where one
is known; the sentence names it too. Nothing here carries personal data beyond the name of a term.
"""

from __future__ import annotations

from learnwork.vocabulary.errors import LearnworkError


class RecordError(LearnworkError):
    """Something about a record that a person can act on."""

    code = "record"


# Reading text as JSON (parsing)


class NotJsonError(RecordError):
    """The text is not JSON (RFC 8259) in UTF-8, or holds NaN or Infinity."""

    code = "record-not-json"


class DuplicateKeyError(RecordError):
    """An object names a key twice, so that two readers may see two records."""

    code = "record-duplicate-key"


class LoneSurrogateError(RecordError):
    """Half a character: a surrogate without its partner has no UTF-8, hence no digest."""

    code = "record-surrogate"


class RecordTooLargeError(RecordError):
    """The text has more bytes than the bound."""

    code = "record-too-large"


class TooDeepError(RecordError):
    """Objects and lists are nested deeper than the bound."""

    code = "record-too-deep"


# Linked data (contexts, canonical)


class UnknownContextError(RecordError):
    """A context that is not pinned: its meaning could change, so nothing under it can be trusted."""

    code = "context-unknown"


class InlineContextError(RecordError):
    """A context written into the record: the issuer's own words, refused unless asked for, or misused."""

    code = "context-inline"


class ProtectedTermError(RecordError):
    """A context redefines a term that an earlier one protects (JSON-LD 1.1, 4.1.11)."""

    code = "term-protected"


class UndefinedTermError(RecordError):
    """A key or type without meaning in the contexts; a signature would not cover it."""

    code = "term-undefined"


class DisguisedTermError(RecordError):
    """A term that the contexts define is written as an IRI, or under another name, to hide it from readers of JSON."""

    code = "term-disguised"


class KeywordRefusedError(RecordError):
    """A keyword of JSON-LD that can hide facts from readers of JSON (@graph, @included, @nest, @reverse, ...)."""

    code = "keyword-refused"


class RelativeIriError(RecordError):
    """An identifier that is no absolute IRI: it would mean another thing in another place."""

    code = "iri-relative"


class BadIriError(RecordError):
    """An identifier with characters that no IRI has (RFC 3987)."""

    code = "iri-bad"


class DroppedValueError(RecordError):
    """A value that JSON-LD would leave out without a word, so that a signature would not cover it."""

    code = "value-dropped"


class LinkedDataError(RecordError):
    """The record breaks the syntax of JSON-LD 1.1."""

    code = "linked-data-bad"


class TooComplexError(RecordError):
    """Canonicalising the record would take more work than the budget allows; such graphs are made, not met."""

    code = "record-too-complex"


# Making records (issuing, baking)


class BakingError(RecordError):
    """A record cannot be put into a picture."""

    code = "record-baking"


class IssuingError(RecordError):
    """A record cannot be made as asked: something about its achievement, recipient or members is wrong."""

    code = "record-issuing"
