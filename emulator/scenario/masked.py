"""A scenario file as it is written, with its secrets masked: what a list of loaded scenarios shows.

Nothing is resolved: templates and `${VAR}` stand as they do in the file. The file may be wrong, so whatever stands
where a secret belongs is masked, be it a secret or not. Bodies are shown as they are, since they are no secrets.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from emulator.document import parse_yaml
from emulator.scenario.secret import PROVIDER_NAME
from emulator.scenario.target import check_target

MASK = "***"
_BODIES = frozenset({"data", "payload", "body"})
_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_URLS = frozenset({"target", "targets", "url", "urls"})
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:-[^}]*)?\}", re.ASCII)
_AUTHORITY = re.compile(r"https?://[^/?#]*@", re.IGNORECASE)
_SCHEME = re.compile(
    r"(basic|bearer|digest|dpop|hmac|negotiate|oauth|token|apikey) +(.*)", re.IGNORECASE | re.DOTALL
)
_BEFORE_AT = re.compile(r"(\$\{[A-Za-z0-9_]+:-)?(https?:/*)?.*@", re.IGNORECASE | re.DOTALL)


def masked_document(text: bytes | str, path: Path | str) -> Any:
    """The JSON value of a scenario file. Raises InvalidInput for what is no YAML."""
    return _masked(parse_yaml(text, str(path)).plain())


def _masked(value: Any) -> Any:
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if isinstance(value, dict):
        return {key: _entry(key.lower(), each) for key, each in value.items()}
    return value


def _entry(key: str, value: Any) -> Any:
    if key in _BODIES:
        return value
    if key == "secret":
        return _secrets(value)
    if key == "api":
        return _api(value)
    if key in _CREDENTIALS:
        return _authorization(value)
    return _urls(value) if key in _URLS else _masked(value)


def _api(value: Any) -> Any:
    """Passwords and tokens. Which user a token is of is masked, too: the two are easily confused."""
    if isinstance(value, list):
        return [_api(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _setting(key.lower(), each) for key, each in value.items()}


def _setting(key: str, value: Any) -> Any:
    if key == "accounts" and isinstance(value, dict):
        return {user: _secret(password) for user, password in value.items()}
    return MASK if key in ("accounts", "tokens") else _masked(value)


def _secrets(value: Any) -> Any:
    """One secret, or secrets by provider. What is no provider's name may be a secret in braces without quotes."""
    if not isinstance(value, dict):
        return _secret(value)
    return {
        name if PROVIDER_NAME.fullmatch(name) else MASK: _secret(secret) for name, secret in value.items()
    }


def _secret(value: Any) -> str | None:
    """A reference to a variable stays, since it tells nothing; its default may be the secret itself."""
    if value is None:
        return None
    reference = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if reference is None:
        return MASK
    return f"${{{reference[1]}:-{MASK}}}" if reference[2] else value


def _authorization(value: Any) -> str | None:
    scheme = _SCHEME.fullmatch(value) if isinstance(value, str) else None
    return _secret(value) if scheme is None else f"{scheme[1]} {_secret(scheme[2])}"


def _urls(value: Any) -> Any:
    if isinstance(value, list):
        return [_urls(each) for each in value]
    if isinstance(value, dict):
        return {_url(key): _urls(each) for key, each in value.items()}
    return _url(value) if isinstance(value, str) else value


def _url(url: str) -> str:
    """Up to the last `@` it may all be user and password, unless the URL is a right one that has none."""
    if "@" not in url or (_is_right(url) and not _AUTHORITY.match(url)):
        return url
    return _BEFORE_AT.sub(rf"\1\2{MASK}@", url, count=1)


def _is_right(url: str) -> bool:
    try:
        check_target(url)
    except ValueError:
        return False
    return True
