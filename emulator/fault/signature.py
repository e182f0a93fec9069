"""Signatures that no provider would send: forged, stale, cut, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import ClassVar

from emulator.document import Shape, choice
from emulator.fault.seam import Expects, Fault, Sending, Signing
from emulator.fault.shape import made
from emulator.provider.profile import Profile
from emulator.provider.signing import Signed, with_digests
from emulator.value import value


@value(frozen=True, slots=True)
class Signature(Fault):
    """An attempt whose body is genuine and whose signature is not. `kind` is one of KINDS."""

    word: ClassVar[str] = "signature"
    doc: ClassVar[str] = (
        "An attempt before the planned one, with a signature that is missing, empty, wrong (one character), truncated, "
        "upper-case, of another body, of another secret, or of one that is no longer good."
    )

    kind: str

    @classmethod
    def shape(cls) -> Shape[Signature]:
        return made(choice(*KINDS), cls)

    @property
    def told(self) -> str:
        return f"signature: {self.kind}"

    def adds(self, profile: Profile) -> Expects:
        """An upper-case digest is the right one, spelt as the provider never does: either answer is sound."""
        return Expects.HANDLED if self.kind == "upper-case" else Expects.REFUSED

    def unfit(self, profile: Profile, *, signed: bool) -> str | None:
        if profile.signature is None:
            return f"{profile.provider} signs nothing"
        if not signed:
            return "there is no secret, so that there is no signature to change; give a `secret`"
        if self.kind == "upper-case" and profile.signature.encoding != "hex":
            return f"the signature of {profile.provider} is {profile.signature.encoding}, where case tells digits apart"
        return None

    def sent(self, sending: Sending, signing: Signing | None) -> Sending:
        if sending.signed is None or signing is None:
            return sending
        return replace(sending, signed=KINDS[self.kind](_Genuine(sending.signed, sending.body, signing)))


@value(frozen=True, slots=True)
class _Genuine:
    """The good signature of a body, and how it was made."""

    signed: Signed
    body: bytes
    signing: Signing

    def with_digests(self, change: Callable[[str], str]) -> Signed:
        """The same headers, each digest in the signature's own changed."""
        return self.with_value(with_digests(self.signing.scheme, self.signed.record.value, change))

    def with_value(self, value: str) -> Signed:
        """The same headers, the signature's own with another value."""
        (name, _), *further = self.signed.headers
        record = replace(self.signed.record, value=value, valid=False)
        return Signed(headers=((name, value), *further), record=record)

    def of(self, body: bytes, secret: str | None) -> Signed | None:
        """The signature of another body, or by another secret."""
        signed = self.signing.sign(body, secret)
        return None if signed is None else replace(signed, record=replace(signed.record, valid=False))


def _wrong(digest: str) -> str:
    """One character is another one; not the last, of which base64 may leave bits unused."""
    place = len(digest.rstrip("=")) - 4
    return f"{digest[:place]}{'1' if digest[place] == '0' else '0'}{digest[place + 1 :]}"


def _of_other_body(genuine: _Genuine) -> Signed | None:
    other = f'{{"other":"{genuine.signing.draw("other body").hex()}"}}'
    return genuine.of(other.encode(), genuine.signing.secret)


def _other_secret(genuine: _Genuine) -> Signed | None:
    return genuine.of(genuine.body, genuine.signing.draw("other secret").hex())


def _stale_secret(genuine: _Genuine) -> Signed | None:
    """That of before a rotation, once it is no longer good; where there is none, one that nobody ever had."""
    signing = genuine.signing
    return genuine.of(genuine.body, signing.old_secret or signing.draw("stale secret").hex())


KINDS: Mapping[str, Callable[[_Genuine], Signed | None]] = {
    "missing": lambda _: None,
    "empty": lambda genuine: genuine.with_value(""),
    "wrong": lambda genuine: genuine.with_digests(_wrong),
    "truncated": lambda genuine: genuine.with_digests(lambda digest: digest[: len(digest) // 2]),
    "upper-case": lambda genuine: genuine.with_digests(str.upper),
    "of-other-body": _of_other_body,
    "other-secret": _other_secret,
    "stale-secret": _stale_secret,
}
"""What may be wrong with a signature."""
