"""What the learner's side of the wallet and the verify page refuse, each with its code (docs/reference/errors.md)."""

from __future__ import annotations

from learnwork.vocabulary.errors import LearnworkError


class UploadRefusedError(LearnworkError):
    """What was sent is empty, too large, or more than is looked at in one go."""

    code = "upload-refused"


class HeldUnknownError(LearnworkError):
    """The collection has no such record, group, file or share; somebody else's is not told apart from none."""

    code = "held-unknown"


class CollectionFullError(LearnworkError):
    """A collection is at its bound of records, files or bytes."""

    code = "collection-full"


class RestoreRefusedError(LearnworkError):
    """An archive is no export of a collection, or does not hold what it says."""

    code = "restore-refused"


class ShareRefusedError(LearnworkError):
    """A selection cannot be shared as asked."""

    code = "share-refused"


class ShareUnknownError(LearnworkError):
    """The code of a share is forged, misspelt, ended or withdrawn: these are not told apart."""

    code = "share-unknown"


class OfferRefusedError(LearnworkError):
    """An offer of a record cannot be read, or its issuer did not give the record (OpenID4VCI)."""

    code = "offer-refused"


class PresentationRefusedError(LearnworkError):
    """A request to present records cannot be read or answered, or its answer is not one (OpenID4VP)."""

    code = "presentation-refused"
