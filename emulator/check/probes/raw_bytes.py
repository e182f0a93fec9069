"""Bodies that no re-serialisation gives back."""

from __future__ import annotations

from emulator.check.probe import Probe, Severity, Subject, only_signed

_TRICKY = {
    "check": {
        "ratio": 1.0,
        "tiny": 1e-7,
        "big": 12345678901234567890,
        "link": "https://example.test/a/b",
        "é": "<&>",
    }
}


def _spellings(subject: Subject) -> list[dict[str, object]]:
    """The same kind of data in all encodings that are ASCII on the wire: they differ in spaces, escapes and slashes.

    UTF-8 is another question, that of `non-ascii`.
    """
    encodings = ("compact", "python", "php")
    return [subject.event(data=_TRICKY, profile={"body": {"encoding": each}}) for each in encodings]


PROBE = Probe(
    id="raw-bytes",
    title="The signature is checked over the raw bytes",
    severity=Severity.ERROR,
    sends=(
        "three well-signed webhooks whose JSON is spelt in different ways: spaces, \\/ and \\uXXXX, numbers "
        "such as 1.0 and 12345678901234567890"
    ),
    expects="all are accepted",
    why=(
        "An endpoint that parses the body and writes it again to check the signature refuses genuine "
        "webhooks as soon as a space, an escape or a number is spelt otherwise."
    ),
    mend=(
        "Read the raw body (request.get_data(), express.raw(), request.body, php://input) and compute the "
        "HMAC over it; parse it afterwards."
    ),
    events=_spellings,
    unfit=only_signed,
)
