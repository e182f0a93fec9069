"""The endpoints that are registered for all runs: by calls of the API, and by the settings of the server."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any

from emulator.endpoint import Endpoint, Source, Unregistered

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class Endpoints:
    """Endpoints by id, in the order of their making. Those of the API are recorded by `put`.

    `now` is the real time, in microseconds since 1970.
    """

    def __init__(self, put: Callable[..., None], now: Callable[[], int]) -> None:
        self._put = put
        self._now = now
        self._by_id: dict[str, Endpoint] = {}
        self._active: tuple[Endpoint, ...] = ()
        self._numbers: dict[str, int] = {}
        self._made = 0

    def restore(self, configured: Iterable[Endpoint], recorded: Iterable[Endpoint]) -> None:
        """Begin with those of the settings, then those that a journal has."""
        self._by_id = {each.id: each for each in (*configured, *recorded)}
        for id in self._by_id:
            self._number(id)
        self._changed()

    def active(self) -> tuple[Endpoint, ...]:
        """Those that webhooks go to."""
        return self._active

    def all(self) -> list[Endpoint]:
        """All of them, as they are now."""
        now = self._now()
        for endpoint in list(self._by_id.values()):
            settled = endpoint.settled(now)
            if settled is not endpoint:
                self.change(settled)
        return list(self._by_id.values())

    def find(self, id: str) -> Endpoint | None:
        """One of them, as it is now."""
        return next((each for each in self.all() if each.id == id), None)

    def number(self, id: str) -> int | None:
        """As which one it was made in this process, from 1; no number is used twice."""
        return self._numbers.get(id)

    def _number(self, id: str) -> None:
        if id not in self._numbers:
            self._made += 1
            self._numbers[id] = self._made

    def doubles(self, endpoint: Endpoint) -> list[Endpoint]:
        """Those that webhooks of this one go to as well, at the same URL."""
        return [each for each in self._active if each.doubles(endpoint)]

    def add(self, **given: Any) -> Endpoint:
        """Register one, given all that it has but for id, source and moment."""
        id = f"end_{''.join(_ALPHABET[byte % 32] for byte in secrets.token_bytes(10))}"
        return self.change(Endpoint(id=id, source=Source.API, created_wall=self._now(), **given))

    def rotate(self, endpoint: Endpoint, secret: str | None, for_us: int) -> Endpoint:
        """The endpoint with another secret, while the one that it had is good for so many microseconds more."""
        return endpoint.rotated(secret, until=self._now() + for_us).settled(self._now())

    def change(self, endpoint: Endpoint) -> Endpoint:
        """Take an endpoint in the place of its older form, if any."""
        self._by_id[endpoint.id] = endpoint
        self._number(endpoint.id)
        self._changed()
        if endpoint.source is Source.API:
            self._put(endpoint)
        return endpoint

    def remove(self, id: str) -> None:
        """Forget one that was registered by API."""
        del self._by_id[id], self._numbers[id]
        self._changed()
        self._put(Unregistered(id))

    def clear(self) -> None:
        """Forget all that were registered by API."""
        for endpoint in list(self._by_id.values()):
            if endpoint.source is Source.API:
                self.remove(endpoint.id)

    def _changed(self) -> None:
        self._active = tuple(each for each in self._by_id.values() if each.active)


def new_secret() -> str:
    """A secret such as a provider makes: 32 hexadecimal digits."""
    return secrets.token_hex(16)
