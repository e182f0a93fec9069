"""Webhooks in another order than their events."""

from __future__ import annotations

from emulator.check.probe import Own, Probe, Severity, Subject

_SAME = Own(id="{{ seed % 2000000000 }}", name="Check {{ seed }}", moment="{{ now.micros }}")


def _of_one_thing(subject: Subject) -> list[dict[str, object]]:
    """All tell of the same thing at different moments: there the order matters. Without moments they differ else."""
    has_moments = "{{ now" in str(subject.event(_SAME))
    own = _SAME if has_moments else None
    return [subject.event(own, repeat={"times": 4, "every": "1m"}, faults=[{"reorder": "all"}])]


PROBE = Probe(
    id="reordered",
    title="Webhooks in another order are accepted",
    severity=Severity.WARNING,
    sends="four well-signed webhooks about one thing, in another order than that of their events",
    expects="all are accepted",
    why=(
        "A retried webhook comes behind later ones. An endpoint that insists on the order refuses what is "
        "genuine."
    ),
    mend=(
        "Take each by itself; where the order matters, compare the moments in the data and keep the newest."
    ),
    events=_of_one_thing,
)
