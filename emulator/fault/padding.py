"""A JSON body with something more in it."""

from __future__ import annotations


def padded(body: bytes, member: bytes) -> bytes:
    """The body with one more member at the end of its object; what is no object becomes the member of one."""
    end = body.rstrip()
    if not (end.startswith(b"{") and end.endswith(b"}")):
        return b'{"body":' + end + b"," + member + b"}"
    inside = end[:-1].rstrip()
    return inside + (b"" if inside == b"{" else b",") + member + b"}"
