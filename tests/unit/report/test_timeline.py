"""Attempts on a line of emulated time."""

from __future__ import annotations

import pytest

from emulator.report.timeline import Scale

S = 1_000_000


@pytest.mark.parametrize(
    ("longest_s", "ticks"),
    [
        (0, ["0"]),
        (0.5, ["0", "0.5"]),
        (6, ["0", "1", "2", "3", "4", "5", "6"]),
        (30, ["0", "5", "10", "15", "20", "25", "30"]),
        (130, ["0", "20", "40", "60", "80", "100", "120"]),
        (540, ["0", "100", "200", "300", "400", "500"]),
        (86_400, ["0", "20000", "40000", "60000", "80000"]),
    ],
)
def test_ticks_are_few_and_round(longest_s: float, ticks: list[str]):
    assert [tick.label for tick in Scale(round(longest_s * S)).ticks()] == ticks


def test_offsets_stand_where_they_belong():
    points = Scale(130 * S).points([0, 10 * S, 130 * S])
    assert [(point.percent, point.label) for point in points] == [
        ("2.00%", "0"),
        ("9.31%", "10"),
        ("97.00%", "130"),
    ]


def test_a_label_without_room_is_left_out():
    points = Scale(1_000 * S).points([0, S, 2 * S, 500 * S, 1_000 * S])
    assert [point.label for point in points] == ["0", "", "", "500", "1000"]


def test_a_delivery_of_one_attempt_has_one_point():
    assert [point.percent for point in Scale(0).points([0])] == ["2.00%"]
