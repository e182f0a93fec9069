"""Tokens as texts: forty hex digits for v1, JSON web tokens for v2, both from the seed and a counter."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from emulator.answering.compliancely.shelf import digest
from emulator.duration import SECOND


def opaque(seed: int, count: int) -> str:
    """A v1 token."""
    return digest(seed, "token", count)[:40]


def signed(seed: int, kind: str, count: int, *, user: str, issued: int, expires: int) -> str:
    """A v2 token of that kind; moments in microseconds since 1970. Clients may read its payload."""
    payload = {
        "token_type": kind,
        "exp": expires // SECOND,
        "iat": issued // SECOND,
        "jti": digest(seed, kind, count)[:32],
        "user_id": user,
    }
    body = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(payload)}"
    key = digest(seed, "key").encode()
    return f"{body}.{_base64(hmac.digest(key, body.encode(), 'sha256'))}"


def _part(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
