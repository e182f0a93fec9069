#!/bin/sh
# Prints the path of a Python that can carry the project: 3.11 or newer, able to make virtual environments.
# Each candidate is run, not just looked up: a version manager's shim may stand on the path and still start nothing.
# The base executable is asked for, so that an active environment is never told to rebuild itself.
set -u

incomplete=""
for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    found=$("$name" -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys._base_executable)' 2>/dev/null) || continue
    if "$found" -c 'import ensurepip, venv' 2>/dev/null; then
        printf '%s\n' "$found"
        exit 0
    fi
    incomplete=${incomplete:-$found}
done

if [ -n "$incomplete" ]; then
    version=$("$incomplete" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "$incomplete cannot make virtual environments: its ensurepip module is missing." >&2
    echo "On Debian and Ubuntu: apt-get install python$version-venv (or python3-venv)" >&2
else
    echo "No Python 3.11 or newer was found${PYTHON:+ under the name $PYTHON}." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3 ..." >&2
fi
exit 1
