"""Published pairs as crosswalks that alignment can be measured on, read from the publishers' own files.

`root` is a folder with `competency` and `us/taxonomies` as the publishers name their files. Nothing of the texts is
kept in Learnwork. The sets in `LEARNT` teach the re-ranker; those in `ONLY_MEASURED` it never sees.

Codes of retired editions are followed to their successors by the published crosswalk before anything is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path

from learnwork.competencies.learning import Crosswalk
from learnwork.competencies.texts import Text
from learnwork.formats import files

ONET = "competency/onet_29_3"
ESCO = "competency/esco"
ESCO_ONET = "competency/esco_onet_crosswalk/esco_onet_crosswalk_Nov2020.csv"
TAXONOMIES = "us/taxonomies"
_NOT_SAID = {"", "n/a"}
Reader = Callable[[Path, int | None], Crosswalk]
_EXAMPLE = re.compile(r"\n|(?<=\S) - ")


def rows(path: Path) -> Iterator[Mapping[str, str]]:
    """Rows of a CSV file or of the first sheet of a workbook, by lower-cased column name."""
    return (row for _, row in files.rows(path))


def _some(sources: Iterable[Text], most: int | None) -> tuple[Text, ...]:
    """At most so many, chosen by the digest of their keys."""
    chosen = list(sources)
    if most is not None and len(chosen) > most:
        chosen = sorted(chosen, key=lambda text: blake2b(text.key.encode(), digest_size=8).digest())[:most]
    return tuple(chosen)


def _crosswalk(
    name: str,
    sources: Iterable[Text],
    targets: Iterable[Text],
    pairs: Iterable[tuple[str, str]],
    most: int | None = None,
) -> Crosswalk:
    """Sources without a right target among the targets are left out; so are pairs of things that are not here."""
    ends = tuple(targets)
    known = {target.key for target in ends}
    gold: dict[str, set[str]] = {}
    for source, target in pairs:
        if target in known:
            gold.setdefault(source, set()).add(target)
    asked = _some((source for source in sources if source.key in gold), most)
    return Crosswalk(name, asked, ends, {source.key: frozenset(gold[source.key]) for source in asked})


@cache
def onet_occupations(root: Path) -> tuple[Text, ...]:
    """Detailed occupations with alternate, short and reported titles."""
    titles: dict[str, dict[str, None]] = {}
    for row in rows(root / ONET / "Alternate_Titles.xlsx"):
        for title in (row["alternate title"], row["short title"]):
            if title not in _NOT_SAID:
                titles.setdefault(row["o*net-soc code"], {})[title] = None
    for row in rows(root / ONET / "Sample_of_Reported_Titles.xlsx"):
        titles.setdefault(row["o*net-soc code"], {})[row["reported job title"]] = None
    return tuple(
        Text(code, row["title"], tuple(titles.get(code, ())), row["description"], code)
        for row in rows(root / ONET / "Occupation_Data.xlsx")
        for code in [row["o*net-soc code"]]
    )


@cache
def esco_occupations(root: Path) -> Mapping[str, Text]:
    """Occupations of ESCO by URI; the group is the unit group of ISCO."""
    return {
        row["concepturi"]: Text(
            row["concepturi"],
            row["preferredlabel"],
            tuple(label for label in f"{row['altlabels']}\n{row['hiddenlabels']}".split("\n") if label),
            row["description"],
            row["iscogroup"],
            row["iscogroup"],
        )
        for row in rows(root / ESCO / "occupations_en.csv")
    }


def esco_onet(root: Path, most: int | None = None) -> Crosswalk:
    """ESCO occupations → detailed occupations of O*NET (Mapping Career Causeways, 2020)."""
    later: dict[str, set[str]] = {}
    for row in rows(root / TAXONOMIES / "onet_2010_to_2019_Crosswalk.csv"):
        later.setdefault(row["o*net-soc 2010 code"], set()).add(row["o*net-soc 2019 code"])
    known = esco_occupations(root)
    sources, pairs = [], []
    for row in rows(root / ESCO_ONET):
        key, code = row["concept_uri"], row["isco_code"]
        sources.append(known.get(key) or Text(key, row["esco_occupation"], code=code, group=code))
        pairs += [(key, one) for one in later.get(row["onet_code"], {row["onet_code"]})]
    return _crosswalk("ESCO → O*NET occupations", sources, onet_occupations(root), pairs, most)


@cache
def soc_occupations(root: Path, *, titles: bool = True) -> tuple[Text, ...]:
    """Detailed occupations of SOC 2018, with the titles that O*NET knows for them if asked."""
    known: dict[str, dict[str, None]] = {}
    for text in onet_occupations(root) if titles else ():
        known.setdefault(text.key[:7], {}).update(dict.fromkeys(text.labels))
    return tuple(
        Text(code, row["soctitle"], tuple(known.get(code, ())), row["socdefinition"], code)
        for row in rows(root / TAXONOMIES / "soc2018_definitions.csv")
        for code in [row["soccode"]]
        if row["socgroup"] == "Detailed"
    )


def cip_soc(root: Path, most: int | None = None) -> Crosswalk:
    """Fields of study → occupations (NCES and BLS, 2020); the group is the four-digit series."""
    sources = []
    for row in rows(root / TAXONOMIES / "CIPCode2020.csv"):
        code = row["cipcode"].strip('="')
        examples = [one.strip(" -") for one in _EXAMPLE.split(row["examples"].removeprefix("Examples:"))]
        shown = tuple(one for one in examples if one.strip("[]"))
        sources.append(Text(code, row["ciptitle"].strip(". "), shown, row["cipdefinition"], code, code[:5]))
    crosswalk = rows(root / TAXONOMIES / "CIP2020_SOC2018_Crosswalk.csv")
    pairs = [(row["cip2020code"], row["soc2018code"]) for row in crosswalk]
    return _crosswalk("CIP 2020 → SOC 2018", sources, soc_occupations(root), pairs, most)


def esco_isco(root: Path, most: int | None = None) -> Crosswalk:
    """ESCO occupations → unit groups of ISCO-08. The source's own code is the answer, so it is taken away."""
    known = esco_occupations(root)
    sources = [Text(one.key, one.label, one.alternates, one.long, group=one.group) for one in known.values()]
    targets = [
        Text(row["code"], row["preferredlabel"], (), row["description"], row["code"])
        for row in rows(root / ESCO / "ISCOGroups_en.csv")
        if len(row["code"]) == 4
    ]
    return _crosswalk(
        "ESCO occupations → ISCO-08 unit groups",
        sources,
        targets,
        ((k, t.code) for k, t in known.items()),
        most,
    )


def tasks_activities(root: Path, most: int | None = None) -> Crosswalk:
    """Tasks → detailed work activities of O*NET; the group is the occupation that the task belongs to."""
    tasks: dict[str, Text] = {}
    pairs = []
    for row in rows(root / ONET / "Tasks_to_DWAs.xlsx"):
        key = row["task id"]
        tasks[key] = Text(key, row["task"], group=row["o*net-soc code"])
        pairs.append((key, row["dwa id"]))
    return _crosswalk(
        "O*NET tasks → detailed work activities", tasks.values(), work_activities(root), pairs, most
    )


def activities_groups(root: Path, most: int | None = None) -> Crosswalk:
    """Detailed work activities of O*NET → the broader activity of each; the group is the generalized activity above."""
    broader: dict[str, Text] = {}
    sources, pairs = [], []
    for row in rows(root / ONET / "DWA_Reference.xlsx"):
        broader[row["iwa id"]] = Text(row["iwa id"], row["iwa title"])
        sources.append(Text(row["dwa id"], row["dwa title"], group=row["element id"]))
        pairs.append((row["dwa id"], row["iwa id"]))
    name = "O*NET detailed → intermediate work activities"
    return _crosswalk(name, sources, broader.values(), pairs, most)


def tasks_revised(root: Path, most: int | None = None) -> Crosswalk:
    """Tasks of O*NET as people in the occupation reworded them → the task they reworded, among all tasks."""
    tasks = (Text(row["task id"], row["task"]) for row in rows(root / ONET / "Task_Statements.xlsx"))
    sources, pairs = [], []
    for number, row in enumerate(rows(root / ONET / "Emerging_Tasks.xlsx")):
        if row["category"] == "Revision":
            sources.append(Text(f"revised:{number}", row["task"], group=row["o*net-soc code"]))
            pairs.append((f"revised:{number}", row["original task id"]))
    return _crosswalk("O*NET tasks reworded → O*NET tasks", sources, tasks, pairs, most)


def work_activities(root: Path) -> tuple[Text, ...]:
    """Detailed work activities of O*NET."""
    return tuple(
        Text(row["dwa id"], row["dwa title"], code=row["dwa id"])
        for row in rows(root / ONET / "DWA_Reference.xlsx")
    )


def annotated(root: Path, name: str) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Sentences of job advertisements, the spans marked in each, and the skills of ESCO that people saw in a span.

    `name` is house or tech (Decorte et al. 2022, validation). A skill whose label is not known here is left out.
    """
    keys = {text.label: text.key for text in esco_skills(root) if text.label}
    found: dict[str, dict[str, frozenset[str]]] = {}
    path = root / f"competency/skill_extraction_validation/{name}_validation_annotations.csv"
    for row in rows(path):
        spans = found.setdefault(row["sentence"], {})
        said = frozenset({keys[row["label"]]} if row["label"] in keys else ())
        spans[row["span"]] = spans.get(row["span"], frozenset()) | said
    return found


def _spans(name: str) -> Reader:
    """Spans of the sentences → skills of ESCO."""

    def read(root: Path, most: int | None = None) -> Crosswalk:
        pairs = [
            (span, key)
            for spans in annotated(root, name).values()
            for span, keys in spans.items()
            for key in keys
        ]
        sources = [Text(span, span) for span in dict.fromkeys(span for span, _ in pairs)]
        title = f"Spans of {name.upper()} (validation) → ESCO skills"
        return _crosswalk(title, sources, esco_skills(root), pairs, most)

    return read


def technologies(root: Path) -> tuple[Text, ...]:
    """Technology skills of O*NET: each example once, with its kind as longer text."""
    kinds = {row["example"]: row["commodity title"] for row in rows(root / ONET / "Technology_Skills.xlsx")}
    return tuple(Text(f"technology:{name}", name, long=kind) for name, kind in sorted(kinds.items()))


def nice_competencies(root: Path, most: int | None = None) -> Crosswalk:
    """Knowledge, skills and abilities of NICE → the competency that NIST sorts each under."""
    statements: dict[str, Text] = {}
    names: dict[str, str] = {}
    pairs = []
    for row in rows(root / "competency/nice_2021/nistnice2022-full.csv"):
        key, target = row["ksa id"], row["competency id"]
        statements[key] = Text(key, row["ksa"])
        names[target] = row["competency"]
        pairs.append((key, target))
    targets = [Text(key, name) for key, name in names.items()]
    return _crosswalk("NICE statements → NICE competencies", statements.values(), targets, pairs, most)


def esco_skill_groups(root: Path, most: int | None = None) -> Crosswalk:
    """Skills of ESCO whose label a collection gives → their group in the skills hierarchy."""
    groups = [
        Text(row["concepturi"], row["preferredlabel"], (), row["description"])
        for row in rows(root / ESCO / "skillGroups_en.csv")
    ]
    pairs = [
        (row["concepturi"], row["broaderuri"])
        for row in rows(root / ESCO / "broaderRelationsSkillPillar_en.csv")
        if row["broadertype"] == "SkillGroup"
    ]
    known = [text for text in esco_skills(root) if text.label]
    return _crosswalk("ESCO skills → ESCO skill groups", known, groups, pairs, most)


@cache
def esco_skills(root: Path) -> tuple[Text, ...]:
    """All skills of ESCO. Label and other labels come from the collections; elsewhere they are not known, and empty.

    The text in which label, alternates and description run together stands as the longer text of the others.
    """
    known: dict[str, Text] = {}
    for path in sorted((root / ESCO).glob("*SkillsCollection_en.csv")):
        for row in rows(path):
            others = tuple(label.strip() for label in row["altlabels"].split(" | ") if label.strip())
            known[row["concepturi"]] = Text(
                row["concepturi"], row["preferredlabel"], others, row["description"]
            )
    runs = rows(root / ESCO / "skills_labels_descriptions.csv")
    every = {row["id"]: known.get(row["id"]) or Text(row["id"], long=row["description"]) for row in runs}
    return tuple({**known, **every}.values())


def _editions(
    name: str, path: str, columns: tuple[str, str, str, str]
) -> Callable[[Path, int | None], Crosswalk]:
    """Two editions of one classification, by title alone: (code, title) of the older, (code, title) of the newer."""

    def read(root: Path, most: int | None = None) -> Crosswalk:
        table = [[row[column].strip() for column in columns] for row in rows(root / TAXONOMIES / path)]
        older = {code: Text(code, title) for code, title, _, _ in table if code}
        newer = {code: Text(code, title) for _, _, code, title in table if code}
        return _crosswalk(name, older.values(), newer.values(), ((row[0], row[2]) for row in table), most)

    return read


soc_editions = _editions(
    "SOC 2010 → SOC 2018",
    "soc2010_to_2018_crosswalk.csv",
    ("soccode2010", "soctitle2010", "soccode2018", "soctitle2018"),
)
onet_editions = _editions(
    "O*NET-SOC 2010 → 2019",
    "onet_2010_to_2019_Crosswalk.csv",
    ("o*net-soc 2010 code", "o*net-soc 2010 title", "o*net-soc 2019 code", "o*net-soc 2019 title"),
)
onet_soc = _editions(
    "O*NET-SOC 2019 → SOC 2018",
    "onet_2019_to_SOC_Crosswalk.csv",
    ("o*net-soc 2019 code", "o*net-soc 2019 title", "2018 soc code", "2018 soc title"),
)
oes_soc = _editions(
    "OES 2019 → SOC 2018",
    "oes_hybrid_crosswalk.csv",
    ("oes2019estimatescode", "oes2019estimatestitle", "soccode2018", "soctitle2018"),
)

FILES = (
    ESCO_ONET,
    f"{ESCO}/occupations_en.csv",
    f"{ESCO}/ISCOGroups_en.csv",
    f"{ONET}/Occupation_Data.xlsx",
    f"{ONET}/Alternate_Titles.xlsx",
    f"{ONET}/Sample_of_Reported_Titles.xlsx",
    f"{TAXONOMIES}/onet_2010_to_2019_Crosswalk.csv",
    f"{TAXONOMIES}/CIPCode2020.csv",
    f"{TAXONOMIES}/CIP2020_SOC2018_Crosswalk.csv",
    f"{TAXONOMIES}/soc2018_definitions.csv",
)
"""What the sets that teach are read from."""
LEARNT: Mapping[str, tuple[Reader, int | None]] = {
    "esco-onet": (esco_onet, None),
    "cip-soc": (cip_soc, None),
    "esco-isco": (esco_isco, 1_500),
}
"""Sets that teach, and how many of their sources, so that none drowns the others."""
ONLY_MEASURED: Mapping[str, tuple[Reader, int | None]] = {
    "tasks": (tasks_activities, 1_500),
    "nice": (nice_competencies, None),
    "esco-skill-groups": (esco_skill_groups, 1_500),
    "soc-editions": (soc_editions, None),
    "onet-editions": (onet_editions, None),
    "onet-soc": (onet_soc, None),
    "oes-soc": (oes_soc, None),
    "spans-house": (_spans("house"), None),
    "spans-tech": (_spans("tech"), None),
}
"""Sets that the shipped model never saw."""
STATEMENTS_LEARNT: Mapping[str, tuple[Reader, int | None]] = {
    "tasks": (tasks_activities, 1_500),
    "activities": (activities_groups, None),
}
"""Sets of statements that teach the order and the confidence of alignment with a sentence model."""
STATEMENTS: Mapping[str, tuple[Reader, int | None]] = {
    "tasks-revised": (tasks_revised, None),
    "nice": (nice_competencies, None),
    "esco-skill-groups": (esco_skill_groups, 1_500),
}
"""Sets of statements that it never saw."""
STATEMENT_FILES = tuple(f"{ONET}/{name}.xlsx" for name in ("Tasks_to_DWAs", "DWA_Reference"))
"""What those that teach are read from."""
