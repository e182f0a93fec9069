"""A whole check: what was asked of which endpoint, and what was found."""

from __future__ import annotations

from emulator.check.finding import Finding, Grade, Status, grade
from emulator.check.probe import Severity
from emulator.value import value

_WORST_FIRST = tuple(Severity)


@value(frozen=True, slots=True, kw_only=True)
class Result:
    """The findings in the order of asking. `started_wall` is in microseconds since 1970."""

    provider: str
    target: str
    type: str | None
    started_wall: int
    findings: tuple[Finding, ...]

    @property
    def grade(self) -> Grade | None:
        """None where nothing was asked, or not all that should be."""
        return grade(self.findings) if self.asked and self.whole else None

    @property
    def asked(self) -> bool:
        """Some probe came to a verdict."""
        return any(each.status in (Status.PASSED, Status.FAILED) for each in self.findings)

    @property
    def whole(self) -> bool:
        """No probe was cut short, and all that were to be asked could be."""
        return all(each.status is not Status.INCOMPLETE for each in self.findings)

    @property
    def wrong(self) -> bool:
        """A probe failed that is an error."""
        return any(
            each.status is Status.FAILED and each.probe.severity is Severity.ERROR for each in self.findings
        )

    @property
    def failed(self) -> tuple[Finding, ...]:
        """Those that failed, the worst first."""
        found = [each for each in self.findings if each.status is Status.FAILED]
        return tuple(sorted(found, key=lambda each: _WORST_FIRST.index(each.probe.severity)))

    def count(self, status: Status) -> int:
        """How many probes came to this."""
        return sum(each.status is status for each in self.findings)
