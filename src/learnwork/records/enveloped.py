"""Records in tokens: opened, their signatures looked at, and what is particular to SD-JWT VC and token status lists.

Sources: Securing Verifiable Credentials using JOSE and COSE 1.0; draft-ietf-oauth-sd-jwt-vc section 2.2;
draft-ietf-oauth-status-list sections 5 and 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from learnwork.records.check_codes import CheckError
from learnwork.records.cose import verify_cose_text
from learnwork.records.data_model import id_of
from learnwork.records.fetching import Fetcher
from learnwork.records.jose import read_token
from learnwork.records.open_badges import name_of, text_of
from learnwork.records.proof_checks import proof_checks
from learnwork.records.proof_errors import FetchError
from learnwork.records.sd_jwt import verify_sd_jwt
from learnwork.records.sentences import piece
from learnwork.records.status import LIMIT, token_check, unreachable
from learnwork.records.times import moment_text
from learnwork.records.tokens import check_key, numeric_date, verify_token
from learnwork.records.verdict import Check, Party, Summary, failed, from_error, passed, unchecked
from learnwork.vocabulary.errors import LearnworkError

_LIST_TYPE = "statuslist+jwt"


@dataclass(frozen=True, slots=True)
class Opened:
    """A token after its signature was looked at.

    document: the credential or presentation in it, None where it cannot be read; claims: the token's own; plain: True
    for an SD-JWT VC, whose claims follow no W3C data model.
    """

    document: dict[str, Any] | None
    checks: tuple[Check, ...]
    claims: Mapping[str, Any]
    presentation: bool = False
    plain: bool = False


def open_token(
    text: str, *, fetcher: Fetcher, now: datetime, domain: str | None = None, challenge: str | None = None
) -> Opened:
    """A VC-JWT, an SD-JWT or a COSE_Sign1 in base64 opened. Nothing is raised for a bad one: the checks say what is
    wrong. Tokens have dots, and base64 has none.
    """
    other = verify_token if "." in text or not text else verify_cose_text
    verify = verify_sd_jwt if "~" in text else other
    found = verify(text, fetcher=fetcher, now=now, domain=domain, challenge=challenge)
    document, claims = found.document, found.claims or {}
    party = document.get("holder" if found.kind == "presentation" else "issuer") if document else None
    owner = id_of(party) or text_of(claims.get("iss"))
    checks = tuple(proof_checks([found.result], owner, ""))
    if found.kind == "presentation":
        checks = tuple(_of_holder(check) for check in checks)
    plain = document is not None and "@context" not in document and "~" in text
    return Opened(document, checks, claims, found.kind == "presentation", plain)


def _of_holder(check: Check) -> Check:
    """The binding of a presentation's key is to its holder."""
    if check.code != "issuer-bound":
        return check
    if check.state == "passed":
        return passed("holder-not-signer", "The key that signed belongs to the holder.", "/holder")
    return failed(
        "holder-not-signer", "The presentation is signed by a key that is not its holder's.", "/holder"
    )


def claim_checks(claims: Mapping[str, Any]) -> list[Check]:
    """The rules of an SD-JWT VC that its claims can break by themselves; times were looked at with the signature."""
    checks = []
    if not isinstance(claims.get("vct"), str) or not claims["vct"]:
        checks.append(failed("type-missing", "The credential does not say its type (vct).", "/vct"))
    if not isinstance(claims.get("iss"), str):
        checks.append(failed("issuer-missing", "The credential does not say who issued it (iss).", "/iss"))
    return checks or [passed("form", "The credential follows the rules of SD-JWT VC.")]


def claim_summary(claims: Mapping[str, Any]) -> Summary:
    """What an SD-JWT VC says about itself."""
    moments = []
    for name in ("nbf", "exp"):
        try:
            found = numeric_date(claims, name)
        except LearnworkError:
            found = None
        moments.append(moment_text(found) if found else "")
    return Summary(
        title=name_of(claims.get("name")) or name_of(claims.get("vct")),
        issuer=Party(text_of(claims.get("iss"))),
        recipient=Party(text_of(claims.get("sub"))),
        valid_from=moments[0],
        valid_until=moments[1],
    )


def token_status_checks(claims: Mapping[str, Any], *, fetcher: Fetcher, now: datetime) -> list[Check]:
    """What a token status list says of a token that names one; none where it names none."""
    status = claims.get("status")
    if status is None:
        return []
    reference = status.get("status_list") if isinstance(status, dict) else None
    if reference is None:
        sentence = "The token has a status of a kind that is not known here."
        return [unchecked("status-unknown", sentence, "/status")]
    if not isinstance(reference, dict) or not isinstance(reference.get("uri"), str):
        return [failed("status-form", "The status of the token does not say where its list is.", "/status")]
    try:
        body = fetcher.fetch(reference["uri"], accept="application/statuslist+jwt", limit=LIMIT).body
        listed = read_token(body.decode("ascii", "replace").strip(), where=piece("The status list"))
        if listed.type != _LIST_TYPE:
            raise CheckError("status-list-form", "The status list is not a token of the type statuslist+jwt.")
        known: dict[str, Any] = {"purpose": "assertionMethod"}
        issuer = listed.claims.get("iss") or claims.get("iss")
        check_key(listed, {"issuer": issuer}, known, fetcher=fetcher, now=now)
        if known["controller"] != issuer:
            raise CheckError(
                "status-list-forged", "The status list is signed by a key that is not its issuer's."
            )
    except FetchError as error:
        return [unreachable(error, "/status")]
    except CheckError as error:
        return [from_error(error, "/status")]
    except LearnworkError as error:
        return [failed("status-list-forged", f"The status list does not verify: {error.message}", "/status")]
    return [token_check(listed.claims, reference, now)]
