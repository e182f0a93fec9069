"""Which names are those of secrets: in queries, headers, JSON, forms and in any other text."""

from __future__ import annotations

import re
from functools import lru_cache

_NAMES = frozenset({"access", "refresh", "pwd", "authorization", "proxyauthorization", "xauthorization"})
_PARTS = ("password", "passwd", "passphrase", "passcode")
_ENDINGS = (
    *("secret", "secrets", "token", "pwd"),
    *("apikey", "apikeys", "secretkey", "privatekey", "accesskey"),
    *("accesstokens", "refreshtokens", "authtokens", "apitokens"),
)
_PARAMETERS = frozenset({"auth", "key"})
_HEADERS = frozenset({"cookie", "setcookie", "authentication", "xauth"})
_NESTING = re.compile(r"[\[\].\s]+")

SUSPECT = "pass|pwd|secret|token|access|refresh|authorization|(?:api|private)[-_]*key"
"""A pattern of what stands in the name of every secret, without regard to case."""


@lru_cache
def is_secret(name: str) -> bool:
    """Whether a field of this name holds a secret, without regard to case, `-`, `_` and digits at the end.

    `password_confirmation`, `clientSecret`, `refresh_tokens`, `X-Api-Key`, `secret2`; also nested: `user[password]`,
    `user.password`.
    """
    return any(map(_is_secret_word, _NESTING.split(name.lower())))


def is_secret_parameter(name: str) -> bool:
    """The same of a query, where `key` and `auth` are secrets, too."""
    return name.lower() in _PARAMETERS or is_secret(name)


def is_secret_header(name: str) -> bool:
    """The same of a header."""
    plain = _plain(name.lower())
    return plain in _HEADERS or plain.endswith("authorization") or is_secret(name)


def _is_secret_word(word: str) -> bool:
    plain = _plain(word).rstrip("0123456789")
    return plain in _NAMES or plain.endswith(_ENDINGS) or any(part in plain for part in _PARTS)


def _plain(word: str) -> str:
    return word.replace("-", "").replace("_", "")
