"""Prints docs/endpoint-check.md: what `check` asks, probe by probe. See `make docs`."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.check.finding import GRADES
from emulator.check.probe import Probe
from emulator.check.probes import PROBES

HEAD = """\
# Endpoint check

Is your webhook endpoint correct? One command asks it, with genuine webhooks and with forged ones:

```
webhook-emulator check --provider entuitive --target http://localhost:3000/webhooks --secret demo-secret
```

Each question is a probe: a scenario with [faults](faults.md) and expectations. `--show ID` prints it as YAML, to be
played by `webhook-emulator play FILE --target URL --secret TEXT`, to be changed, or to be kept among your own
scenarios. [`check`](cli.md#check) has the flags, the formats and the exit codes. `make docs` writes this page from
the probes.

**What it does to your application.** It sends webhooks and nothing else, and says beforehand how many: `--dry-run`
lists them and sends none. The genuine ones are handled as any other, so give it the endpoint of a test system. Their
data are the catalog's samples with other names and ids. What is forged is expected to be refused and is never
repeated; in most probes a genuine one follows. A probe is told as *not asked*, never as passed, where it would show
nothing: without a type on the wire, or where no genuine webhook is accepted. A check ends after five minutes at the
latest; what was not asked by then makes it incomplete. So does a missing secret where the provider signs: there is no
grade and the code is 3, lest a variable that is missing in CI look like a good endpoint.

**What it cannot see.** From outside, an endpoint that handles a webhook twice looks like one that handles it once: both
answer 200. To prove that yours is idempotent, play `duplicate` and `concurrent` in your own test and count your own
data afterwards. Nor does it forge by every secret and digest: a comparison of the end of the digest alone, or an
endpoint that also takes an empty secret, is not found.

**Severity.** An *error* lets the check fail with code 1: webhooks are lost, or forged ones get in. A *warning* hurts
sooner or later. A *note* is worth knowing.
"""

GRADE_HEAD = """\
| grade | meaning |
|---|---|
"""


def page() -> str:
    """The whole page."""
    grades = "".join(f"| {grade.value} | {told} |\n" for grade, told in GRADES.items())
    parts = [HEAD, GRADE_HEAD + grades, *_overview(), *map(_section, PROBES)]
    return "\n".join(parts)


def _overview() -> Iterator[str]:
    rows = "".join(
        f"| [`{probe.id}`](#{probe.id}) | {probe.title} | {probe.severity.value} |\n" for probe in PROBES
    )
    yield f"| probe | what holds of a good endpoint | severity |\n|---|---|---|\n{rows}"


def _section(probe: Probe) -> str:
    lines = [
        f"## {probe.id}\n",
        f"{probe.title}. Severity: {probe.severity.value}.\n",
        f"- **Sends** {probe.sends}.",
        f"- **Expects** {probe.expects}.",
        f"- **Why**: {probe.why}",
        f"- **To mend it**: {probe.mend}",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
