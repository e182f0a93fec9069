#!/bin/sh
# Writes constraints.txt: the newest versions that fit pyproject.toml, as one clean environment resolved them.
# Names and versions only; where they come from is the installing machine's own matter.
set -eu
cd "$(dirname "$0")/.."

python=$(sh tools/find-python.sh)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

"$python" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -e '.[dev,fast]'
{
    echo "# What make installs, pinned, so that every machine has the same. Written by \`make constraints\`."
    "$scratch/venv/bin/python" -m pip freeze --exclude-editable
    echo "# Needed on Windows only, so never resolved above."
    echo "colorama==0.4.6"
} >"$scratch/constraints.txt"
if grep -n -e '://' -e '@' "$scratch/constraints.txt"; then
    echo "These lines name a place; a constraint must be a name and a version." >&2
    exit 1
fi
mv "$scratch/constraints.txt" constraints.txt
