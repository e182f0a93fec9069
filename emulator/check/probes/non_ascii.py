"""Text of all the world."""

from __future__ import annotations

from emulator.check.probe import Own, Probe, Severity, Subject

_TEXT = "Zoë {{ fake.last_name() }}-Ångström, 東京, Ελλάδα, עברית 🙂👩‍🚀"


def _as_utf8(subject: Subject) -> list[dict[str, object]]:
    """The text stands where the sample has a name, else in a field of its own."""
    has_name = Own().name in str(subject.event())
    more = {} if has_name else {"data": {"check": _TEXT}}
    return [subject.event(Own(name=_TEXT), **more, profile={"body": {"encoding": "utf8"}})]


PROBE = Probe(
    id="non-ascii",
    title="Text beyond ASCII is taken",
    severity=Severity.ERROR,
    sends="one well-signed webhook with accents, other scripts and emoji, as UTF-8",
    expects="it is accepted",
    why=(
        "Names are not ASCII. A body read as Latin-1, or a column that cannot hold four-byte characters, "
        "fails on real people."
    ),
    mend="Treat the body as UTF-8, and let your database store all of Unicode (utf8mb4).",
    events=_as_utf8,
)
