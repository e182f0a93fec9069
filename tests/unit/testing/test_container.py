"""What a container is told before it starts."""

from __future__ import annotations

import pytest

from emulator.testing import EmulatorContainer


@pytest.mark.parametrize(
    ("here", "inside"),
    [
        ("http://localhost:3000/hooks?a=1", "http://host.docker.internal:3000/hooks?a=1"),
        ("http://127.0.0.1:3000", "http://host.docker.internal:3000"),
        ("http://[::1]:3000/", "http://host.docker.internal:3000/"),
        ("http://0.0.0.0:3000/", "http://host.docker.internal:3000/"),
        ("https://app.localhost/", "https://host.docker.internal/"),
        ("http://u:p@localhost:1/", "http://u:p@host.docker.internal:1/"),
        ("http://app:3000/hooks", "http://app:3000/hooks"),
        ("http://10.0.0.7/", "http://10.0.0.7/"),
    ],
)
def test_this_machine_is_spelt_as_the_container_has_to(here: str, inside: str) -> None:
    assert EmulatorContainer.from_inside(here) == inside
