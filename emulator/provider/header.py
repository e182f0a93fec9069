"""What may stand in the headers that a profile or a scenario sets. Each check gives what is wrong, or None."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}", re.ASCII)
LONGEST_VALUE = 8_000
OURS = frozenset({"content-length", "host", "transfer-encoding"})
"""What says where a request goes and where its body ends: only the sender knows, so nobody else may say it."""


def header_name_fault(name: str) -> str | None:
    """A name is a token (RFC 9110 section 5.6.2), and none that the sender itself must set."""
    if not _TOKEN.fullmatch(name):
        return f"expected a header name (letters, digits and !#$%&'*+-.^_`|~), found {name[:60]!r}"
    if name.lower() in OURS:
        return f"the header {name} is set by the sender; it cannot be chosen"
    return None


def header_value_fault(value: str) -> str | None:
    """A value is visible ASCII with inner spaces and tabs.

    RFC 9110 section 5.5 lets bytes beyond ASCII pass as opaque data and advises against them; as what they arrive
    depends on the receiver, so they are refused here.
    """
    if len(value) > LONGEST_VALUE:
        return f"expected at most {LONGEST_VALUE} characters, found {len(value)}"
    if "\r" in value or "\n" in value:
        return "expected a header value on one line, found a line break"
    for character in value:
        if not (" " <= character <= "~" or character == "\t"):
            return f"expected a header value of visible ASCII characters, found {character!r}"
    if value != value.strip(" \t"):
        return "expected a header value without spaces around it, since receivers drop them"
    return None


def repeated_header(names: list[str]) -> str | None:
    """A name that stands there twice, written the same or not; None when each is the only one."""
    seen = set[str]()
    for name in names:
        if name.lower() in seen:
            return name
        seen.add(name.lower())
    return None
