"""How many files and sockets this process may have open: as many as the system lets it."""

from __future__ import annotations

import sys

_ENOUGH = 65_536

if sys.platform == "win32":

    def most_descriptors() -> int:
        """How many there may be."""
        return _ENOUGH

else:
    import contextlib
    import resource

    def most_descriptors() -> int:
        """How many there may be, after the soft limit was raised: some systems begin with 256 or 1,024."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return _ENOUGH if soft == resource.RLIM_INFINITY else min(soft, _ENOUGH)
