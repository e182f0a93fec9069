"""A request judged: is it a webhook, does its signature fit, and which answer is its due? No I/O."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from emulator.provider.placeholder import parse_placeholders
from emulator.provider.profile import Profile, SignatureScheme
from emulator.provider.verification import Check, verify
from emulator.receiver.answer import Answer, Replies, Turns
from emulator.receiver.received import Received
from emulator.record import Headers

_TYPE = re.compile(r"\{\{\s*type\s*\}\}")
_NO_WEBHOOK = Answer(405)


class Judge:
    """Judges the requests of one receiver in the order in which they come. Without a secret no signature is checked."""

    def __init__(self, profile: Profile, secret: str | None, replies: Replies) -> None:
        self._profile = profile
        self._secret = secret
        self._invalid = replies.invalid
        answers = replies.answers or (default_answer(profile),)
        self._turns = Turns(answers, each=replies.each, ends=self._ends)
        self._count = 0

    def received(self, at: int, method: str, path: str, headers: Headers, body: bytes | None) -> Received:
        """The request with what is known of it. A body of None was too long to be read."""
        self._count += 1
        check = None if body is None or method != "POST" else self._check(headers, body)
        return Received(
            number=self._count,
            at=at,
            method=method,
            path=path,
            headers=headers,
            body=body or b"",
            type=None if body is None else type_of(self._profile, body),
            check=check,
            answer=self._answer(method, path, headers, body, check),
        )

    def _check(self, headers: Headers, body: bytes) -> Check | None:
        if self._secret is None or self._profile.signature is None:
            return None
        return verify(self._profile.signature, self._secret, body, headers)

    def _answer(
        self, method: str, path: str, headers: Headers, body: bytes | None, check: Check | None
    ) -> Answer:
        if body is None:
            return Answer(413)
        if method != "POST":
            return _NO_WEBHOOK
        if check is not None and not check.valid and self._invalid is not None:
            return self._invalid
        return self._turns.next(identity(self._profile, path, headers, body))

    def _ends(self, answer: Answer) -> bool:
        return answer.status is not None and self._profile.accept.accepts(answer.status)


def default_answer(profile: Profile) -> Answer:
    """What accepts a webhook of this provider: 200 where that will do."""
    return Answer(200 if profile.accept.accepts(200) else min(profile.accept.statuses))


def type_of(profile: Profile, body: bytes) -> str | None:
    """The event type that stands where the provider's envelope has it."""
    path = None if profile.envelope is None else _path_of_type(profile.envelope.source)
    if path is None:
        return None
    try:
        value = json.loads(body)
        for key in path:
            value = value[key]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def _path_of_type(source: Any) -> tuple[str | int, ...] | None:
    """Where an envelope holds the type and nothing else beside it."""
    if isinstance(source, str):
        return () if _TYPE.fullmatch(source) else None
    items = (
        source.items() if isinstance(source, dict) else enumerate(source) if isinstance(source, list) else ()
    )
    for key, item in items:
        below = _path_of_type(item)
        if below is not None:
            return (key, *below)
    return None


def identity(profile: Profile, path: str, headers: Headers, body: bytes) -> bytes:
    """What all attempts of a delivery have in common: its path, and the id in its headers, else its bytes."""
    own = _wire_id(profile.signature, headers) if profile.signature else None
    digest = hashlib.sha256(path.encode(errors="surrogateescape") + b"\n")
    digest.update(body if own is None else own.encode(errors="surrogateescape"))
    return digest.digest()


def _wire_id(scheme: SignatureScheme, headers: Headers) -> str | None:
    sent = {name.lower(): value for name, value in headers}
    for name, form in (*scheme.headers.items(), (scheme.header, scheme.value)):
        found = parse_placeholders(form).match(sent.get(name.lower(), ""))
        if found and "id" in found:
            return found["id"]
    return None
