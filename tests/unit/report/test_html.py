"""The HTML page: whole, bounded, and nothing in it is what a body wants it to be."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser

import hypothesis
from hypothesis import strategies as st

from emulator.record import DeliveryState, Expected, Failure, Response, Result, Verdict
from emulator.report.html import MOST_ATTEMPTS, POLICY
from tests.helpers import any_record
from tests.helpers.recorded import Recorded, hostile, written
from tests.helpers.records import attempt, delivery, request, settled

DONE = DeliveryState.DELIVERED
EMPTY = {"meta", "circle", "path", "use", "br", "line"}


class Page(HTMLParser):
    """What a page consists of. That every element ends where it should is checked while it is read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def count(self, tag: str) -> int:
        return [name for name, _ in self.tags].count(tag)


def skeleton(page: Page) -> list[str]:
    """The tags without what stands in them."""
    return [name for name, _ in page.tags]


async def test_failures_come_first():
    lost = Failure(event="second", check="outcome", expected=1, actual=2, message="lost", delivery="dlv_1_2")
    text = await written(
        "html",
        Recorded(
            deliveries=[
                delivery(1, event_name="first", state=DONE, attempts=1),
                delivery(2, event_name="second", state=DeliveryState.EXHAUSTED, attempts=1),
            ],
            attempts=[attempt(1), attempt(2, result=Result.REJECTED)],
        ),
        settled(
            verdict=Verdict.FAILED,
            failures=(lost,),
            expects=tuple(
                Expected(event=name, check="outcome", text="delivered") for name in ("first", "second")
            ),
        ),
    )
    assert text.index("second: delivered") < text.index("first: delivered")
    assert text.index("<h4>second</h4>") < text.index("<h4>first</h4>")
    assert text.count("not as expected") == 1


async def test_attempts_stand_at_their_offsets_with_labels_for_those_who_cannot_see_them():
    made = [
        attempt(1, offset_us=0, number=1, result=Result.REJECTED),
        attempt(1, offset_us=130_000_000, number=2),
    ]
    journal = Recorded(deliveries=[delivery(1, state=DONE, attempts=2)], attempts=made)
    page = Page(await written("html", journal, settled()))
    strips = [attributes for tag, attributes in page.tags if attributes.get("class") == "strip"]
    assert [strip["aria-label"] for strip in strips] == ["attempts at 0, 130 s: rejected, accepted"]
    marks = [attributes["href"] for tag, attributes in page.tags if tag == "use"]
    assert marks.count("#rejected") == marks.count("#accepted") == 3  # legend, line of time, attempt


async def test_what_is_shown_is_bounded_and_says_so():
    large = Response(status=200, headers=(("X-Long", "h" * 5_000),), body=b"b" * 50_000)
    count = MOST_ATTEMPTS + 500
    lost = Failure(
        event="created", check="outcome", expected=1, actual=2, message="m", delivery=f"dlv_1_{count}"
    )
    journal = Recorded(
        deliveries=[delivery(number, state=DONE, attempts=1) for number in range(1, count + 1)],
        attempts=[attempt(1, response=large), attempt(count, explanation="the one that failed")],
    )
    text = await written("html", journal, settled(verdict=Verdict.FAILED, failures=(lost,)))
    assert "2,000 attempts are shown, those of deliveries that failed first. 500 more are on record" in text
    assert text.count('<article class="delivery') == MOST_ATTEMPTS
    assert "the one that failed" in text
    assert f"{'b' * 4_000}… (46,000 characters more)" in text
    assert "b" * 4_001 not in text
    assert f"{'h' * 1_000}… (4,000 characters more)" in text


async def test_what_a_call_brought_about_and_calls_that_nothing_answered_are_told():
    journal = Recorded(
        deliveries=[delivery(1, state=DONE, cause="req_1_1")],
        requests=[request(1, route="POST /api/v1/submissions/"), request(2, path="/api/v9/", route=None)],
    )
    page = Page(await written("html", journal, settled()))
    assert "follows from the request req_1_1: POST /api/v1/submissions/" in page.text
    assert page.text.count("no such path") == 1
    assert "no such path · POST /compliancely/api/v9/" in page.text


async def test_a_page_needs_nothing_else():
    run, journal = hostile("text", b"{}")
    page = Page(await written("html", journal, run))
    assert page.count("script") == page.count("link") == page.count("img") == 0
    for _, attributes in page.tags:
        assert not {"src", "style", "onclick"} & attributes.keys()
        assert str(attributes.get("href", "#")).startswith("#")
    (policy,) = (
        str(each["content"]) for _, each in page.tags if each.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert f"{policy}; frame-ancestors 'none'; sandbox" == POLICY


async def test_the_policy_lets_the_style_of_the_page_through():
    import base64
    import hashlib

    text = await written("html", Recorded(), settled())
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in POLICY


async def test_hostile_text_is_only_text():
    nasty = "</pre></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}\u202e\x00"
    harmless, kept = hostile("text", b"text")
    page = Page(await written("html", *reversed((harmless, kept))))
    run, journal = hostile(nasty, nasty.encode())
    attacked = Page(await written("html", journal, run))
    assert skeleton(attacked) == skeleton(page)
    assert "{{ 7 * 7 }}" in attacked.text
    assert "\u202e" not in attacked.text
    assert "\\u202e\\x00" in attacked.text


async def test_several_runs_begin_with_a_list_of_them():
    text = await written(
        "html", Recorded(), settled("run_1", scenario="one"), settled("run_2", scenario="two")
    )
    assert '<h2 id="runs">2 runs</h2>' in text
    assert re.findall(r'<a href="#(run_\d)">(\w+)</a>', text) == [("run_1", "one"), ("run_2", "two")]
    assert re.findall(r'<section class="run" id="(run_\d)"', text) == ["run_1", "run_2"]


@hypothesis.given(any_record.texts, st.binary(max_size=20))
@hypothesis.settings(max_examples=25, deadline=None)
def test_whatever_stands_in_the_records_the_page_has_its_form(text, body):
    run, journal = hostile(text, body)
    page = Page(asyncio.run(written("html", journal, run)))
    assert page.count("article") == 1
    assert page.count("details") == 4
    assert page.count("script") == 0
