"""Which paths belong to a provider's own API: `/{provider}/…`, and `/runs/{id}/{provider}/…` for one run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emulator.provider.shape import RESERVED

_PATH = re.compile(
    r"(?:/runs/(?P<run>[^/]+))?/(?P<provider>[a-z][a-z0-9-]*)(?P<path>/.*|)", re.ASCII | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class ProviderPath:
    """A path of a provider's API. `run` is the id of the run that it names, `path` stands below the provider's own."""

    run: str | None
    provider: str
    path: str


def provider_path(path: str) -> ProviderPath | None:
    """A decoded path taken apart; None where it is the emulator's own."""
    match = _PATH.fullmatch(path)
    if match is None or match["provider"] in RESERVED:
        return None
    return ProviderPath(match["run"], match["provider"], match["path"] or "/")
