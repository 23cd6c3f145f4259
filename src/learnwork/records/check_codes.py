"""Every check of a record that has a code of its own: what it means, and what to do where it did not pass.

Checks that fail because a lower layer refused something (a signature, a key, a canonical form) carry the code of that
error instead, which docs/reference/errors.md lists. docs/reference/records/checks.md shows this table; a test holds
the two together.
"""

from __future__ import annotations

from typing import NamedTuple

from learnwork.vocabulary.errors import LearnworkError


class Known(NamedTuple):
    """meaning: what is looked at; mend: what to do where it failed or could not be done."""

    meaning: str
    mend: str


_AGAIN = "Ask the issuer for a corrected record."
_ONLINE = "Check again with access to the network, or ask the issuer."
_REPLACE = "Do not rely on it; ask the issuer for a current record."

CHECKS: dict[str, Known] = {
    # Reading
    "readable": Known(
        "The file or text holds a record that can be read.", "Send the file exactly as the issuer made it."
    ),
    "no-record": Known(
        "There is a record in what was given.",
        "Ask for the badge or credential itself: a file, a baked picture or a link to it.",
    ),
    "two-records": Known(
        "A picture carries one record.", "Do not rely on the picture; ask for the record itself."
    ),
    # The data model
    "form": Known("The record follows the rules of its data model.", _AGAIN),
    "context-missing": Known("The record names the contexts that give its terms a meaning.", _AGAIN),
    "context-first": Known("The base context of the W3C comes first.", _AGAIN),
    "context-list": Known("The contexts are a list in order.", _AGAIN),
    "context-mixed": Known("The record follows one version of the data model.", _AGAIN),
    "context-entry": Known("Each context is a URL or an object.", _AGAIN),
    "id-not-url": Known("Each id is one single URL.", _AGAIN),
    "type-missing": Known("The record says its type.", _AGAIN),
    "type-form": Known("Each type is a term or a URL.", _AGAIN),
    "type-base": Known("The base type of the data model is among the types.", _AGAIN),
    "language-value": Known(
        "Names and descriptions are texts, or texts with language and direction.", _AGAIN
    ),
    "issuer-missing": Known("The record says who issued it.", _AGAIN),
    "issuer-not-url": Known("The issuer is named by a URL.", _AGAIN),
    "subject-missing": Known("The record says something about somebody.", _AGAIN),
    "subject-form": Known("Each subject is an object.", _AGAIN),
    "subject-empty": Known("No subject is empty.", _AGAIN),
    "date-missing": Known("The record says when it was issued, where its data model asks for that.", _AGAIN),
    "date-form": Known("Dates are dates and times of the calendar.", _AGAIN),
    "date-zone": Known("Times have a time zone.", _AGAIN),
    "date-order": Known("The record does not end before it begins.", _AGAIN),
    "status-form": Known("Each status entry says its type, and where its list is.", _AGAIN),
    "refresh-form": Known("Each refresh service says its type.", _AGAIN),
    "terms-of-use-form": Known("Each term of use says its type.", _AGAIN),
    "evidence-form": Known("Each piece of evidence says its type.", _AGAIN),
    "render-form": Known("Each render method says its type.", _AGAIN),
    "confidence-form": Known("Each confidence method says its type.", _AGAIN),
    "schema-form": Known("Each schema has a type and a URL.", _AGAIN),
    "proof-form": Known("Each proof is an object that says its type.", _AGAIN),
    "holder-not-url": Known(
        "The holder of a presentation is named by a URL.", "Ask the holder to present the records again."
    ),
    "holder-missing": Known(
        "A presentation with records that only it secures names its holder.",
        "Ask the holder to present the records again.",
    ),
    "holder-not-issuer": Known(
        "Records that only the presentation secures are issued by its holder.",
        "Ask for records that their issuers signed.",
    ),
    "holder-not-signer": Known(
        "The key that signed a presentation is its holder's.", "Ask the holder to present the records again."
    ),
    "presented-form": Known(
        "What a presentation carries are credentials.", "Ask the holder to present the records again."
    ),
    "presentation-empty": Known(
        "A presentation carries at least one record.", "Ask the holder which records were meant."
    ),
    "presentation-unsigned": Known(
        "A presentation is signed by who presents it.",
        "Ask the holder to present the records with a signature.",
    ),
    "subject-presents": Known(
        "Whoever presents a record is the one whom it is about.",
        "Ask whoever presents it to show that the record is theirs.",
    ),
    "presentation-member": Known(
        "Each record in a presentation verifies.", "Look at the verdict of each record."
    ),
    "envelope-type": Known("An envelope has the one type of an envelope.", _AGAIN),
    "envelope-id": Known("An envelope holds its content as a data: URL.", _AGAIN),
    "terms": Known("Every term and type is defined by the contexts.", _AGAIN),
    "inline-terms": Known(
        "Terms are defined by published contexts, not by the record itself.",
        "Terms that the issuer defined in the record itself mean what the issuer says; read them with care.",
    ),
    "related-form": Known("Related resources are objects.", _AGAIN),
    "related-id": Known("Each related resource has a URL.", _AGAIN),
    "related-twice": Known("Each related resource is named once.", _AGAIN),
    "related-digest-missing": Known("Each related resource has a digest.", _AGAIN),
    "related-digest-form": Known("Digests of related resources have the form of digests.", _AGAIN),
    "related-digest": Known(
        "What the record refers to is unchanged.",
        "Do not rely on that resource; it is not what the issuer signed for.",
    ),
    "related-unreachable": Known("What the record refers to can be looked at.", _ONLINE),
    "schema": Known("The record fits the schema of its kind.", _AGAIN),
    "schema-unknown": Known(
        "The schema that the record names is one that is known here.",
        "The schema was not applied; the rules of the data model were.",
    ),
    # Open Badges and Comprehensive Learner Records
    "badge-type": Known("A badge says that it is one.", _AGAIN),
    "badge-context": Known("A badge names the context of its standard.", _AGAIN),
    "badge-achievement": Known(
        "A badge says what was achieved, with name, description and criteria.", _AGAIN
    ),
    "badge-recipient": Known("A badge says who received it.", _AGAIN),
    "badge-result": Known("Results belong to a result description of the achievement.", _AGAIN),
    "badge-obsolete": Known(
        "The badge uses the current version of the data model.",
        "It may be relied on; the issuer should move to version 2.0 of the W3C data model.",
    ),
    "assertion-form": Known("A badge of Open Badges 2.0 has what its standard asks for.", _AGAIN),
    "hosted": Known(
        "A hosted badge is found at its own address with the same content.",
        "Ask the issuer; a hosted badge is worth what stands at its address.",
    ),
    "hosted-scope": Known(
        "A hosted badge lies within the addresses of its issuer.",
        "Do not rely on it; it stands at an address that its issuer does not claim.",
    ),
    "hosted-unreachable": Known("A hosted badge can be fetched from its address.", _ONLINE),
    "badge-class": Known("The description of a badge can be read.", _ONLINE),
    "badge-issuer": Known("The profile of a badge's issuer can be read.", _ONLINE),
    "recipient-match": Known(
        "The badge was given to the person who is asked about.",
        "Ask for the badge that belongs to this person.",
    ),
    "clr-member": Known(
        "Each member of a comprehensive record verifies.", "Look at the verdict of each member."
    ),
    "clr-member-form": Known("The members of a comprehensive record are records.", _AGAIN),
    "clr-cycle": Known("No record contains itself.", _AGAIN),
    "clr-depth": Known("Records lie in each other to a bounded depth.", _AGAIN),
    "clr-too-many": Known(
        "A comprehensive record has a bounded number of members.", "Verify the members one by one."
    ),
    "clr-foreign": Known(
        "A member is about the same person as the record.",
        "Ask whose record the member is: it names another recipient.",
    ),
    "clr-association": Known("Associations name members or achievements that are there.", _AGAIN),
    "clr-empty": Known("A comprehensive record has members.", _AGAIN),
    "too-many": Known(
        "A record has no more parts than one verification looks at.", "Verify the rest one by one."
    ),
    # Proofs
    "proof": Known(
        "A signature over the whole record is right.",
        "Do not rely on it; ask the issuer for the record again.",
    ),
    "proof-missing": Known(
        "The record is signed.", "Do not rely on it: anybody can have written it. Ask for the signed record."
    ),
    "proof-key-unreachable": Known(
        "The key that signed can be looked up where its owner publishes it.", _ONLINE
    ),
    "proof-key-date": Known(
        "The record was signed while its key was in use.",
        "Ask the issuer for a record signed with a current key.",
    ),
    "issuer-bound": Known(
        "The key that signed belongs to the issuer that the record names.",
        "Do not rely on it: somebody else's key signed in this issuer's name.",
    ),
    "key-compromised": Known(
        "The issuer has not withdrawn the key that signed.",
        "Ask the issuer for a record signed with its new key.",
    ),
    # Time
    "valid-from": Known("The record is valid already.", "Wait until then, or ask the issuer."),
    "valid-until": Known("The record has not expired.", "Ask the holder for a current record."),
    # Status
    "status": Known("The issuer has neither revoked nor suspended the record.", _ONLINE),
    "revoked": Known("The record is not revoked.", _REPLACE),
    "suspended": Known("The record is not suspended.", "Do not rely on it for now; ask the issuer."),
    "status-set": Known("No other status of the record is set.", "Ask the issuer what the status means."),
    "status-message": Known(
        "What the status list says about the record.", "Ask the issuer what the message means."
    ),
    "status-unreachable": Known("The list of revoked records can be fetched.", _ONLINE),
    "status-unknown": Known(
        "The status is of a kind that is known here.", "Ask the issuer whether the record is still good."
    ),
    "status-list-form": Known("The status list has the form that its standard asks for.", _REPLACE),
    "status-list-forged": Known("The status list is signed by who issued it, and unchanged.", _REPLACE),
    "status-list-expired": Known("The status list is current.", _REPLACE),
    "status-list-early": Known("The status list is valid already.", _REPLACE),
    "status-list-purpose": Known("The status list is for the purpose that the record names.", _REPLACE),
    "status-list-short": Known("The status list is long enough to hide who is asked about.", _REPLACE),
    "status-list-large": Known("The status list is within its bound.", _REPLACE),
    "status-index": Known("The record's place lies within the status list.", _REPLACE),
    "status-other-issuer": Known(
        "Who keeps the status list.", "The issuer named this list by its address; ask the issuer if in doubt."
    ),
    # Trust
    "issuer-known": Known(
        "The issuer is on a list of known issuers.",
        "Find out by other means who the issuer is: a valid signature does not say that.",
    ),
    "issuer-list": Known("A list of issuers can be read and is current.", "Load the list again."),
    "issuer-here": Known(
        "The issuer is an organization of this registry.", "Look the issuer up by its name and web site."
    ),
    "offered-here": Known(
        "The issuer offers this credential, by this registry.",
        "Ask the issuer whether it offers this credential.",
    ),
    "accredited-here": Known(
        "Who accredits or approves the issuer, by this registry.", "Ask the issuer about its accreditation."
    ),
    # Endorsements and what is kept
    "endorsement": Known("An endorsement verifies.", "Do not count this endorsement."),
    "kept-material": Known("The kept material is complete and unchanged.", "Verify the record itself again."),
    "kept-here": Known(
        "The verdict was kept by whoever checks it now.", "Ask for the record itself, and verify that."
    ),
    "kept-same": Known(
        "Verifying again from the kept material gives the same verdict.",
        "Rely on the verdict that was found now.",
    ),
}


class CheckError(LearnworkError):
    """A check of this table that failed inside something that cannot go on; becomes a failed check of its code."""

    code = "record-check"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, hint=CHECKS[code].mend)
        self.code = code
