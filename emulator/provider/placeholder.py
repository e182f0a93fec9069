"""Texts with `{name}` placeholders: filled when something is sent, matched when something is checked.

Far less than the templates of `emulator.template`, on purpose: signatures cover exact bytes, and nothing may be
computed on the way. Every pair of braces is a placeholder; a brace that stands alone is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from emulator.document.place import nearest
from emulator.value import value

LONGEST_MATCHED = 4_096
"""Longer texts are no match: no header is that long on purpose, and matching them would take long."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@value(frozen=True, slots=True)
class Placeholders:
    """A parsed text: `literals` stand around `names`, so there is one more of them.

    `form` and `form_bytes` are the same as formats of Python's `%`, which fills them fast.
    """

    literals: tuple[str, ...]
    names: tuple[str, ...]
    form: str
    form_bytes: bytes

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with every placeholder replaced."""
        return self.form % tuple([values[name] for name in self.names])

    def fill_bytes(self, values: Mapping[str, bytes]) -> bytes:
        """The same in bytes; the text around the placeholders is UTF-8."""
        return self.form_bytes % tuple([values[name] for name in self.names])

    def match(self, text: str) -> Mapping[str, str] | None:
        """What stands in the places of the placeholders, or None where the text has another form."""
        pattern, seen = re.escape(self.literals[0]), set[str]()
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
            pattern += re.escape(literal)
            seen.add(name)
        found = re.fullmatch(pattern, text, re.DOTALL) if len(text) <= LONGEST_MATCHED else None
        return found.groupdict() if found else None


@lru_cache(maxsize=1_024)
def parse_placeholders(text: str) -> Placeholders:
    """The text, parsed once. Raises ValueError for a brace that belongs to no placeholder."""
    parts = _PLACEHOLDER.split(text)
    literals = tuple(parts[::2])
    for literal in literals:
        for brace in "{}":
            if brace in literal:
                raise ValueError(f"found a '{brace}' that is part of no placeholder such as {{name}}")
    form = "%s".join(literal.replace("%", "%%") for literal in literals)
    return Placeholders(literals, tuple(parts[1::2]), form, form.encode())


def placeholder_fault(text: str, known: Collection[str], needed: Collection[str] = ()) -> str | None:
    """What is wrong with a text: a lone brace, a placeholder that is not known, or one that is missing; else None."""
    try:
        names = parse_placeholders(text).names
    except ValueError as error:
        return str(error)
    for name in names:
        if name not in known:
            return f"unknown placeholder {{{name}}}{nearest(name, known)}"
    for name in needed:
        if name not in names:
            return f"expected the placeholder {{{name}}}, found none"
    return None
