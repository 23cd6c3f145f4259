"""How fast one job description is matched with every program, and how long a process needs to get ready for it.

    LEARNWORK_DATA=DATA python benchmarks/matching.py

DATA is a loaded data folder (`learnwork load recipe`, for the whole country `united-states.yaml`). Measured are:
making the table of expected competencies out of the registry, reading it from disk where one process has kept it for
all, making the reader of texts ready, and then for each of
the texts below what a request does: reading it, scoring every program and occupation, and telling the best ten of both
with what they cover and lack. Wall time in one process; the median and the slowest of all runs after the first. A
limit that is missed is told and ends the run with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

LIMIT = 0.150  # seconds for one job description against every program
TEXTS = {
    "welder": """Welder, second shift
We look for a welder with experience in MIG and TIG. You read blueprints, lay out and cut steel plate, weld pipe and
structural members and inspect finished welds. Asked for: good judgment and decision making, active listening,
mathematics, AutoCAD, and knowledge of mechanical equipment and of quality control analysis.""",
    "nurse": """Registered nurse, medical-surgical unit
You assess patients, give medication, coordinate plans of care with physicians and document in Epic Systems. A state
license is required. Critical thinking, service orientation, time management, social perceptiveness and knowledge of
medicine and dentistry and of psychology are essential; Microsoft Excel and Microsoft Outlook are used daily.""",
    "data engineer": """Data engineer
You build pipelines with Python, Apache Spark and SQL on Amazon Web Services AWS, model data in Snowflake and keep code
in Git. Programming, complex problem solving, systems analysis, instructing and writing are part of every week.""",
}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


def measure(rounds: int) -> dict[str, Any]:
    from learnwork.competencies import expecting, knowing, matches, questions
    from learnwork.registry import listing

    def once(text: str) -> Any:
        return matches.answer(questions.question_of(questions.read(text)))

    made, _ = timed(lambda: expecting.made(listing.state(), None))
    knowing.known(now=True)  # keeps it where it is not kept
    knowing.forget()
    table, known = timed(knowing.known)
    ready, _ = timed(
        lambda: once("Somebody who welds pipe, reads plans and writes reports every day of the week.")
    )
    times: dict[str, list[float]] = {}
    for name, text in TEXTS.items():
        once(text)
        times[name] = [timed(lambda text=text: once(text))[0] for _ in range(rounds)]  # type: ignore[misc]
    every = [one for some in times.values() for one in some]
    return {
        "programs": len(known.programs),
        "rows": len(known.table.rows),
        "competencies": len(known.table.competencies),
        "occupations": len(known.table.occupations),
        "table made out of the registry, seconds": round(made, 2),
        "table read from disk, seconds": round(table, 2),
        "reader ready, seconds": round(ready, 2),
        "median, seconds": {name: round(statistics.median(some), 4) for name, some in times.items()},
        "slowest, seconds": round(max(every), 4),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "learnwork.web.settings"
    import django

    django.setup()
    found = measure(arguments.rounds)
    print(json.dumps(found, indent=2))
    missed = max(found["median, seconds"].values()) > LIMIT
    if missed:
        print(f"missed: {LIMIT} seconds for one job description")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
