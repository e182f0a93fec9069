"""What the Python flavours have in common: the providers' headers, the secret, the digest, and what was handled."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import defaultdict

HEADERS = {"entuitive": "X-Entuitive-Signature", "compliancely": "Compliancely-Signature"}
SECRET = os.environ["RECEIVER_SECRET"].encode()

handled: defaultdict[str, set[str]] = defaultdict(set)
"""The hashes of the webhooks that each receiver handled, by its path."""


def digest(body: bytes, secret: bytes = SECRET) -> str:
    """The signature that the provider writes."""
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


def known_as(body: bytes) -> str:
    """What a webhook is remembered by."""
    return hashlib.sha256(body).hexdigest()
