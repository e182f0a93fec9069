"""How many sockets there may be: many systems begin with far fewer than they allow."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROBE = """
import resource
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, HARD))
from emulator.server.descriptors import most_descriptors
print(most_descriptors(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")
@pytest.mark.parametrize(("hard", "most"), [("hard", None), ("300", 300)])
def test_the_soft_limit_is_raised_as_far_as_the_hard_one_lets_it(hard: str, most: int | None):
    probe = [sys.executable, "-c", PROBE.replace("HARD", hard)]
    done = subprocess.run(probe, capture_output=True, text=True, check=True)
    told, soft = map(int, done.stdout.split())
    assert told == soft == (most or told)
    assert told > 256
