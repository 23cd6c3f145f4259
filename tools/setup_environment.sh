#!/usr/bin/env bash
# Makes the virtual environment .venv and installs the project into it, from the lock files, with hashes checked.
# usage: tools/setup_environment.sh server|dev
set -euo pipefail
cd "$(dirname "$0")/.."
kind="${1:?say server or dev}"
environment="${VENV:-.venv}"

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.14 python3.13 python3.12 python3.11 python3; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "No Python 3.11 or newer was found. Install one, or name it: make PYTHON=/path/to/python3" >&2
  return 1
}

make_environment() {
  local python="$1"
  if "$python" -m venv "$environment"; then
    return
  fi
  rm -rf "$environment"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "This Python cannot make virtual environments: installing python3-venv"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv
    "$python" -m venv "$environment"
    return
  fi
  echo "This Python cannot make virtual environments. Install its venv module (Debian: apt-get install python3-venv)." >&2
  return 1
}

if ! [ -x "$environment/bin/python" ]; then
  python="$(find_python)"
  echo "Making $environment with $("$python" --version)"
  make_environment "$python"
fi
echo "Installing from requirements/$kind.txt"
install=("$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-input)
"${install[@]}" --require-hashes --requirement requirements/build.txt --requirement "requirements/$kind.txt"
"${install[@]}" --no-deps --no-build-isolation --editable .
# Also where Python is told to write no bytecode: compiling the project anew at every start takes two seconds.
"$environment/bin/python" -m compileall -q src
"$environment/bin/python" tools/fetch_browser_libraries.py
touch "$environment/installed-$kind"
