"""Registered endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from emulator.testing.answers import Endpoint
from emulator.testing.asking.forms import API, Labelled, get, listing, post
from emulator.testing.asking.words import UNSET, Duration, Order, Unset, given, secret_of, segment
from emulator.testing.call import Call, Listing, nothing, one


class OfEndpoints(Labelled):
    """What is asked of registered endpoints."""

    def endpoints(self, *, provider: str | None = None, order: Order = "asc") -> Listing[Endpoint]:
        """The registered endpoints, with their secrets masked."""
        return listing(Endpoint, "/endpoints", {"order": order, **given(provider=provider)})

    def endpoint(self, id: str | Endpoint) -> Call[Endpoint]:
        """One endpoint, with its secret."""
        return get(f"/endpoints/{segment(id)}", Endpoint)

    def register(
        self,
        provider: str,
        url: str,
        secret: str | Literal[Unset.UNSET] | None = UNSET,
        types: Sequence[str] | None = None,
        *,
        active: bool = True,
        description: str = "",
    ) -> Call[Endpoint]:
        """Register an endpoint. A secret that is left out is made; None sends unsigned. `types` None wants all."""
        body = {
            "provider": provider,
            "url": url,
            "types": None if types is None else list(types),
            "active": active,
            "description": description,
            **secret_of(secret),
        }
        return post(f"{API}/endpoints", Endpoint, body)

    def update_endpoint(
        self,
        id: str | Endpoint,
        *,
        url: str | None = None,
        secret: str | Literal[Unset.UNSET] | None = UNSET,
        types: Sequence[str] | Literal[Unset.UNSET] | None = UNSET,
        active: bool | None = None,
        description: str | None = None,
        rotate: Duration | None = None,
    ) -> Call[Endpoint]:
        """Change what is given. With `rotate`, the old secret stays good for so long beside the new one."""
        body = {
            **given(url=url, active=active, description=description, rotate=rotate),
            **secret_of(secret),
            **({} if types is UNSET else {"types": None if types is None else list(types)}),
        }
        return Call(method="PATCH", path=f"{API}/endpoints/{segment(id)}", body=body, read=one(Endpoint))

    def unregister(self, id: str | Endpoint) -> Call[None]:
        """Remove an endpoint."""
        return Call(method="DELETE", path=f"{API}/endpoints/{segment(id)}", read=nothing)
