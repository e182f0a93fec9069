"""A body that was changed after it was signed."""

from __future__ import annotations

from emulator.check.probe import About, Own, Probe, Severity, only_signed

_SAME = Own(id="{{ seed % 2000000000 }}", name="Check {{ seed }}")

PROBE = Probe(
    id="tampered",
    title="A webhook whose body was changed is refused",
    severity=Severity.ERROR,
    sends=(
        "one webhook with one character of its body changed after signing, then the genuine one, and both once more"
    ),
    expects="a refusal (4xx) of what was changed, also when its signature has been accepted with the genuine body",
    why="The signature is there to tell that nobody changed the body on its way.",
    mend=(
        "Compute the HMAC over the body that came, and not over what you stored or parsed of it; keep no list "
        "of good signatures."
    ),
    events=lambda subject: [
        subject.event(_SAME, repeat={"times": 2, "every": "1m"}, faults=[{"tamper": True}])
    ],
    about=About.ADDED,
    unfit=only_signed,
)
