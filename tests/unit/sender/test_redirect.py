from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.record import AttemptError, ErrorKind, Request, Response
from emulator.sender.redirect import location, next_hop
from emulator.sender.target import parse_target

POST = Request(
    url="http://h:1/a/b?c",
    headers=(
        ("Host", "h:1"),
        ("Content-Length", "2"),
        ("Content-Type", "application/json"),
        ("X-Sig", "abc"),
        ("Authorization", "Bearer t"),
        ("Cookie", "a=b"),
    ),
    body=b"{}",
)


def moved(place: str | None, status: int = 307) -> Response:
    return Response(status=status, headers=() if place is None else (("lOCATION", place),))


def followed(place: str, status: int = 307, request: Request = POST) -> Request:
    step = next_hop(request, moved(place, status), 0)
    assert isinstance(step, Request)
    return step


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("/x", "http://h:1/x"),
        ("x", "http://h:1/a/x"),
        ("../x", "http://h:1/x"),
        ("?x", "http://h:1/a/b?x"),
        ("//other/x", "http://other/x"),
        ("https://other:2/x#y", "https://other:2/x"),
        ("http://u:p@other/x", "http://other/x"),
        ("/x%20y", "http://h:1/x%20y"),
        ("/Ã©", "http://h:1/é"),
        ("/é", "http://h:1/é"),
    ],
)
def test_a_location_is_resolved_against_the_request(place: str, url: str) -> None:
    assert followed(place).url == url


@pytest.mark.parametrize(
    ("status", "method", "becomes"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (302, "GET", "GET"),
    ],
)
def test_methods_change_as_with_usual_clients(status: int, method: str, becomes: str) -> None:
    request = Request(method=method, url=POST.url, headers=POST.headers, body=POST.body)
    hop = followed("/x", status, request)
    assert hop.method == becomes
    assert hop.body == (b"" if becomes == "GET" and method != "GET" else request.body)


def test_a_body_left_behind_takes_its_headers_along() -> None:
    hop = followed("/x", 303)
    assert [name for name, _ in hop.headers] == ["Host", "X-Sig", "Authorization", "Cookie"]


@pytest.mark.parametrize("place", ["http://h/x", "http://h:2/x", "https://h:1/x", "http://other:1/x"])
def test_credentials_stay_behind_at_another_origin(place: str) -> None:
    assert [name for name, _ in followed(place).headers] == [
        "Host",
        "Content-Length",
        "Content-Type",
        "X-Sig",
    ]


def test_the_host_header_is_that_of_the_new_place() -> None:
    assert followed("http://other:2/").headers[0] == ("Host", "other:2")


@pytest.mark.parametrize(
    "place", ["ftp://h/x", "http://h:99999/", "mailto:a@b", "http://[x]/", "http://a b/"]
)
def test_a_place_that_cannot_be_sent_to_is_an_error(place: str) -> None:
    step = next_hop(POST, moved(place), 0)
    assert isinstance(step, AttemptError)
    assert step.kind is ErrorKind.REDIRECT
    assert f"with the Location {place}; it cannot be followed: " in step.message


@pytest.mark.parametrize("place", [None, ""])
def test_without_a_location_there_is_nothing_to_follow(place: str | None) -> None:
    assert location(moved(place)) is None
    assert isinstance(next_hop(POST, moved(place), 0), AttemptError)


def test_a_password_in_a_location_is_not_told() -> None:
    step = next_hop(POST, moved("http://u:secret@h/"), 5)
    assert isinstance(step, AttemptError)
    assert "secret" not in step.message


@given(st.text(st.characters(codec="latin-1"), max_size=40), st.sampled_from(["", "//", "http://", "?"]))
def test_any_location_is_followed_or_told(place: str, before: str) -> None:
    step = next_hop(POST, moved(before + place), 0)
    if isinstance(step, Request):
        assert parse_target(step.url).host
