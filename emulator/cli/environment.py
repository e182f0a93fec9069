"""The environment as the commands see it: secrets may also lie in files, as containers hand them over."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from emulator.errors import InvalidInput
from emulator.scenario.secret import ENVIRONMENT, environment_name

FILE = "_FILE"
"""What the name of a variable ends with that holds the path of a secret."""

_MOST_BYTES = 64 << 10


class Environment(Mapping[str, str]):
    """The variables, with `WEBHOOK_EMULATOR_SECRET_X` also filled from the file that `…_X_FILE` names.

    A variable that is set itself wins over its file. A file is read when its secret is asked for and not before, so
    that a wrong one is no matter to those who ask for another; that may raise InvalidInput. Iterating reads none.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self._secrets: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name in self._given or not name.startswith(ENVIRONMENT):
            return self._given[name]
        if name not in self._secrets:
            self._secrets[name] = secret_in_file(name + FILE, self._given[name + FILE])
        return self._secrets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


def environment(given: Mapping[str, str] = os.environ) -> Mapping[str, str]:
    """That of this process, as it is now: os.environ decodes every name whenever it is gone through."""
    return Environment(dict(given))


def secret_for(provider: str, given: str | None) -> str | None:
    """The secret that was given by flag, else that of the environment; None where there is neither.

    Raises InvalidInput for empty text, which is never meant.
    """
    name = environment_name(provider)
    secret, source = (given, "--secret") if given is not None else (environment().get(name), name)
    if secret == "":
        raise InvalidInput.of(f"{source}: expected a secret, found empty text")
    return secret


def secret_in_file(name: str, path: str) -> str:
    """What the file holds, without the line end that editors put there.

    No message shows the path: people put the secret itself there by mistake.
    """
    try:
        size = _regular_size(name, path)
        content = Path(path).read_bytes() if size <= _MOST_BYTES else b""
    except OSError as error:
        told = f"expected the path of a file that holds the secret; it cannot be read: {error.strerror}"
        raise InvalidInput.of(told, key=name) from None
    if max(size, len(content)) > _MOST_BYTES:
        raise InvalidInput.of(f"expected a file of at most {_MOST_BYTES >> 10} KiB", key=name)
    return os.fsdecode(content.removesuffix(b"\n").removesuffix(b"\r"))


def _regular_size(name: str, path: str) -> int:
    status = Path(path).stat()
    if not stat.S_ISREG(status.st_mode):
        raise InvalidInput.of("expected the path of a regular file", key=name)
    return status.st_size
