"""What the wallet refuses, each with a code of its own (docs/reference/errors.md)."""

from __future__ import annotations

from learnwork.vocabulary.errors import LearnworkError


class IssuerUnknownError(LearnworkError):
    """Nobody issues under this name here."""

    code = "issuer-unknown"


class IssuerRefusedError(LearnworkError):
    """An issuer or a key cannot be made, used or changed as asked."""

    code = "issuer-refused"


class NotAllowedError(LearnworkError):
    """The caller did not show the issuer's key for callers."""

    code = "not-allowed"


class CredentialRefusedError(LearnworkError):
    """A credential that breaks its data model is not signed."""

    code = "credential-refused"


class CredentialUnknownError(LearnworkError):
    """The issuer did not issue a credential of this identifier."""

    code = "credential-unknown"


class OfferUnknownError(LearnworkError):
    """No record waits under this code: it ended, was withdrawn, or never was."""

    code = "offer-unknown"


class ClaimRefusedError(LearnworkError):
    """A wallet asks for a record in a way that the protocol does not allow. `data["error"]` is the protocol's word."""

    code = "claim-refused"


class ListUnknownError(LearnworkError):
    """No list of known issuers has this name here."""

    code = "issuer-list-unknown"


class PermissionRefusedError(LearnworkError):
    """A program asks for a learner's records otherwise than OAuth says. `data["error"]` is the protocol's word."""

    code = "permission-refused"


class VaultError(LearnworkError):
    """A sealed secret cannot be opened: the key of the vault is another one, or the secret was changed."""

    code = "vault-closed"
