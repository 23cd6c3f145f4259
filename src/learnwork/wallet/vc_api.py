"""The VC API of the W3C community group: issue, verify, derive and set the status of credentials by HTTP.

`{issuer}` in the addresses is an issuer with one suite, so that a test harness has one address a suite. Issuing and
changing a status take the issuer's key for callers; verifying and deriving take none and keep nothing.

Source: Verifiable Credentials API v0.7 (W3C Credentials Community Group), sections 3.2 to 3.4.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from learnwork.layout.problems import problem, problem_of
from learnwork.records.data_model import as_list
from learnwork.records.parsing import parse
from learnwork.records.selective import derive as derived_of
from learnwork.records.verdict import Verdict, walk
from learnwork.records.verification import verify
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import issuer_lists, issuers, signing
from learnwork.wallet.errors import CredentialRefusedError
from learnwork.wallet.knowledge import fetcher_for, knows
from learnwork.wallet.models import Issuer

_MOST = 2_000_000  # bytes of a request
_BINDING = "issuer-bound"
_OF_MEMBERS = ("presentation-member", "clr-member")  # say of the whole what another check says of the part
_Body = dict[str, Any]
_View = Callable[[HttpRequest, Issuer, _Body], HttpResponse]


def endpoint(view: _View) -> Callable[..., HttpResponse]:
    """A view of a JSON object sent to an issuer; whatever is wrong is answered by a problem document."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, issuer: str) -> HttpResponse:
        if request.method != "POST":
            return problem(405, "method-not-allowed", "This address takes POST.", "Send a JSON object.")
        try:
            found = issuers.issuer_named(issuer)
            return view(request, found, _body(request))
        except LearnworkError as error:
            return problem_of(error)

    return answer


def _body(request: HttpRequest) -> _Body:
    if int(request.META.get("CONTENT_LENGTH") or 0) > _MOST:
        raise CredentialRefusedError(f"The request is longer than {_MOST:,} bytes.", hint="Send one record.")
    body = parse(request.body, where="the request")
    if not isinstance(body, dict):
        raise CredentialRefusedError("The request is no JSON object.", hint="Send {…}, as the API says.")
    return body


def _answer(body: _Body, status: int) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")


def _options(body: _Body) -> _Body:
    options = body.get("options", {})
    if not isinstance(options, dict):
        raise CredentialRefusedError("`options` is no object.", hint="Leave it out, or send {…}.")
    return options


def _asked(body: _Body, *names: str) -> Any:
    for name in names:
        if name in body:
            return body[name]
    raise CredentialRefusedError(f"The request has no `{names[0]}`.", hint="Send it, as the API says.")


def _caller(request: HttpRequest) -> str:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    return shown.strip() if scheme.lower() == "bearer" else ""


@endpoint
def issue(request: HttpRequest, issuer: Issuer, body: _Body) -> HttpResponse:
    """POST credentials/issue {credential, options: {mandatoryPointers}} → 201 {verifiableCredential}."""
    issuers.check_caller(issuer, _caller(request))
    credential = _asked(body, "credential")
    if not isinstance(credential, dict):
        raise CredentialRefusedError("`credential` is no object.", hint="Send the unsigned credential.")
    mandatory = _pointers(_options(body), "mandatoryPointers")
    signed = signing.sign(issuer, credential, mandatory=mandatory)
    return _answer({"verifiableCredential": signed.document}, 201)


def _pointers(options: _Body, name: str) -> tuple[str, ...]:
    pointers = options.get(name, [])
    if not isinstance(pointers, list) or not all(isinstance(one, str) for one in pointers):
        raise CredentialRefusedError(
            f"`{name}` is no list of JSON pointers.", hint='For example ["/issuer"].'
        )
    return tuple(pointers)


@endpoint
def verify_credential(request: HttpRequest, issuer: Issuer, body: _Body) -> HttpResponse:
    """POST credentials/verify {verifiableCredential, options} → 200, or 400 where a check failed."""
    return _judged(issuer, body, _asked(body, "verifiableCredential"))


@endpoint
def verify_presentation(request: HttpRequest, issuer: Issuer, body: _Body) -> HttpResponse:
    """POST presentations/verify {verifiablePresentation, options: {challenge, domain}} → 200, or 400."""
    return _judged(issuer, body, _asked(body, "verifiablePresentation", "presentation"))


def _judged(issuer: Issuer, body: _Body, record: Any) -> HttpResponse:
    options = _options(body)
    if not isinstance(record, str | dict):
        raise CredentialRefusedError(
            "The record is neither an object nor a token.", hint="Send it as it was issued."
        )
    _check_purpose(record, options.get("expectedProofPurpose"))
    asked = {name: options[name] for name in ("domain", "challenge") if isinstance(options.get(name), str)}
    fetcher, registries = fetcher_for(issuer), issuer_lists.registries()
    verdict = verify(record, fetcher=fetcher, knows=knows, registries=registries, **asked)
    return _told(verdict)


def _check_purpose(record: Any, expected: Any) -> None:
    """Raises CredentialRefusedError where a proof is for another purpose than the one that is asked for."""
    if expected is None or not isinstance(record, dict):
        return
    for proof in as_list(record.get("proof", [])):
        if isinstance(proof, dict) and proof.get("proofPurpose") != expected:
            raise CredentialRefusedError(
                f"The proof is for {proof.get('proofPurpose')!r:.60}, and {expected!r:.60} is asked for.",
                hint="Send a record that was signed for this purpose.",
            )


def _told(verdict: Verdict) -> HttpResponse:
    """The verdict in the words of the API: what failed as errors, what could not be checked as warnings.

    A record whose signature is right but whose key is not the issuer's was verified as the API means it, and is not
    to be relied on: `verified` is false, the binding stands among the warnings, and the status is 200.
    """
    whole = [check for each in walk(verdict) for check in each.checks]
    wrong = [check for check in whole if check.state == "failed"]
    unbound = [check for check in wrong if check.code == _BINDING]
    errors = [check for check in wrong if check.code not in (_BINDING, *_OF_MEMBERS)] if unbound else wrong
    open_questions = [check for check in whole if check.state == "unchecked"]
    answer = {
        "verified": verdict.outcome == "accepted",
        "checks": [check.code for check in whole if check.state == "passed"],
        "warnings": [_said(check) for check in (*unbound, *open_questions)],
        "errors": [_said(check) for check in errors],
        "verdict": verdict.to_json(),
    }
    return _answer(answer, 400 if errors else 200)


def _said(check: Any) -> dict[str, str]:
    return {"code": check.code, "detail": check.sentence, "pointer": check.place}


@endpoint
def derive(request: HttpRequest, issuer: Issuer, body: _Body) -> HttpResponse:
    """POST credentials/derive {verifiableCredential, options: {selectivePointers}} → 201 {verifiableCredential}."""
    record = _asked(body, "verifiableCredential")
    if not isinstance(record, dict):
        raise CredentialRefusedError("Only a record with a proof inside can be derived from.")
    shown = derived_of(record, _pointers(_options(body), "selectivePointers"))
    return _answer({"verifiableCredential": shown}, 201)


@endpoint
def set_status(request: HttpRequest, issuer: Issuer, body: _Body) -> HttpResponse:
    """POST credentials/status {credentialId, credentialStatus: {statusPurpose}, status} → 200."""
    issuers.check_caller(issuer, _caller(request))
    issued = signing.issued_as(issuer, str(_asked(body, "credentialId")))
    entry = body.get("credentialStatus", {})
    purpose = entry.get("statusPurpose", "revocation") if isinstance(entry, dict) else "revocation"
    value = body.get("status", True)
    if not isinstance(value, bool):
        raise CredentialRefusedError("`status` is neither true nor false.")
    signing.set_status(issued, str(purpose), value)
    return _answer({"credentialId": issued.identifier, "statusPurpose": purpose, "status": value}, 200)


def address(issuer: Issuer) -> str:
    return f"{settings.BASE_URL}/vc-api/{issuer.slug}"
