"""What is in the image, and what it says of itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator.template.catalog import METHODS
from tests.container.conftest import REVISION, SOURCE, VERSION
from tests.container.engine import CONFINED, Engine, docker
from tests.helpers.command import environment


@pytest.fixture(scope="session")
def config(image: str) -> Any:
    return json.loads(docker("image", "inspect", "--format", "{{json .Config}}", image))


def test_the_user_is_a_number_and_not_root(config: Any):
    assert config["User"] == "10001:10001"


def test_the_command_is_the_server_and_signals_reach_it(config: Any):
    assert (config["Entrypoint"], config["Cmd"]) == (["webhook-emulator"], ["serve"])
    assert config["StopSignal"] == "SIGTERM"


def test_one_port_and_no_volume_is_declared(config: Any):
    assert (list(config["ExposedPorts"]), config.get("Volumes")) == (["4622/tcp"], None)


def test_health_is_asked_of_our_own_command(config: Any):
    check = config["Healthcheck"]
    assert check["Test"] == ["CMD", "webhook-emulator", "readyz"]


def test_labels_tell_what_it_is_and_where_it_comes_from(config: Any):
    told = {
        key: text for key, text in config["Labels"].items() if key.startswith("org.opencontainers.image.")
    }
    assert told == {
        "org.opencontainers.image.title": "webhook-emulator",
        "org.opencontainers.image.description": "Plays a provider's webhooks to your application: the same bytes, "
        "signatures and retries, on a clock you control.",
        "org.opencontainers.image.licenses": "Apache-2.0",
        "org.opencontainers.image.version": VERSION,
        "org.opencontainers.image.revision": REVISION,
        "org.opencontainers.image.source": SOURCE,
    }


def test_little_is_added_to_the_base(image: str):
    history = docker("history", "--human=false", "--format", "{{.Size}} {{.Comment}}", image)
    ours = [line.split()[0] for line in history.splitlines() if "buildkit" in line]
    assert sum(map(int, ours)) < 40_000_000


def test_no_tests_tools_or_documentation_are_in_it(engine: Engine):
    names = ["tests", "docs", "ruff", "hypothesis", "mypy", "pygments", "gcc", "strip"]
    words = [word for name in names for word in ("-o", "-name", name)][1:]
    found = engine.run("--entrypoint", "find", command=("/opt", "/usr/bin", "/root", *words))
    assert found.out == ""


def test_everything_has_its_bytecode_since_nobody_can_write_any_later(engine: Engine):
    script = (
        "import importlib.util, sys, aiohttp.web, sqlite3, uvloop, emulator.emulator\n"
        "from pathlib import Path\n"
        "files = {getattr(m, '__file__', None) or '' for m in list(sys.modules.values())}\n"
        "print([f for f in files if f.endswith('.py')"
        " and not Path(importlib.util.cache_from_source(f)).exists()])\n"
    )
    assert engine.run("--entrypoint", "python", command=("-c", script)).out == "[]"


@pytest.mark.parametrize("options", [(), CONFINED, (*CONFINED, "--user", "4711:815"), ("--user", "0")])
def test_every_verb_works_for_any_user_on_a_root_that_cannot_be_written(
    engine: Engine, options: tuple[str, ...]
):
    said = engine.run(
        *options, command=("sign", "--provider", "entuitive", "--secret", "demo-secret", "/dev/null")
    )
    # printf '' | openssl dgst -sha256 -hmac demo-secret
    assert said.out == "7855538ae9504dbc35d30b8571580834b30f1ffbe3e74dc26ed432bde2dd813f"


def test_what_was_left_out_of_the_libraries_changes_no_body(engine: Engine, tmp_path: Path):
    """All made-up data of a seed is the same as here, where Faker is whole."""
    data = {name: f"{{{{ fake.{name}() }}}}" for name in METHODS}
    scenario = {
        "version": 1,
        "provider": "entuitive",
        "target": "http://receiver.test/",
        "secret": None,
        "start": "2026-01-05T09:00:00Z",
        "seed": 7,
        "speed": "instant",
        "events": [{"type": "user.created", "data": data}],
    }
    (tmp_path / "made-up.yaml").write_text(json.dumps(scenario))
    tmp_path.chmod(0o755)
    words = ("play", "made-up.yaml", "--dry-run")
    there = engine.run("--volume", f"{tmp_path}:/here:ro", "--workdir", "/here", command=words)
    here = subprocess.run(
        [sys.executable, "-m", "emulator", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert (there.code, there.out) == (0, here.stdout.strip())
