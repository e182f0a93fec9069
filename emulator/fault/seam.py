"""What every fault promises, and what it works on: the body, the signed request, the way it goes on the wire.

A fault changes one of them and leaves the others alone. Nothing here has I/O, clock or chance: what a fault draws comes
from the run's seed and the attempt's place.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ClassVar

from emulator.document import Shape
from emulator.provider.profile import Profile, SignatureScheme
from emulator.provider.signing import Signed
from emulator.record import Headers
from emulator.value import value


class Expects(StrEnum):
    """What the endpoint is expected to answer to an attempt that a fault adds."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    HANDLED = "handled"
    ANY = "any"


@value(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a request is written to its connection; left out, as every request is.

    `version` is that of HTTP, `absolute` writes the whole URL into the first line, `lower` every header name in lower
    case. `over_us` lets the body drip for so many real microseconds. `reset` says where the connection is dropped:
    `before`, `in` or `after` the body. `closes` ends our side of the connection behind the body, before the answer;
    with `answered` the answer is waited for all the same, which TLS does not allow.
    """

    version: str = "1.1"
    absolute: bool = False
    lower: bool = False
    over_us: int = 0
    reset: str | None = None
    closes: bool = False
    answered: bool = False


PLAIN = Manner()
"""How every request without a fault is written."""


@value(frozen=True, slots=True, kw_only=True)
class Signing:
    """How the provider signs here: `sign(body, secret)` signs anything; `secret` is the one that is good.

    `old_secret` was good before a rotation and no longer is. `draw(what)` gives 32 bytes that are the same in every
    equal run.
    """

    scheme: SignatureScheme
    sign: Callable[[bytes, str | None], Signed | None]
    secret: str | None
    old_secret: str | None
    draw: Callable[[str], bytes]


@value(frozen=True, slots=True, kw_only=True)
class Sending:
    """A request before it is completed for the wire. `signed` is what its signature adds, None where it has none.

    `length` is what the header Content-Length says, where that is not the body's own.
    """

    method: str = "POST"
    headers: Headers
    body: bytes
    signed: Signed | None
    length: int | None = None


@value(frozen=True, slots=True)
class Again:
    """A further sending of the same bytes. `after_us` is emulated and counts from the attempt; None is with it.

    With `ended` it counts from the end of the delivery instead.
    """

    after_us: int | None
    ended: bool = False


class Fault:
    """One way in which a provider misbehaves. Subclasses are values, and override what they change.

    `word` is its key in scenario files, `doc` the sentence for the schema, `shape` what stands there. One whose `adds`
    is set makes an attempt of its own, beside those of the schedule, and says what is expected of the endpoint;
    the others change the attempts of the schedule.
    """

    word: ClassVar[str]
    doc: ClassVar[str]

    @classmethod
    def shape(cls) -> Shape[Any]:
        """What may stand below its key; gives the fault."""
        raise NotImplementedError

    @property
    def told(self) -> str:
        """As records name it: `signature: wrong`."""
        raise NotImplementedError

    def adds(self, profile: Profile) -> Expects | None:
        """What is expected where it makes an attempt of its own."""
        return None

    def unfit(self, profile: Profile, *, signed: bool) -> str | None:
        """Why it cannot be played with this provider, or None. `signed` says that there is a secret that signs."""
        return None

    def typed(self, type: str | None) -> str | None:
        """The event's type."""
        return type

    def encoded(self, body: bytes) -> bytes:
        """The body before it is signed."""
        return body

    def described(self, headers: Headers) -> Headers:
        """The headers, without those of the signature."""
        return headers

    def sent(self, sending: Sending, signing: Signing | None) -> Sending:
        """The signed request."""
        return sending

    def manner(self, manner: Manner) -> Manner:
        """How it goes on the wire."""
        return manner

    def again(self) -> tuple[Again, ...]:
        """Further sendings of the same bytes."""
        return ()

    @property
    def late_us(self) -> int:
        """How much later than planned the attempt goes."""
        return 0
