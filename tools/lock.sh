#!/usr/bin/env bash
# Writes the lock files in requirements/ from pyproject.toml: every file's hash, no registry's address. What is locked
# stays; with --upgrade, as `make lock` runs it, the newest allowed versions are chosen.
set -euo pipefail
cd "$(dirname "$0")/.."
uv="${UV:-.venv/bin/uv}"
options=(--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet "$@")
"$uv" pip compile requirements/build.in "${options[@]}" --output-file requirements/build.txt
"$uv" pip compile pyproject.toml --extra server "${options[@]}" --output-file requirements/server.txt
"$uv" pip compile pyproject.toml --extra server --group dev --constraint requirements/server.txt "${options[@]}" \
  --output-file requirements/dev.txt
