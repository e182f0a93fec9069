"""The words for answers, and whose turn it is."""

from __future__ import annotations

import pytest

from emulator.receiver.answer import Answer, Turns, parse_answer, parse_answers


@pytest.mark.parametrize(
    ("word", "answer", "told"),
    [
        ("200", Answer(200), "200"),
        (" 503 ", Answer(503), "503"),
        ("timeout", Answer(), "no answer"),
        ("reset", Answer(reset=True), "reset"),
        ("redirect", Answer(302), "302"),
        ("slow:2s", Answer(200, delay_us=2_000_000), "200 after 2s"),
        ("slow:250ms", Answer(200, delay_us=250_000), "200 after 250ms"),
    ],
)
def test_each_word_means_an_answer(word: str, answer: Answer, told: str):
    assert parse_answer(word) == answer
    assert str(answer) == told


@pytest.mark.parametrize(
    "word",
    ["", "20", "600", "199", "1000", "slow", "slow:", "slow:x", "200:1s", "timeout:1s", "tiemout", "٢٠٠"],
)
def test_what_is_no_answer_is_told(word: str):
    with pytest.raises(ValueError, match=r"^expected "):
        parse_answer(word)


def test_answers_stand_between_commas():
    assert parse_answers("503, 503,200") == (Answer(503), Answer(503), Answer(200))


def given(turns: Turns, webhooks: str) -> list[int | None]:
    return [turns.next(webhook.encode()).status for webhook in webhooks]


def test_the_nth_request_gets_the_nth_answer_and_the_last_one_repeats():
    turns = Turns(parse_answers("503,500,200"), each=False, ends=lambda answer: answer.status == 200)
    assert given(turns, "abcab") == [503, 500, 200, 200, 200]


def test_each_webhook_may_go_through_the_answers_for_itself():
    turns = Turns(parse_answers("503,500,200"), each=True, ends=lambda answer: answer.status == 200)
    assert given(turns, "ababab") == [503, 503, 500, 500, 200, 200]


def test_a_webhook_that_comes_again_after_it_was_accepted_begins_anew():
    turns = Turns(parse_answers("503,200"), each=True, ends=lambda answer: answer.status == 200)
    assert given(turns, "aaaa") == [503, 200, 503, 200]


def test_one_that_is_never_accepted_stays_with_the_last_answer():
    turns = Turns(parse_answers("503,500"), each=True, ends=lambda answer: answer.status == 200)
    assert given(turns, "aaaa") == [503, 500, 500, 500]
