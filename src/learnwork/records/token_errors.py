"""Errors of signed tokens (JWT) and of what is disclosed selectively: one code for each thing that can be wrong.

docs/reference/errors.md says what to do about each.
"""

from __future__ import annotations

from learnwork.records.errors import RecordError

# Tokens


class TokenError(RecordError):
    """A signed token (JWT) does not hold."""

    code = "token"


class TokenMalformedError(TokenError):
    """A text is no token, or its parts are not what they should be."""

    code = "token-malformed"


class AlgorithmNoneError(TokenError):
    """A token says of itself that it is not signed."""

    code = "token-unsigned"


class AlgorithmRefusedError(TokenError):
    """A token is signed in a way that is not accepted."""

    code = "token-algorithm"


class HeaderKeyError(TokenError):
    """A token brings its own key (jwk, x5c), which proves nothing."""

    code = "token-header-key"


class HeaderAddressError(TokenError):
    """A token says where to fetch its key (jku, x5u)."""

    code = "token-header-address"


class HeaderCriticalError(TokenError):
    """A token must not be read without an extension (crit) that is not known here."""

    code = "token-header-critical"


class TokenTypeError(TokenError):
    """A token is of another type than a credential or presentation."""

    code = "token-type"


class TokenKeyError(TokenError):
    """A token does not say which key signed it."""

    code = "token-key-missing"


class TokenClaimsError(TokenError):
    """The claims of a token contradict the credential in it, or have a wrong form."""

    code = "token-claims"


class TokenIssuerError(TokenError):
    """A token names another issuer than the credential in it."""

    code = "token-issuer"


class TokenExpiredError(TokenError):
    """The time of a token is over."""

    code = "token-expired"


class TokenNotYetError(TokenError):
    """A token is not valid yet."""

    code = "token-not-yet"


class TokenSignatureError(TokenError):
    """The signature of a token is wrong."""

    code = "token-signature"


# Selective disclosure


class DisclosureError(RecordError):
    """What was disclosed does not fit what was signed."""

    code = "disclosure"


class DisclosureMalformedError(DisclosureError):
    """A disclosure is not in its form."""

    code = "disclosure-malformed"


class DisclosureUnknownError(DisclosureError):
    """A disclosure that the issuer did not sign for."""

    code = "disclosure-unknown"


class DisclosureTwiceError(DisclosureError):
    """A digest stands twice."""

    code = "disclosure-twice"


class DisclosureClashError(DisclosureError):
    """A disclosure would replace another claim, or one that must not be hidden."""

    code = "disclosure-clash"


class DigestRefusedError(DisclosureError):
    """Digests of a kind that is not accepted."""

    code = "disclosure-digest"


class KeyBindingMissingError(DisclosureError):
    """The holder has not signed for showing it."""

    code = "key-binding-missing"


class KeyBindingError(DisclosureError):
    """The holder's signature is not for this, or not by the holder."""

    code = "key-binding"
