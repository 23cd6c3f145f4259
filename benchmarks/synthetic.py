"""Records in any number for measuring search, drawn from the real distribution of programs in the United States.

Up to the number of programs that the federal completions survey reports, the records *are* that survey: institution,
field and award level, with the award counts, places and earnings that belong to them. Beyond it, whole institutions
are drawn with replacement (bootstrap), each with all the programs of a real one, so that programs an institution,
lengths of names, duplicate titles and the skew of every facet stay as they are. A drawn institution gets a name made
of the parts of real names and the place of another one. The same seed gives the same records.

    python benchmarks/synthetic.py 5 --seed 1       # print five records
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from learnwork.search.record import Place, Record
from learnwork.vocabulary.ctid import derived_ctid

DATA = Path(__file__).resolve().parents[1] / "../shared/data/us"
YEARS = (2024, 2023, 2022, 2021, 2020)
# Award level of the survey → class of CTDL, words, College Scorecard's level.
LEVELS = {
    "20": ("ceterms:Certificate", "Certificate of under 300 hours", "1"),
    "21": ("ceterms:Certificate", "Certificate of 300 to 899 hours", "1"),
    "2": ("ceterms:Certificate", "Certificate of one to two years", "1"),
    "4": ("ceterms:Certificate", "Certificate of two to four years", "1"),
    "3": ("ceterms:AssociateDegree", "Associate's degree", "2"),
    "5": ("ceterms:BachelorDegree", "Bachelor's degree", "3"),
    "6": ("ceterms:PostBaccalaureateCertificate", "Postbaccalaureate certificate", "4"),
    "7": ("ceterms:MasterDegree", "Master's degree", "5"),
    "8": ("ceterms:PostMasterCertificate", "Post-master's certificate", "8"),
    "17": ("ceterms:ResearchDoctorate", "Doctor's degree, research", "6"),
    "18": ("ceterms:ProfessionalDoctorate", "Doctor's degree, professional practice", "7"),
    "19": ("ceterms:DoctoralDegree", "Doctor's degree, other", "6"),
}
KINDS = {"1": "public", "2": "private not-for-profit", "3": "private for-profit"}


@dataclass(frozen=True, slots=True)
class _Institution:
    key: str
    name: str
    alias: str
    kind: str
    place: Place


def _institutions() -> dict[str, _Institution]:
    found: dict[str, _Institution] = {}
    for year in YEARS:
        path = DATA / f"ipeds/hd{year}.csv"
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["UNITID"] in found:
                    continue
                county = row["COUNTYCD"].zfill(5) if row["COUNTYCD"].isdigit() else ""
                place = Place(
                    row["STABBR"], county, row["COUNTYNM"], row["CITY"], row["ZIP"][:5],
                    float(row["LATITUDE"]), float(row["LONGITUD"]),
                )  # fmt: skip
                found[row["UNITID"]] = _Institution(
                    row["UNITID"], row["INSTNM"], row["IALIAS"].strip(), KINDS.get(row["CONTROL"], ""), place
                )
    return found


def _programs() -> dict[str, dict[tuple[str, str], int | None]]:
    """Institution → (CIP, level) → awards of the latest year; None where only an earlier year reports it."""
    found: dict[str, dict[tuple[str, str], int | None]] = defaultdict(dict)
    columns = ["UNITID", "CIPCODE", "AWLEVEL", "CTOTALT", "IS_CIP_6DIGIT"]
    for year in YEARS:
        table = pq.read_table(DATA / f"ipeds/c{year}_a.parquet", columns=columns).to_pydict()
        for unit, cip, level, awards, whole in zip(*table.values(), strict=True):
            if not whole or cip.startswith("99"):
                continue
            programs, key = found[str(unit)], (cip, str(level))
            if year == YEARS[0]:
                programs[key] = (programs.get(key) or 0) + int(awards)
            else:
                programs.setdefault(key, None)
    return found


def _titles() -> dict[str, str]:
    with (DATA / "taxonomies/CIPCode2020.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {row["CIPCode"].strip('="'): row["CIPTitle"].rstrip(". ") for row in csv.DictReader(lines)}


def _occupations() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    with (DATA / "taxonomies/CIP2020_SOC2018_Crosswalk.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            soc = row["SOC2018Code"]
            if not soc.startswith("99"):
                found[row["CIP2020Code"]] |= {f"{soc[:2]}-0000", f"{soc[:6]}0", soc}
    return {cip: tuple(sorted(codes)) for cip, codes in found.items()}


def _earnings() -> dict[tuple[str, str, str], float]:
    columns = ["unitid", "cip_code", "credential_level", "earnings"]
    table = pq.read_table(DATA / "scorecard/value_check.parquet", columns=columns).to_pydict()
    return {
        (str(unit), str(cip).replace(".", "").zfill(4), str(level)): float(value)
        for unit, cip, level, value in zip(*table.values(), strict=True)
        if value is not None
    }


def _courses() -> list[tuple[str, float | None, float | None]]:
    """Titles of a state's training list with cost and clock hours."""
    with (DATA / "nj_etpl/nj_etpl_programs.csv").open(encoding="utf-8-sig", newline="") as lines:
        return [
            (row["officialname"].strip(), _number(row["totalcost"]), _number(row["totalclockhours"]))
            for row in csv.DictReader(lines)
            if row["officialname"].strip()
        ]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value > 0 else None


class _Source:
    """The real distribution, and how a record is made of it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.institutions = _institutions()
        self.programs = _programs()
        self.titles = _titles()
        self.occupations = _occupations()
        self.earnings = _earnings()
        self.courses = _courses()
        self.keys = [key for key in self.programs if key in self.institutions]
        self.number = 0

    def provider(self, one: _Institution) -> Iterator[Record]:
        """The institution, its programs, and for one in twenty programs a course from a training list."""
        owner = derived_ctid("synthetic", one.key)
        programs = self.programs.get(one.origin if isinstance(one, _Drawn) else one.key, {})
        yield self._record(
            owner, "organization", "ceterms:CredentialOrganization", one.name,
            alternates=(one.alias,) * bool(one.alias), provider_kind=one.kind, place=one.place,
            popularity=len(programs) * 10,
        )  # fmt: skip
        for (cip, level), awards in programs.items():
            yield self._program(one, owner, cip, level, awards)
            if self.random.random() < 0.05:
                yield self._course(one, owner, cip)

    def _program(self, one: _Institution, owner: str, cip: str, level: str, awards: int | None) -> Record:
        kind, words, scorecard = LEVELS[level]
        origin = one.origin if isinstance(one, _Drawn) else one.key
        return self._record(
            derived_ctid("synthetic", f"{one.key}/{cip}/{level}"), "credential", kind,
            f"{self.titles.get(cip, cip)}, {words}", provider=owner, provider_name=one.name,
            provider_kind=one.kind, level=level, fields=(cip[:2], cip[:5], cip), place=one.place,
            occupations=self.occupations.get(cip, ()), awards=awards, awarded=bool(awards),
            earnings=self.earnings.get((origin, cip[:2] + cip[3:5], scorecard)),
            delivery=("deliver:OnlineOnly",) if self.random.random() < 0.1 else ("deliver:InPerson",),
            sources=("ipeds",), popularity=awards or 0,
        )  # fmt: skip

    def _course(self, one: _Institution, owner: str, cip: str) -> Record:
        title, cost, hours = self.random.choice(self.courses)
        return self._record(
            derived_ctid("synthetic.course", f"{one.key}/{self.number}"), "learning_opportunity",
            "ceterms:LearningProgram", title, provider=owner, provider_name=one.name, provider_kind=one.kind,
            fields=(cip[:2], cip[:5], cip), place=one.place, occupations=self.occupations.get(cip, ()), cost=cost,
            hours=hours, weeks=hours and hours / 20, sources=("training-list",), text=self.titles.get(cip, ""),
        )  # fmt: skip

    def _record(self, ctid: str, type_: str, class_: str, name: str, **more: object) -> Record:
        self.number += 1
        return Record(self.number, ctid, type_, class_, name, derived=True, **more)  # type: ignore[arg-type]

    def drawn(self, number: int) -> _Drawn:
        """A further institution: programs of one real institution, place of another, name in parts of three."""
        origin, elsewhere, other = (self.institutions[self.random.choice(self.keys)] for _ in range(3))
        head, tail = other.name.split(), origin.name.split()
        name = " ".join([*head[: max(1, len(head) // 2)], *tail[len(tail) // 2 :]])
        if self.random.random() < 0.5:
            name = f"{name} of {elsewhere.place.city}"
        return _Drawn(f"{origin.key}-{number}", name, "", origin.kind, elsewhere.place, origin.key)


@dataclass(frozen=True, slots=True)
class _Drawn(_Institution):
    origin: str


def records(count: int, seed: int = 20200) -> Iterator[Record]:
    """`count` records: the real programs first, then bootstrapped institutions."""
    source = _Source(seed)
    for key in source.keys:
        for record in source.provider(source.institutions[key]):
            if record.id > count:
                return
            yield record
    number = 0
    while True:
        number += 1
        for record in source.provider(source.drawn(number)):
            if record.id > count:
                return
            yield record


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("count", type=int, nargs="?", default=5)
    parser.add_argument("--seed", type=int, default=20200)
    arguments = parser.parse_args()
    for record in records(arguments.count, arguments.seed):
        print(record)


if __name__ == "__main__":
    main()
