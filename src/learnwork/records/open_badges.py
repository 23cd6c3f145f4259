"""Open Badges 3.0: what a badge adds to the data model, and what it says about itself, for showing.

Source: Open Badges 3.0 (1EdTech, 2024), sections B.1.1 (AchievementCredential), B.1.4 (AchievementSubject), B.1.2
(Achievement), B.1.20 (Result). Narratives may hold markdown: texts are handed on as they are, for pages to sanitise.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from learnwork.records.data_model import as_list, generation, id_of, types_of
from learnwork.records.verdict import Check, Item, Party, Summary, failed, passed, unchecked

BADGE_TYPES = {"OpenBadgeCredential", "AchievementCredential"}
_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context"
_CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context"
_MOST = 200  # lines of a kind that a summary carries
# Marks that turn around how the rest of a line reads, and with it what a verdict says (Unicode UAX #9, section 2).
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def is_badge(document: dict[str, Any]) -> bool:
    """Whether a credential is, or behaves as, a badge."""
    if BADGE_TYPES & set(types_of(document)):
        return True
    subjects = as_list(document.get("credentialSubject"))
    return any(isinstance(each, dict) and "AchievementSubject" in types_of(each) for each in subjects)


def badge_checks(document: dict[str, Any]) -> list[Check]:
    """The rules of Open Badges 3.0 that neither the data model nor the schema decides."""
    checks = []
    if not BADGE_TYPES & set(types_of(document)):
        checks.append(
            failed("badge-type", "The record is built as a badge, but does not say that it is one.", "/type")
        )
    contexts = [each for each in as_list(document.get("@context")) if isinstance(each, str)]
    if not any(each.startswith((_CONTEXT, _CLR_CONTEXT)) for each in contexts):
        checks.append(
            failed("badge-context", "The badge does not name the context of Open Badges 3.0.", "/@context")
        )
    for subject in as_list(document.get("credentialSubject")):
        if isinstance(subject, dict):
            checks += _subject_checks(subject)
    if not checks or all(not check.decisive for check in checks):
        checks.insert(0, passed("badge-achievement", "The badge says what was achieved, and how."))
    if generation(document) == "1.1":
        sentence = "The badge stands on version 1.1 of the W3C data model, which version 2.0 replaced."
        checks.append(unchecked("badge-obsolete", sentence, "/@context", decisive=False))
    return checks


def _subject_checks(subject: dict[str, Any]) -> Iterator[Check]:
    achievement = subject.get("achievement")
    if not isinstance(achievement, dict):
        yield failed(
            "badge-achievement", "The badge does not say what was achieved.", "/credentialSubject/achievement"
        )
        return
    missing = [name for name in ("name", "description", "criteria") if not achievement.get(name)]
    if missing:
        sentence = f"The achievement lacks {' and '.join(missing)}."
        yield failed("badge-achievement", sentence, "/credentialSubject/achievement")
    if "id" not in subject and not subject.get("identifier"):
        sentence = "The badge names its recipient by no identifier: whose it is cannot be told from it."
        yield unchecked("badge-recipient", sentence, "/credentialSubject", decisive=False)
    yield from _result_checks(subject, achievement)


def _result_checks(subject: dict[str, Any], achievement: dict[str, Any]) -> Iterator[Check]:
    described = {id_of(each) for each in as_list(achievement.get("resultDescription", []))}
    for number, result in enumerate(as_list(subject.get("result", []))):
        wanted = result.get("resultDescription") if isinstance(result, dict) else None
        if isinstance(wanted, str) and wanted not in described:
            sentence = "A result refers to a description that the achievement does not have."
            yield failed("badge-result", sentence, f"/credentialSubject/result/{number}", decisive=False)


# Recipients --------------------------------------------------------------------------------------------------


def hashed(identity: str, salt: str, algorithm: str = "sha256") -> str:
    """An identity as badges hide it: algorithm, `$`, hexadecimal digest of identity and salt (Open Badges 2.0, 3.0)."""
    return f"{algorithm}${hashlib.new(algorithm, (identity + salt).encode()).hexdigest()}"


def is_identity(written: str, salt: str, identity: str) -> bool:
    """Whether a hidden identity is that of somebody. MD5 is refused, though Open Badges 2.0 allows it."""
    algorithm, _, _ = written.partition("$")
    if algorithm != "sha256":
        return False
    return any(
        hmac.compare_digest(hashed(form, salt, algorithm), written.lower())
        for form in {identity, identity.strip().lower()}
    )


def recipient_check(document: dict[str, Any], identity: str) -> Check:
    """Whether a badge was given to the person with an identity (an address, a DID, a number)."""
    place = "/credentialSubject"
    comparable = False
    for subject in as_list(document.get("credentialSubject")):
        if not isinstance(subject, dict):
            continue
        if subject.get("id") == identity:
            return passed("recipient-match", "The badge names this person as its recipient.", place)
        comparable |= "id" in subject and identity.startswith(("did:", "http", "urn:"))
        for each in as_list(subject.get("identifier", [])):
            written = each.get("identityHash") if isinstance(each, dict) else None
            if not isinstance(written, str):
                continue
            comparable = True
            salt = each.get("salt") if isinstance(each.get("salt"), str) else ""
            plain = each.get("hashed") is False and written.strip().lower() == identity.strip().lower()
            if plain or is_identity(written, salt, identity):
                return passed("recipient-match", "The badge names this person as its recipient.", place)
    if comparable:
        return failed("recipient-match", "The badge names another person as its recipient.", place)
    return unchecked(
        "recipient-match", "The badge does not say in a way that can be compared whose it is.", place
    )


# What it says ------------------------------------------------------------------------------------------------


def text_of(value: Any) -> str:
    """A text out of a text, a language value, a language map, or a list of these: the English, else the first."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        texts = [each for each in value if isinstance(each, str | dict)]
        english = [
            each
            for each in texts
            if isinstance(each, dict) and str(each.get("@language", "")).startswith("en")
        ]
        return text_of((english or texts)[0]) if texts else ""
    if isinstance(value, dict):
        if "@value" in value:
            return text_of(value["@value"])
        found = value.get("en") or next((each for each in value.values() if isinstance(each, str)), "")
        return found if isinstance(found, str) else ""
    return ""


def name_of(value: Any) -> str:
    """A text that stands in the sentences of a verdict, without marks that would turn those around."""
    return text_of(value).translate(_TURNING)


def party_of(value: Any) -> Party:
    """An issuer, holder or endorser as the record names it."""
    if not isinstance(value, dict):
        return Party(id_of(value))
    return Party(
        id_of(value), name_of(value.get("name")), text_of(value.get("url")), image_of(value.get("image"))
    )


def image_of(value: Any) -> str:
    return text_of(value.get("id")) if isinstance(value, dict) else text_of(value)


def summary_of(document: dict[str, Any]) -> Summary:
    """What a credential says about itself."""
    subject = next(
        (each for each in as_list(document.get("credentialSubject")) if isinstance(each, dict)), {}
    )
    achievement = subject.get("achievement")
    if not isinstance(achievement, dict):
        achievement = {}
    criteria = achievement.get("criteria")
    evidence = [*_dicts(document.get("evidence")), *_dicts(subject.get("evidence"))]
    return Summary(
        title=name_of(document.get("name")) or name_of(achievement.get("name")),
        description=text_of(document.get("description")) or text_of(achievement.get("description")),
        criteria=text_of(criteria.get("narrative") or criteria.get("id"))
        if isinstance(criteria, dict)
        else "",
        achievement=name_of(achievement.get("name")),
        achievement_type=text_of(achievement.get("achievementType")),
        image=image_of(achievement.get("image") or document.get("image")),
        issuer=party_of(document.get("issuer")),
        recipient=Party(id_of(subject), name_of(subject.get("name"))),
        valid_from=text_of(document.get("validFrom") or document.get("issuanceDate")),
        valid_until=text_of(document.get("validUntil") or document.get("expirationDate")),
        alignments=tuple(_alignments(achievement))[:_MOST],
        results=tuple(_results(subject, achievement))[:_MOST],
        evidence=tuple(_evidence(each) for each in evidence[:_MOST]),
        achievement_id=id_of(achievement),
    )


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in as_list(value) if isinstance(each, dict)]


def _alignments(achievement: dict[str, Any]) -> Iterator[Item]:
    for each in _dicts(achievement.get("alignment")):
        yield Item(
            text_of(each.get("targetType")) or "Alignment",
            text_of(each.get("targetName")),
            text_of(each.get("targetDescription")),
            text_of(each.get("targetUrl")),
            " · ".join(filter(None, (text_of(each.get("targetFramework")), text_of(each.get("targetCode"))))),
        )


def _results(subject: dict[str, Any], achievement: dict[str, Any]) -> Iterator[Item]:
    described = {id_of(each): each for each in _dicts(achievement.get("resultDescription"))}
    for each in _dicts(subject.get("result")):
        about = described.get(text_of(each.get("resultDescription")), {})
        levels = {
            id_of(level): text_of(level.get("name")) for level in _dicts(about.get("rubricCriterionLevel"))
        }
        level = text_of(each.get("achievedLevel"))
        yield Item(
            text_of(about.get("resultType")) or "Result",
            text_of(about.get("name")),
            text_of(each.get("value")) or levels.get(level, level),
            detail=text_of(each.get("status")),
        )


def _evidence(each: dict[str, Any]) -> Item:
    return Item(
        text_of(each.get("genre")) or "Evidence",
        text_of(each.get("name")),
        text_of(each.get("narrative") or each.get("description")),
        text_of(each.get("id")),
        text_of(each.get("audience")),
    )
