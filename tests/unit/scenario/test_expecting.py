"""What `expect` may say, and the contradictions that are certain before anything is sent."""

import pytest

from emulator.errors import InvalidInput
from emulator.record import ErrorKind
from emulator.scenario.expectation import Expectation, StatusPattern
from emulator.scenario.load import load_text

HEAD = {"version": 1, "provider": "entuitive", "target": "http://localhost/", "secret": "key"}


def load(expect, **event):
    events = [{"type": "user.created", **event, "expect": expect}]
    return load_text({**HEAD, "events": events}, environment={}).events[0].expectation


def told(expect, **event):
    with pytest.raises(InvalidInput) as error:
        load(expect, **event)
    return [f"{problem.key}: {problem.message}" for problem in error.value.problems]


def test_everything_may_be_said():
    expectation = load(
        {
            "outcome": "exhausted",
            "attempts": 5,
            "statuses": [503, "5xx", "timeout", "404", "3xx"],
            "offsets": ["0s", 10, "20s", "30s", "2m10s"],
            "answered_within": "250ms",
            "response": {"headers": {"X-A": "b"}, "body": {"contains": "no"}, "json": {"$.ok": False}},
        }
    )
    assert (expectation.outcome, expectation.attempts) == ("exhausted", (5, 5))
    assert expectation.statuses == (
        StatusPattern(status=503),
        StatusPattern(hundreds=5),
        StatusPattern(error=ErrorKind.TIMEOUT),
        StatusPattern(status=404),
        StatusPattern(hundreds=3),
    )
    assert expectation.offsets == (0, 10_000_000, 20_000_000, 30_000_000, 130_000_000)
    assert expectation.answered_within_us == 250_000
    assert expectation.response is not None


def test_nothing_may_be_said():
    assert load({}) == Expectation()


@pytest.mark.parametrize(
    ("given", "read"),
    [(3, (3, 3)), ({"min": 2}, (2, None)), ({"max": 4}, (1, 4)), ({"min": 2, "max": 2}, (2, 2))],
)
def test_attempts_may_be_a_range(given, read):
    assert load({"attempts": given}).attempts == read


@pytest.mark.parametrize(
    "expect",
    [
        {"statuses": [503, 200]},
        {"statuses": ["5xx", "2xx"]},
        {"statuses": ["timeout", "connect", 200]},
        {"statuses": ["redirect"]},
        {"statuses": [302, 200]},
        {"outcome": "exhausted", "statuses": ["blocked"]},
        {"outcome": "exhausted", "statuses": ["2xx"] * 5},
        {"outcome": "exhausted", "attempts": {"min": 1, "max": 5}},
        {"attempts": {"min": 1, "max": 99}},
        {"attempts": {"min": 2, "max": 3}, "statuses": [500, 200]},
        {"offsets": ["0s"]},
        {"offsets": ["0s", "0s"]},
    ],
)
def test_what_may_come_true_is_accepted(expect):
    assert load(expect)


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ({"attempts": {"min": 6}}, "attempts: entuitive makes at most 5 attempts, so 6 can never be reached"),
        ({"statuses": [500] * 5 + [200]}, "statuses: entuitive makes at most 5 attempts, found 6 statuses"),
        ({"offsets": ["0s"] * 6}, "offsets: entuitive makes at most 5 attempts, found 6 offsets"),
        (
            {"attempts": {"min": 3}, "offsets": ["0s"]},
            "offsets: expected as many offsets as attempts (at least 3), found 1",
        ),
        (
            {"attempts": {"max": 2}, "offsets": ["0s"] * 3},
            "offsets: expected as many offsets as attempts (1 to 2), found 3",
        ),
        (
            {"statuses": [200], "offsets": ["0s", "1s"]},
            "offsets: expected as many offsets as statuses (1), found 2",
        ),
        (
            {"statuses": ["4xx"]},
            "statuses[0]: entuitive accepts 200, so a last answer of 4xx delivers nothing; expect outcome: exhausted",
        ),
        (
            {"statuses": ["dns"]},
            "statuses[0]: entuitive accepts 200, so a last answer of dns delivers nothing; expect outcome: exhausted",
        ),
    ],
)
def test_what_can_never_come_true_is_told(expect, problem):
    assert told(expect) == [f"events[0].expect.{problem}"]


def test_the_profile_of_the_event_decides():
    expect = {"statuses": [201]}
    assert told(expect)
    assert load(expect, profile={"accept": "2xx"})
    assert load({"outcome": "exhausted", "statuses": [500]}, profile={"retry": {"on": ["timeout"]}})
    assert load({"statuses": [302]}, profile={"accept": [302]})


class TestNotifications:
    def expect(self, wanted, **more):
        events = [{"type": "user.created"}]
        return load_text(
            {**HEAD, "events": events, **more, "expect": {"notifications": wanted}}, environment={}
        )

    def test_they_are_counted(self):
        assert self.expect(2).notifications == (2, 2)
        assert self.expect({"max": 3}).notifications == (0, 3)
        assert self.expect({"min": 1}).notifications == (1, None)

    def test_a_profile_that_sends_none_cannot_make_one(self):
        assert self.expect(0, profile={"on_exhausted": None})
        assert self.expect({"max": 1}, profile={"on_exhausted": None})
        with pytest.raises(InvalidInput, match=r"no provider here sends an e-mail .* \(entuitive\)"):
            self.expect(1, profile={"on_exhausted": None})
