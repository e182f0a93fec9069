"""The container engine by its command line: what a test starts here is gone when the test ends."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

from tests.container.api import Api
from tests.receivers.process import running

LIMIT_S = 60
CONFINED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
PORT = 4622
TMPFS = ("--tmpfs", "/tmp")  # noqa: S108 - within a container
EVERYWHERE = ("--host", "0.0.0.0")  # noqa: S104 - the same


class EngineFailed(Exception):
    """A command of the engine ended with a code other than 0. The text holds what it said."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a container wrote, or a command did."""

    code: int
    out: str
    messages: str


def call(*words: str, env: Mapping[str, str] | None = None, limit_s: float = LIMIT_S) -> Said:
    """One command of the engine, whatever it comes to."""
    done = subprocess.run(
        ["docker", *words], capture_output=True, text=True, check=False, env=env, timeout=limit_s
    )
    return Said(done.returncode, done.stdout.strip(), done.stderr.strip())


def docker(*words: str, env: Mapping[str, str] | None = None, limit_s: float = LIMIT_S) -> str:
    """What a command of the engine prints. Raises EngineFailed."""
    said = call(*words, env=env, limit_s=limit_s)
    if said.code:
        raise EngineFailed(f"docker {' '.join(words)}: {said.code}\n{said.out}\n{said.messages}")
    return said.out


@dataclass(frozen=True, slots=True)
class Container:
    """A container, by its id or name."""

    id: str

    @property
    def state(self) -> Any:
        """What `docker inspect` says of its state."""
        return json.loads(docker("inspect", "--format", "{{json .State}}", self.id))

    @property
    def log(self) -> str:
        """All that it wrote so far, to both streams."""
        said = call("logs", self.id)
        return "\n".join(text for text in (said.out, said.messages) if text)

    @property
    def api(self) -> Api:
        """Its API."""
        return self.api_at(PORT)

    def api_at(self, port: int) -> Api:
        """Its API by the port of this machine that `port` is published on."""
        address, _, published = docker("port", self.id, f"{port}/tcp").rpartition(":")
        assert address == "127.0.0.1"
        return Api(int(published))

    def until(self, event: str) -> str:
        """Wait for an event of its life since its last start, such as `die` or `health_status: healthy`."""
        started = self.state["StartedAt"]
        words = [
            "docker",
            "events",
            "--since",
            started,
            "--filter",
            f"container={self.id}",
            "--format",
            "{{.Action}}",
        ]
        with running(words, {}, event) as match:
            return match[0]

    def healthy(self) -> Container:
        """Itself, once its health check passed."""
        met = self.until("health_status: healthy|^die$")
        assert met != "die", self.log
        return self

    def says(self, pattern: str) -> str:
        """Wait for a line of its log."""
        with running(["docker", "logs", "--follow", self.id], {}, pattern) as match:
            return match[0]

    def stop(self) -> int:
        """Stop it as `docker stop` does; its exit code."""
        docker("stop", "--time", "10", self.id)
        return int(self.state["ExitCode"])


@dataclass(frozen=True, slots=True)
class Engine:
    """Makes containers of one image, networks and volumes, and removes them again."""

    image: str
    _made: ExitStack = field(default_factory=ExitStack)

    def start(self, *options: str, command: tuple[str, ...] = ()) -> Container:
        """A container in the background."""
        name = self._name("container", "rm", "--force", "--volumes")
        docker("run", "--detach", "--name", name, *options, self.image, *command)
        return Container(docker("inspect", "--format", "{{.Id}}", name))

    def serve(self, *options: str, command: tuple[str, ...] = ()) -> Container:
        """A confined server that is healthy, its port published on loopback."""
        return self.start(*CONFINED, "--publish", f"127.0.0.1::{PORT}", *options, command=command).healthy()

    def run(self, *options: str, command: tuple[str, ...] = ()) -> Said:
        """A container from its start to its end."""
        return call("run", "--rm", *options, self.image, *command)

    def network(self) -> str:
        """A network on which containers find each other by name."""
        name = self._name("network", "rm")
        docker("network", "create", name)
        return name

    def volume(self) -> str:
        """An empty volume."""
        name = self._name("volume", "rm", "--force")
        docker("volume", "create", name)
        return name

    def _name(self, kind: str, *removal: str) -> str:
        name = unique()
        self._made.callback(call, kind, *removal, name)
        return name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()


def unique() -> str:
    """A name that nobody else uses."""
    return f"webhook-emulator-test-{uuid.uuid4().hex[:12]}"


@contextmanager
def built(folder: str, *options: str) -> Iterator[str]:
    """An image built from a folder; it is removed when the block ends."""
    tag = unique()
    docker("build", "--quiet", "--tag", tag, *options, folder, limit_s=280)
    try:
        yield tag
    finally:
        with suppress(EngineFailed):
            docker("image", "rm", "--force", tag)
