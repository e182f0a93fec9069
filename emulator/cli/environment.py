"""The environment as the commands see it: secrets may also lie in files, as containers hand them over."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from emulator.errors import InvalidInput
from emulator.scenario.secret import ENVIRONMENT, environment_name

_FILE = "_FILE"


def environment(given: Mapping[str, str] = os.environ) -> Mapping[str, str]:
    """The variables, with `WEBHOOK_EMULATOR_SECRET_X` also filled from the file that `…_X_FILE` names.

    A variable that is set itself wins over its file. Raises InvalidInput for a file that cannot be read.
    """
    files = {
        name: path for name, path in given.items() if name.startswith(ENVIRONMENT) and name.endswith(_FILE)
    }
    if not files:
        return given
    secrets = {name.removesuffix(_FILE): _secret(name, path) for name, path in files.items()}
    return {**secrets, **given}


def secret_for(provider: str, given: str | None) -> str | None:
    """The secret that was given by flag, else that of the environment; None where there is neither.

    Raises InvalidInput for empty text, which is never meant.
    """
    name = environment_name(provider)
    secret, source = (given, "--secret") if given is not None else (environment().get(name), name)
    if secret == "":
        raise InvalidInput.of(f"{source}: expected a secret, found empty text")
    return secret


def _secret(name: str, path: str) -> str:
    """What the file holds, without the line end that editors put there."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput.of(f"{name}: {path} cannot be read: {error.strerror}") from None
    return os.fsdecode(content.removesuffix(b"\n").removesuffix(b"\r"))
