"""A real kill in the middle of a load: nothing half-visible, nothing lost, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

LOADER = textwrap.dedent(
    """
    import os, sys
    sys.path.insert(0, os.getcwd())
    os.environ["DJANGO_SETTINGS_MODULE"] = "learnwork.web.settings"
    import django
    django.setup()
    from django.core.management import call_command
    from learnwork.intake.loading import load
    from learnwork.registry.models import Change, Envelope, Observation, Release, Resource
    from tests.made import figure, reading, said

    def count():
        tables = (Resource, Envelope, Observation, Change, Release)
        print("counts", *[m.objects.count() for m in tables], flush=True)

    def items():
        for n in range(9_000):
            yield said(str(n), ceterms_name={"en": f"Program {n}"})
            yield figure(str(n), n)
            if n == 8_500 and sys.argv[1] == "stop":
                print("half", flush=True)
                sys.stdin.read()

    call_command("migrate", verbosity=0)
    if sys.argv[1] == "first":
        load(reading(said("kept", ceterms_name={"en": "Kept"}), by="kept"), "made")
    elif sys.argv[1] in ("stop", "again"):
        load(reading(then=items, digest="1"), "made")
    count()
    """
)


def run(step: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", LOADER, step]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


def test_a_kill_in_the_middle_of_a_load_leaves_nothing_of_it(installation: dict[str, str]) -> None:
    assert run("first", installation) == "counts 1 1 0 1 1"
    command = [sys.executable, "-c", LOADER, "stop"]
    process = subprocess.Popen(
        command, env=installation, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "half"
    assert run("look", installation) == "counts 1 1 0 1 1", "a reader saw half a release"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    process.stdout.close()
    assert run("look", installation) == "counts 1 1 0 1 1"
    assert run("again", installation) == "counts 9001 9001 9000 9002 2"
    assert run("again", installation) == "counts 9001 9001 9000 9002 2"
