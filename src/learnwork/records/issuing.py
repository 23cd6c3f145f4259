"""Making records: an achievement out of a registry's credential, a badge for a person, a learner record of members.

    achievement = achievement_of(ctdl_document, url="https://registry.example/resources/ce-…")
    college = profile("did:web:college.example", "College")
    badge = badge_of(achievement, issuer=college, to=Recipient(mail="a@b.example"), now=now)
    signed = issue(badge, key=key, suite="eddsa-rdfc-2022", method="did:web:college.example#key-1", now=now)

Everything here is pure: keys, time and salts are parameters. Sources: Open Badges 3.0 sections B.1.1 to B.1.4,
Comprehensive Learner Record 2.0 section B.1, CTDL (Credential Engine) for what is read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from learnwork.records.canonical import canonize
from learnwork.records.data_model import V1, V2, as_list, faults_of_credential, id_of, is_url
from learnwork.records.errors import IssuingError
from learnwork.records.keys import PrivateKey
from learnwork.records.open_badges import hashed, text_of
from learnwork.records.proofs import add_proof
from learnwork.records.schemas import BADGE, CLR
from learnwork.records.times import moment_text
from learnwork.records.tokens import make_token
from learnwork.records.verdict import Verdict

BADGE_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
EXTENSIONS_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"  # defines the type of schemas
_SCHEMA_TYPE = "1EdTechJsonSchemaValidator2019"
# Classes of CTDL, without their prefix, that Open Badges has under the same name, and those it has under another.
_SAME = {
    "ApprenticeshipCertificate", "AssociateDegree", "BachelorDegree", "Badge", "Certificate",
    "CertificateOfCompletion", "Certification", "Course", "Degree", "Diploma", "DoctoralDegree",
    "GeneralEducationDevelopment", "JourneymanCertificate", "LearningProgram", "License",
    "MasterCertificate", "MasterDegree", "MicroCredential", "ProfessionalDoctorate",
    "QualityAssuranceCredential", "ResearchDoctorate", "SecondarySchoolDiploma",
}  # fmt: skip
_OTHER = {
    "AssessmentProfile": "Assessment",
    "DigitalBadge": "Badge",
    "OpenBadge": "Badge",
    "PostBaccalaureateCertificate": "Certificate",
    "PostMasterCertificate": "Certificate",
    "AcademicCertificate": "Certificate",
    "ProfessionalCertificate": "Certificate",
    "MicroCredentialCertificate": "MicroCredential",
    "LearningOpportunityProfile": "LearningProgram",
}
_COMPETENCIES = ("ceterms:targetCompetency", "ceterms:teaches", "ceterms:assesses")
_MOST_ALIGNED = 100
ASSOCIATIONS = (
    "exactMatchOf", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo", "precedes", "replacedBy",
)  # fmt: skip

Urls = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a record: by a DID, or by an address that the record holds only as a salted digest, or both."""

    did: str = ""
    mail: str = ""
    name: str = ""


def _no_url(_: str) -> str:
    return ""


def achievement_of(document: dict[str, Any], *, url: str, url_of: Urls = _no_url) -> dict[str, Any]:
    """An Open Badges achievement for a CTDL credential. url: of its page; url_of: of the page of a CTID, or "".

    Nothing is invented: what the document does not say is left out; where it describes nothing, the description says
    what it is and where it stands. Raises IssuingError for a document without a name.
    """
    name = _text(document.get("ceterms:name"))
    if not name:
        raise IssuingError("The credential has no name in the registry.", hint="Publish its name first.")
    kind = str(document.get("@type", "")).partition(":")[2]
    ctid = document.get("ceterms:ctid")
    achievement: dict[str, Any] = {
        "id": url,
        "type": ["Achievement"],
        "name": name,
        "description": _text(document.get("ceterms:description"))
        or f"{_words(kind)}: {name}. Described at {url}",
        "criteria": _criteria(document, url),
    }
    if known := kind if kind in _SAME else _OTHER.get(kind):
        achievement["achievementType"] = known
    if image := _url(document.get("ceterms:image")):
        achievement["image"] = {"id": image, "type": "Image"}
    if field := _field(document):
        achievement["fieldOfStudy"] = field
    if isinstance(ctid, str):
        achievement["otherIdentifier"] = [
            {"type": "IdentifierEntry", "identifier": ctid, "identifierType": "ext:ctid"}
        ]
        achievement["humanCode"] = ctid
    if aligned := list(_alignments(document, url_of))[:_MOST_ALIGNED]:
        achievement["alignment"] = aligned
    return achievement


def _text(value: Any) -> str:
    """The text of a CTDL value: the English of a language map, else its first."""
    if isinstance(value, dict) and isinstance(value.get("en"), list):
        return text_of(value["en"])
    return text_of(value).strip()


def _words(kind: str) -> str:
    """ "PostMasterCertificate" → "Post master certificate"."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).strip()
    return spaced.capitalize() or "Credential"


def _url(value: Any) -> str:
    first = next(iter(as_list(value)), "")
    found = id_of(first)
    return found if found.startswith(("https://", "http://")) and is_url(found) else ""


def _criteria(document: dict[str, Any], url: str) -> dict[str, str]:
    """Where the criteria stand, and what the conditions say in words."""
    conditions = as_list(document.get("ceterms:requires", []))
    said = [_text(each.get("ceterms:description")) for each in conditions if isinstance(each, dict)]
    narrative = "\n\n".join(filter(None, said))
    return {"id": url, "narrative": narrative} if narrative else {"id": url}


def _field(document: dict[str, Any]) -> str:
    for each in as_list(document.get("ceterms:instructionalProgramType", [])):
        if isinstance(each, dict) and (name := _text(each.get("ceterms:targetNodeName"))):
            return name
    return ""


def _alignments(document: dict[str, Any], url_of: Urls) -> Iterator[dict[str, Any]]:
    """The competencies that a credential requires, teaches or assesses; those without an address cannot be named."""
    holders = [
        document,
        *(each for each in as_list(document.get("ceterms:requires", [])) if isinstance(each, dict)),
    ]
    seen = set()
    for holder in holders:
        for term in _COMPETENCIES:
            for each in as_list(holder.get(term, [])):
                if not isinstance(each, dict):
                    continue
                node = id_of(each.get("ceterms:targetNode"))
                target = node if node.startswith(("https://", "http://")) else url_of(node)
                name = _text(each.get("ceterms:targetNodeName"))
                if not target or not name or target in seen:
                    continue
                seen.add(target)
                made = {
                    "type": ["Alignment"],
                    "targetName": name,
                    "targetUrl": target,
                    "targetType": "ceasn:Competency",
                }
                if framework := _text(each.get("ceterms:frameworkName")):
                    made["targetFramework"] = framework
                if code := _text(each.get("ceterms:codedNotation")):
                    made["targetCode"] = code
                yield made


def profile(did: str, name: str, url: str = "") -> dict[str, Any]:
    """An issuer as badges name it."""
    return {"id": did, "type": ["Profile"], "name": name, **({"url": url} if is_url(url) else {})}


def badge_of(
    achievement: dict[str, Any],
    *,
    issuer: dict[str, Any],
    to: Recipient,
    now: datetime,
    until: datetime | None = None,
    evidence: Sequence[str] = (),
    result: str = "",
    identifier: str = "",
    salt: str = "",
) -> dict[str, Any]:
    """The unsigned badge of an achievement for one person. evidence: links; identifier: else a new urn:uuid.

    Raises IssuingError where neither a DID nor an address says whose it is, or where it ends before it begins.
    """
    if until is not None and until <= now:
        raise IssuingError("The record would end before it begins.", hint="Choose a later end.")
    subject: dict[str, Any] = {
        **_subject(to, salt),
        "type": ["AchievementSubject"],
        "achievement": achievement,
    }
    if result:
        described = f"{achievement.get('id', 'urn:achievement')}#result"
        about = {"id": described, "type": ["ResultDescription"], "name": "Result", "resultType": "Result"}
        subject["achievement"] = {**achievement, "resultDescription": [about]}
        subject["result"] = [{"type": ["Result"], "resultDescription": described, "value": result}]
    document: dict[str, Any] = {
        "@context": [V2, BADGE_CONTEXT, EXTENSIONS_CONTEXT],
        "id": identifier or f"urn:uuid:{uuid4()}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement["name"],
        "issuer": issuer,
        "validFrom": moment_text(now.replace(microsecond=0)),
    }
    if until:
        document["validUntil"] = moment_text(until)
    if evidence:
        document["evidence"] = [{"id": link, "type": ["Evidence"]} for link in evidence]
    return {
        **document,
        "credentialSubject": subject,
        "credentialSchema": [{"id": BADGE, "type": _SCHEMA_TYPE}],
    }


def _subject(to: Recipient, salt: str) -> dict[str, Any]:
    """Identifiers of a recipient; an address only as digest with a salt of its own (IdentityObject)."""
    if not to.did and not to.mail:
        raise IssuingError("Nothing says whose the record is.", hint="Give a DID or an address.")
    if to.did and not is_url(to.did):
        raise IssuingError("The recipient's DID is no URL.", hint="For example did:key:z6Mk….")
    found: dict[str, Any] = {"id": to.did} if to.did else {}
    if to.mail:
        salt = salt or secrets.token_hex(16)
        written = hashed(to.mail.strip().lower(), salt)
        found["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": written,
                "identityType": "emailAddress",
                "salt": salt,
            }
        ]
    return found


def clr_of(
    members: Sequence[dict[str, Any]],
    *,
    verify: Callable[[dict[str, Any]], Verdict],
    issuer: dict[str, Any],
    to: Recipient,
    name: str,
    now: datetime,
    associations: Sequence[tuple[str, str, str]] = (),
    identifier: str = "",
) -> dict[str, Any]:
    """The unsigned Comprehensive Learner Record of members, each verified first.

    Members are documents with their proofs: the format has no place for tokens.
    verify: gives the verdict on a member; one that is not accepted, is about somebody else, or stands there twice stops
    the whole. associations: (source id, kind, target id), of achievements and members that are there. Raises
    IssuingError.
    """
    if not members:
        raise IssuingError("A learner record has members.", hint="Choose at least one record.")
    if not all(isinstance(member, dict) for member in members):
        raise IssuingError(
            "A record in a token cannot be a member.", hint="Take its form with a proof inside."
        )
    verdicts = [verify(member) for member in members]
    _check_members(verdicts, to)
    _check_associations(verdicts, associations)
    drawn = [
        {"type": "Association", "associationType": kind, "sourceId": source, "targetId": target}
        for source, kind, target in associations
    ]
    subject = {
        **_subject(to, ""),
        "type": ["ClrSubject"],
        "verifiableCredential": list(members),
    }
    if drawn:
        subject["association"] = drawn
    return {
        "@context": [V2, CLR_CONTEXT, BADGE_CONTEXT, EXTENSIONS_CONTEXT],
        "id": identifier or f"urn:uuid:{uuid4()}",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": name,
        "issuer": issuer,
        "validFrom": moment_text(now.replace(microsecond=0)),
        "credentialSubject": subject,
        "credentialSchema": [{"id": CLR, "type": _SCHEMA_TYPE}],
    }


def _check_members(verdicts: Sequence[Verdict], to: Recipient) -> None:
    seen: set[str] = set()
    for number, verdict in enumerate(verdicts, 1):
        title = verdict.summary.title or verdict.id or f"Member {number}"
        if not verdict.accepted:
            raise IssuingError(
                f"“{title[:100]}” is not put into a record: {verdict.sentence}", hint="Leave it out."
            )
        owner = verdict.summary.recipient.id
        if owner and to.did and owner != to.did:
            raise IssuingError(f"“{title[:100]}” is about somebody else.", hint="Leave it out.")
        if verdict.id and verdict.id in seen:
            raise IssuingError(f"“{title[:100]}” is there twice.", hint="Put it in once.")
        seen.add(verdict.id)


def _check_associations(verdicts: Sequence[Verdict], associations: Sequence[tuple[str, str, str]]) -> None:
    there = {name for verdict in verdicts for name in (verdict.id, verdict.summary.achievement_id) if name}
    for source, kind, target in associations:
        if kind not in ASSOCIATIONS:
            raise IssuingError(
                f"{kind!r:.40} is no kind of association.", hint=f"Choose of {', '.join(ASSOCIATIONS)}."
            )
        if missing := {source, target} - there:
            raise IssuingError(
                f"{min(missing)[:200]} is not in the record.", hint="Name members or achievements."
            )


def issue(
    document: dict[str, Any],
    *,
    key: PrivateKey,
    suite: str,
    method: str,
    now: datetime,
    mandatory: Sequence[str] = (),
) -> dict[str, Any] | str:
    """The signed record: a document with its proof, or, where `suite` is "jwt", a compact token.

    method: URL of the key in its controller's document. Every rule of the data model and every term is checked first.
    Raises IssuingError, and what canonization and signing raise.
    """
    faults = faults_of_credential(document)
    if faults:
        raise IssuingError(
            f"{faults[0].sentence} (at {faults[0].place or 'the top'})", hint="Mend it; nothing was signed."
        )
    canonize({name: value for name, value in document.items() if name != "proof"})
    if suite == "jwt":
        version = "1.1" if V1 in as_list(document.get("@context")) else "2.0"
        return make_token(document, key=key, method=method, version=version)  # type: ignore[arg-type]
    return add_proof(
        document,
        key=key,
        suite=suite,
        method=method,
        created=now.replace(microsecond=0),
        mandatory=tuple(mandatory),
    )
