"""Whether the benchmarks work; never how fast anything is."""

import json
import subprocess
import sys

import pytest

from tests.bench.lines import Line
from tests.bench.load import body, index_of
from tests.bench.measuring import Pairs, quantile, sample
from tests.bench.receiver import running


def line(judged, *, least=False):
    bar, goal = (0.3, 0.5) if least else (1.6, 0.45)
    return Line(
        row=1,
        what="x",
        unit="us",
        pairs=Pairs([2.0, 6.0, 4.0], [1.0, 2.0, 4.0]),
        judged=judged,
        bar=bar,
        goal=goal,
        least=least,
    )


def test_the_ratio_is_the_median_of_those_of_the_pairs():
    assert line(1).pairs.ratio == 2.0


@pytest.mark.parametrize(
    ("judged", "least", "met"),
    [
        (0.45, False, "goal"),
        (1.6, False, "bar"),
        (1.61, False, "missed"),
        (0.3, True, "bar"),
        (0.6, True, "goal"),
    ],
)
def test_a_line_says_what_it_meets(judged, least, met):
    assert line(judged, least=least).met == met


def test_a_quantile_is_one_of_the_values():
    assert [quantile([3.0, 1.0, 2.0], share) for share in (0.0, 0.5, 0.99)] == [1.0, 2.0, 3.0]


def test_bodies_tell_which_they_are_and_are_of_about_600_bytes():
    assert [index_of(body(number)) for number in (0, 4711)] == [0, 4711]
    assert 550 < len(body(4711)) < 650


@pytest.mark.parametrize("rows", [[1, 8], [2, 3, 4], [6, 12], [11], [13], [14]])
def test_both_sides_run_and_all_their_webhooks_arrive(rows):
    command = [sys.executable, "-m", "tests.bench", "--tiny", "--only", ",".join(map(str, rows)), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted({told["row"] for told in json.loads(done.stdout)}) == rows


def test_both_sides_send_the_same_number_of_bytes():
    with running() as endpoint:
        seen = []
        for job in ("engine.deliver", "yardstick.relay"):
            endpoint.reset(refuse=1)
            sample(job, url=endpoint.url, times=5, attempts=2)
            seen.append(endpoint.reset())
    assert seen[0] == seen[1]
    assert seen[0]["webhooks"] == 20
