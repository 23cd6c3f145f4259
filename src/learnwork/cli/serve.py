"""`learnwork serve`: the web and the followers of changes, started, watched and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import Annotated

import typer

from learnwork.cli import site
from learnwork.cli.locks import taken
from learnwork.cli.output import say
from learnwork.vocabulary.errors import LearnworkError

_PATIENCE = 30.0  # seconds that the web may take to answer after it was started
_GRACE = 15.0  # seconds that processes get to end what they are doing
_RESTART = 2.0  # seconds before a follower that died is started again


class CannotServeError(LearnworkError):
    """The address is taken, or the web did not start."""

    code = "cannot-serve"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; others reach 0.0.0.0.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Web processes.")] = 2,
    follow: Annotated[
        bool, typer.Option("--follow/--no-follow", help="Whether to keep the search index here too.")
    ] = True,
    demonstration: Annotated[
        bool,
        typer.Option(
            "--demonstration", help="First load the packaged demonstration, if the registry is empty."
        ),
    ] = False,
) -> None:
    """Serve the site, bring the database up to date first, and keep the search index. Stop it with Ctrl-C."""
    _check_free(host, port)
    os.environ.setdefault("LEARNWORK_BASE_URL", f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}")  # noqa: S104
    if demonstration:
        os.environ.setdefault("LEARNWORK_SIGN_UP", "true")  # a place to try everything, the wallet too
    site.ready()
    if demonstration:
        from learnwork.cli.load import load_demonstration

        load_demonstration()
    from django.conf import settings

    with taken(settings.DATA, "serve") as free:
        if not free:
            raise CannotServeError(
                f"Learnwork is already served from {settings.DATA.absolute()}.",
                hint="Stop that one, or set LEARNWORK_DATA to another folder.",
            )
        code = _Site(host, port, workers, follow, settings.BASE_URL).run()
    raise typer.Exit(code)


def _check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServeError(
                f"Cannot listen on {host}:{port}: {error.strerror}.", hint="Choose another with --port."
            ) from error


class _Site:
    """The two processes. The web's end is the end of all; a follower that dies is started again."""

    def __init__(self, host: str, port: int, workers: int, follow: bool, address: str) -> None:
        self._host, self._port, self._address = host, port, address
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._web_command = [
            *(sys.executable, "-m", "gunicorn", "learnwork.web.wsgi:application", "--bind", bind),
            *("--workers", str(workers), "--threads", "4", "--worker-class", "learnwork.web.worker.Worker"),
            # A worker that loads every page on a machine with other work to do takes longer than gunicorn's 30 s.
            *("--limit-request-line", "8190", "--timeout", "120"),
            *("--graceful-timeout", "10", "--max-requests", "20000", "--max-requests-jitter", "2000"),
            *("--log-level", "warning", "--no-control-socket"),
        ]
        self._follower_command = [sys.executable, "-m", "learnwork", "work"]
        self._follow = follow
        self._stopping = False
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._start("web", self._web_command)
            if self._follow:
                self._start("follower", self._follower_command)
            self._await_web()
            return self._watch()
        finally:
            self._stop()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _start(self, name: str, command: list[str]) -> None:
        # In a session of its own, so that Ctrl-C reaches this process alone, which then stops the others in order.
        self._processes[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)

    def _await_web(self) -> None:
        until = time.monotonic() + _PATIENCE
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104
        while time.monotonic() < until and not self._stopping and self._processes["web"].poll() is None:
            try:
                socket.create_connection((host, self._port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                say(f"Learnwork serves at {self._address} (Ctrl-C stops it)")
                return
        if not self._stopping:
            raise CannotServeError("The web did not start.", hint="Its own words stand above.")

    def _watch(self) -> int:
        while not self._stopping:
            time.sleep(0.2)
            if (code := self._processes["web"].poll()) is not None:
                say(f"The web ended by itself (code {code}).", errors=True)
                return 1
            follower = self._processes.get("follower")
            if follower is not None and follower.poll() is not None:
                say("The follower of changes ended by itself; starting it again.", errors=True)
                time.sleep(_RESTART)
                if not self._stopping:
                    self._start("follower", self._follower_command)
        return 0

    def _stop(self) -> None:
        for process in self._processes.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + _GRACE
        for process in self._processes.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
