"""Text of all the world."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity, Subject

_TEXT = {"check": {"name": "Zoë Ångström, 東京, Ελλάδα, עברית", "mood": "🙂👩‍🚀"}}


def _spellings(subject: Subject) -> list[dict[str, object]]:
    return [subject.event(data=_TEXT, profile={"body": {"encoding": each}}) for each in ("utf8", "php")]


PROBE = Probe(
    id="non-ascii",
    title="Text beyond ASCII is taken",
    severity=Severity.ERROR,
    sends="two well-signed webhooks with accents, other scripts and emoji, as UTF-8 and as \\uXXXX",
    expects="both are accepted",
    why=(
        "Names are not ASCII. A body read as Latin-1, or a column that cannot hold four-byte characters, "
        "fails on real people."
    ),
    mend="Treat the body as UTF-8, and let your database store all of Unicode (utf8mb4).",
    events=_spellings,
)
