"""One image for all tests, built from a clean copy of the repository."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.engine import Engine, built, docker

ROOT = Path(__file__).parents[2]
VERSION, REVISION, SOURCE = "1.2.3-test", "0123456789abcdef", "https://source.test/webhook-emulator"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.container)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that git knows, and no others: what was forgotten is missing here as well."""
    folder = tmp_path_factory.mktemp("checkout")
    git = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    known = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, known.split("\0")):
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy)
    return folder


@pytest.fixture(scope="session")
def image(checkout: Path) -> Iterator[str]:
    """The image's name. Without an engine this fails: nothing here is proved by being skipped."""
    docker("version")
    settings = {"VERSION": VERSION, "REVISION": REVISION, "SOURCE": SOURCE}
    options = [word for name, value in settings.items() for word in ("--build-arg", f"{name}={value}")]
    with built(str(checkout), *options) as tag:
        yield tag


@pytest.fixture
def engine(image: str) -> Iterator[Engine]:
    with Engine(image) as engine:
        yield engine
