"""Run in a process of its own with the environment of an installation: prepare invitations, or dump what was saved.

python -m tests.surveys.served prepare 200      →  [[id, code], …]
python -m tests.surveys.served dump             →  {id: {item: value}}
"""

from __future__ import annotations

import json
import sys

from learnwork.cli import site


def prepare(count: int) -> list[tuple[int, str]]:
    from tests.surveys import making

    making.registry()
    survey = making.survey(several=True)
    invited = [making.invite(survey, making.NAMES[n % 3], email=f"r{n}@example.org") for n in range(count)]
    return [(invitation.pk, code) for invitation, code in invited]


def dump() -> dict[int, dict[str, object]]:
    from learnwork.surveys.models import Answer

    kept: dict[int, dict[str, object]] = {}
    for one in Answer.objects.all():
        kept.setdefault(one.invitation_id, {})[one.item] = one.value
    return kept


if __name__ == "__main__":
    site.ready()
    print(json.dumps(prepare(int(sys.argv[2])) if sys.argv[1] == "prepare" else dump()))  # noqa: T201
