"""Words of closed lists that sources write where others give a code; a page may say them in its reader's language.

A text of a document is a source's own and stands as it is. These are exceptions: a handful of words that come
again and again and mean a class. A text is one of them only where it is the whole value.
"""

from __future__ import annotations

SECTORS = tuple(
    f"{kind}, {length}"
    for length in ("four years or more", "two years", "less than two years")
    for kind in ("Public", "Private nonprofit", "Private for-profit")
)
# The Employment Projections' words for what one usually needs.
PREPARATION = (
    "None",
    "No formal educational credential",
    "High school diploma or equivalent",
    "Some college, no degree",
    "Postsecondary nondegree award",
    "Associate's degree",
    "Bachelor's degree",
    "Master's degree",
    "Doctoral or professional degree",
    "Less than 5 years",
    "5 years or more",
    "Short-term on-the-job training",
    "Moderate-term on-the-job training",
    "Long-term on-the-job training",
    "Internship/residency",
    "Apprenticeship",
)
STANDING = ("on the list", "deleted from the list", "approved", "suspended", "active", "ended")
LANGUAGES = (
    *(
        "Arabic",
        "Chinese",
        "French",
        "French/French Creole",
        "German",
        "Greek",
        "Hebrew",
        "Italian",
        "Japanese",
    ),
    *("Korean", "Polish", "Portuguese", "Russian", "Spanish", "Vietnamese", "Indic/Hindu", "Other Languages"),
)
COMPETENCIES = (
    "Ability",
    "Basic skill",
    "Cross-functional skill",
    "Knowledge",
    "Work activity",
    "Work style",
)
INITIATIVES = (
    *("initiative", "grant", "event", "product", "launch", "alliance", "milestone", "organization", "policy"),
    *(
        "call",
        "lead_change",
        "end",
        "deadline",
        "private foundation",
        "corporate foundation",
        "corporate giving",
    ),
    *("federal government", "national government", "supranational government", "pooled fund (regrants)"),
    *("anonymous", "philanthropic initiative", "intermediary or lead organization", "network or consortium"),
    *("education organization or association", "policy, research or workforce organization"),
    *("business and industry", "accrediting, certifying and standards", "unknown", "proposed", "not stated"),
    *("International", "facts cited", "A page that is cited for single facts."),
)
WORDS = frozenset(
    ("United States", *SECTORS, *PREPARATION, *STANDING, *LANGUAGES, *COMPETENCIES, *INITIATIVES)
)
