"""The lines of a stream become events."""

from __future__ import annotations

from emulator.testing import Event, Lost
from emulator.testing.events import Lines


def put(text: str) -> list[Event]:
    lines = Lines()
    found = (lines.put(line) for line in text.encode().splitlines(keepends=True))
    return [event for event in found if event is not None]


def test_an_event_ends_with_an_empty_line() -> None:
    text = 'id: 7\nevent: lost\ndata: {"records": 3,\ndata: "message": "late"}\n'
    assert put(text) == []
    (event,) = put(text + "\r\n")
    assert event == Event(id="7", kind="lost", record=Lost(records=3, message="late", raw={}))


def test_marks_and_comments_are_no_events_but_move_the_id() -> None:
    (event,) = put('retry: 1\nid: 1\n\n:\nid: 2\n\nevent: lost\ndata: {"records": null, "message": ""}\n\n')
    assert event.id == "2"


def test_kinds_of_a_newer_server_are_left_out() -> None:
    assert put("id: 1\nevent: newer\ndata: {}\n\n") == []
