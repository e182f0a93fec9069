"""The emulator's image as a container of Testcontainers, for tests whose machine has an engine and no emulator."""

from __future__ import annotations

import time
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import urlsplit

from emulator.testing.async_client import AsyncClient
from emulator.testing.client import Client
from emulator.testing.errors import ClientError

try:
    from testcontainers.core.config import ConnectionMode
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.exceptions import ContainerStartException
    from testcontainers.core.waiting_utils import WaitStrategy, WaitStrategyTarget
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "EmulatorContainer needs Testcontainers: pip install 'webhook-emulator[testcontainers]'",
        name=error.name,
    ) from None

IMAGE = "webhook-emulator"
PORT = 4622
HOST = "host.docker.internal"
"""What a container calls the machine that it runs on."""

_TURN_S = 0.2


class EmulatorContainer(DockerContainer):
    """The emulator in a container. Once it has started it is ready, at `url`; `client` asks it.

    What it was started with cannot be changed later, so all `with_…` come before. Everything else is as with any
    `DockerContainer`. The port is published on this machine's loopback alone, where the engine is on this machine.
    """

    def __init__(self, image: str = IMAGE, **options: Any) -> None:
        super().__init__(image, **options)
        self._token: str | None = None
        self.with_exposed_ports(PORT)
        self.waiting_for(_Ready())

    def with_scenarios(self, folder: str | Path) -> Self:
        """Take a folder's files along, but for hidden ones, to be played by name. Raises NotADirectoryError."""
        top = Path(folder)
        if not top.is_dir():
            raise NotADirectoryError(f"expected a folder of scenario files, found {str(folder)!r}")
        for file in sorted(top.rglob("*")):
            place = file.relative_to(top)
            if file.is_file() and not any(part.startswith(".") for part in place.parts):
                self.with_copy_into_container(file, f"/scenarios/{place.as_posix()}")
        return self

    def with_secret(self, provider: str, secret: str) -> Self:
        """The secret of a provider, where no scenario, endpoint or call names another."""
        return self.with_env(f"WEBHOOK_EMULATOR_SECRET_{provider.upper().replace('-', '_')}", secret)

    def with_target(self, url: str) -> Self:
        """Where webhooks go that have no other target: `localhost` in it is this machine, as in `from_inside`."""
        return self.with_env("WEBHOOK_EMULATOR_TARGET", self.from_inside(url))

    def with_token(self, token: str) -> Self:
        """The token that it asks for, and that its clients give."""
        self._token = token
        return self.with_env("WEBHOOK_EMULATOR_TOKEN", token)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def client(self, labels: Mapping[str, str] | None = None) -> Client:
        """A client of it, with its token."""
        return Client(self.url, token=self._token, labels=labels)

    def async_client(self, labels: Mapping[str, str] | None = None) -> AsyncClient:
        """The same for async tests."""
        return AsyncClient(self.url, token=self._token, labels=labels)

    @staticmethod
    def from_inside(url: str) -> str:
        """A URL of this machine as the container has to spell it: `localhost` becomes `host.docker.internal`.

        On Linux, what listens there must listen on all addresses (0.0.0.0), since no container reaches loopback.
        """
        parts = urlsplit(url)
        if not _is_loopback(parts.hostname or ""):
            return url
        login, at, _ = parts.netloc.rpartition("@")
        port = "" if parts.port is None else f":{parts.port}"
        return parts._replace(netloc=f"{login}{at}{HOST}{port}").geturl()

    def _configure(self) -> None:
        self._kwargs.setdefault("extra_hosts", {HOST: "host-gateway"})
        engine = self.get_docker_client()
        if self.image == IMAGE and not engine.client.images.list(IMAGE):
            raise ContainerStartException(
                f"there is no image {IMAGE} here: build it with `docker build --tag {IMAGE} .`, "
                'or name yours: EmulatorContainer("REGISTRY/webhook-emulator:VERSION")'
            )
        if engine.get_connection_mode() is ConnectionMode.docker_host and _is_loopback(engine.host()):
            ports = cast("dict[str, Any]", self.ports)
            ports[str(PORT)] = ports[str(PORT)] or ("127.0.0.1", None)


class _Ready(WaitStrategy):
    """Until it is ready. One that ended, because of a wrong scenario file for instance, is waited for no longer."""

    def wait_until_ready(self, container: WaitStrategyTarget) -> None:
        emulator = cast("EmulatorContainer", container)
        end = time.monotonic() + self._startup_timeout
        while True:
            emulator.reload()
            if emulator.status in ("exited", "dead"):
                told = b"".join(emulator.get_logs()).decode(errors="replace")
                raise ContainerStartException(f"the emulator ended before it was ready, saying:\n{told}")
            try:
                return emulator.client().ready(_TURN_S)
            except ClientError as error:
                if time.monotonic() >= end:
                    raise TimeoutError(f"not ready within {self._startup_timeout} s: {error}") from None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
