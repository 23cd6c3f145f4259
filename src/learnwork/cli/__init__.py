"""The `learnwork` command: one module a sub-command, parsed here, done by the rooms below.

Exit codes: 0 done; 1 could not be done, or errors were found; 2 wrong usage; 3 a release was held back;
130 interrupted.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    try:
        from learnwork.cli.app import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
