"""What is odd about the environment of a server: it starts all the same, but probably not as it was meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from emulator.cli.environment import FILE, secret_in_file
from emulator.document.place import most_like, shortened
from emulator.errors import InvalidInput
from emulator.scenario.secret import ENVIRONMENT

_OURS = "WEBHOOK_EMULATOR_"


def doubts(environment: Mapping[str, str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Names of variables, each with what is odd about it. `known` are those of settings. No value is shown."""
    ours = {name for name in environment if name.startswith(_OURS)}
    for name in sorted(ours.difference(known)):
        if not name.startswith(ENVIRONMENT):
            yield name, _unknown(name, known)
        elif name.endswith(FILE) and name.removesuffix(FILE) not in ours:
            yield from ((name, told) for told in _unreadable(name, environment[name]))


def _unknown(name: str, known: Collection[str]) -> str:
    words = [each.removeprefix(_OURS) for each in known]
    near = most_like(shortened(name.removeprefix(_OURS)), words)
    return "nothing reads this variable" + (f"; did you mean {_OURS}{near}?" if near else "")


def _unreadable(name: str, path: str) -> Iterator[str]:
    """Why the file of a secret cannot be read, if so."""
    try:
        secret_in_file(name, path)
    except InvalidInput as error:
        yield error.problems[0].message
