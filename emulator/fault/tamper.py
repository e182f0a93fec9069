"""A body changed on its way: the signature is that of the genuine one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar

from emulator.document import Shape
from emulator.fault.seam import Expects, Fault, Sending, Signing
from emulator.fault.shape import only_true
from emulator.provider.profile import Profile
from emulator.provider.signing import Signed
from emulator.value import value

_TEXT = re.compile(rb'"((?:[^"\\]|\\.)*)"(\s*:)?')  # with a colon behind it, it is a key
_PLAIN = re.compile(rb"\\u[0-9A-Fa-f]{4}|\\.|([A-Za-z0-9])")
_NUMBER = re.compile(rb'"(?:[^"\\]|\\.)*"|([0-9])[0-9.eE+-]*')


@value(frozen=True, slots=True)
class Tamper(Fault):
    """One character of one value is another one, so that the body is as long, and as good JSON, as before."""

    word: ClassVar[str] = "tamper"
    doc: ClassVar[str] = "An attempt before the planned one, whose body was changed after it was signed."

    @classmethod
    def shape(cls) -> Shape[Tamper]:
        return only_true(cls())

    @property
    def told(self) -> str:
        return "tamper"

    def adds(self, profile: Profile) -> Expects:
        return Expects.REFUSED

    def unfit(self, profile: Profile, *, signed: bool) -> str | None:
        return (
            None
            if signed
            else "there is no signature, so that nobody can tell that the body was changed; give a `secret`"
        )

    def sent(self, sending: Sending, signing: Signing | None) -> Sending:
        return replace(sending, body=tampered(sending.body), signed=no_longer_valid(sending.signed))


def tampered(body: bytes) -> bytes:
    """The body with one character changed, in its last text, else in a number; else with a space behind it."""
    texts = [found.span(1) for found in _TEXT.finditer(body) if not found[2]]
    for start, end in reversed(texts):
        plain = next((found for found in _PLAIN.finditer(body, start, end) if found[1]), None)
        if plain is not None:
            return _changed(body, plain.start())
    numbers = [found.start(1) for found in _NUMBER.finditer(body) if found[1]]
    return _changed(body, numbers[-1]) if numbers else body + b" "


def _changed(body: bytes, place: int) -> bytes:
    """Digits stay digits, and never lead with a zero where there was none."""
    was = body[place : place + 1]
    now = (b"2" if was == b"1" else b"1") if was.isdigit() else (b"y" if was == b"x" else b"x")
    return body[:place] + now + body[place + 1 :]


def no_longer_valid(signed: Signed | None) -> Signed | None:
    """The signature of other bytes than those that are sent."""
    return None if signed is None else replace(signed, record=replace(signed.record, valid=False))
