"""Which paths belong to a provider's own API: `/{provider}/…`, and `/runs/{id}/{provider}/…` for one run."""

from __future__ import annotations

import re

from emulator.provider.shape import RESERVED

_PATH = re.compile(r"(?:/runs/[^/]+)?/(?P<provider>[a-z][a-z0-9-]*)(?:/.*)?", re.ASCII | re.DOTALL)


def is_provider_path(path: str) -> bool:
    """Whether a decoded path belongs to a provider's API, and not to the emulator's own."""
    match = _PATH.fullmatch(path)
    return match is not None and match["provider"] not in RESERVED
