"""The bundled receiver over real sockets: what it answers, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import io

import aiohttp
import pytest

from emulator.provider.registry import find_profile
from emulator.receiver import Answer, Received, Replies, parse_answers
from emulator.receiver.server import LARGEST_BODY, Receiver

BODY = rb'{"event_type":"user.deactivated","data":{"company_name":"A\/B Caf\u00e9"}}'
SIGNED = {"X-Entuitive-Signature": "7bc8f85dbf1b92dcdf4902c0c1d90caafd41acd329415713607ebf1809245afe"}


def receiver(answers: str = "200", **more) -> Receiver:
    replies = Replies(parse_answers(answers), **more)
    return Receiver(
        find_profile("entuitive"), "test-secret-1", replies, wall_ns=lambda: 1_767_603_600_000_000_000
    )


@pytest.fixture
async def client():
    async with aiohttp.ClientSession() as session:
        yield session


async def post(client: aiohttp.ClientSession, url: str, body: bytes = BODY, **options) -> int:
    async with client.post(url, data=body, headers=SIGNED, allow_redirects=False, **options) as response:
        await response.read()
        return response.status


async def test_it_answers_as_told_on_every_path_and_keeps_what_came(client):
    async with receiver("503,500,200") as one:
        paths = ["", "/", "/webhooks?a=%20b", "/a/b/c"]
        statuses = [await post(client, one.url + path) for path in paths]
        seen = list(one.received)
    assert statuses == [503, 500, 200, 200]
    assert [each.path for each in seen] == ["/", "/", "/webhooks?a=%20b", "/a/b/c"]
    assert all(each.check is not None and each.check.valid and each.body == BODY for each in seen)
    assert seen[0].at == 1_767_603_600_000_000
    assert ("X-Entuitive-Signature", SIGNED["X-Entuitive-Signature"]) in seen[0].headers


async def test_a_wrong_signature_is_answered_with_the_reason(client):
    async with receiver() as one, client.post(one.url, data=b"other", headers=SIGNED) as response:
        assert response.status == 401
        answer = await response.json()
    assert answer == {
        "received": False,
        "signature": "the signature does not fit: it was made with another secret or for another body",
    }


async def test_bytes_are_checked_as_they_are_on_the_wire_whatever_their_coding(client):
    async with receiver() as one:
        headers = {**SIGNED, "Content-Encoding": "gzip"}
        async with client.post(one.url, data=BODY, headers=headers) as response:
            assert response.status == 200
        assert one.received[0].body == BODY


async def test_a_redirect_leads_back_to_where_it_came_from(client):
    async with (
        receiver("redirect,200") as one,
        client.post(one.url + "/hooks", data=BODY, headers=SIGNED, allow_redirects=False) as response,
    ):
        assert (response.status, response.headers["Location"]) == (302, "/hooks")


async def test_no_content_has_no_body(client):
    async with receiver("204") as one, client.post(one.url, data=BODY, headers=SIGNED) as response:
        assert (response.status, await response.read()) == (204, b"")


async def test_what_is_no_post_is_refused(client):
    async with receiver() as one, client.get(one.url) as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")


async def test_a_body_that_is_too_long_is_refused(client):
    async with receiver() as one:
        async with client.post(one.url, data=io.BytesIO(b"x" * (LARGEST_BODY + 1))) as response:
            assert response.status == 413
        assert one.received[0].answer == Answer(413)


async def test_a_reset_cuts_the_connection():
    async with Receiver(find_profile("entuitive"), replies=Replies(parse_answers("reset"))) as one:
        reader, writer = await asyncio.open_connection(one.host, one.port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        with contextlib.suppress(ConnectionResetError):
            await writer.wait_closed()


async def test_silence_lasts_until_the_sender_gives_up(client):
    async with receiver("timeout,200") as one:
        with pytest.raises(TimeoutError):
            await post(client, one.url, timeout=aiohttp.ClientTimeout(total=0.05))
        assert await post(client, one.url) == 200


async def test_its_end_does_not_wait_for_those_it_keeps_waiting(client):
    arrived = asyncio.Event()
    silent = Receiver(
        find_profile("entuitive"), replies=Replies((Answer(),)), observe=lambda _: arrived.set()
    )
    slow = Receiver(find_profile("entuitive"), replies=Replies((Answer(200),), delay_us=3_600_000_000))
    async with asyncio.timeout(30), asyncio.TaskGroup() as group, silent, slow:
        tasks = [group.create_task(cut_short(client, one.url)) for one in (silent, slow)]
        await arrived.wait()
    assert all(task.done() for task in tasks)


async def cut_short(client: aiohttp.ClientSession, url: str) -> None:
    with contextlib.suppress(aiohttp.ClientError):
        await post(client, url)


async def test_the_delay_comes_before_every_answer(client):
    async with receiver("slow:20ms", delay_us=30_000) as one:
        before = asyncio.get_running_loop().time()
        assert await post(client, one.url) == 200
        assert asyncio.get_running_loop().time() - before >= 0.05


async def test_it_keeps_only_the_newest(client):
    noted: list[Received] = []
    one = Receiver(find_profile("entuitive"), keep=2, observe=noted.append)
    async with one:
        for _ in range(3):
            await post(client, one.url)
    assert [each.number for each in one.received] == [2, 3]
    assert [each.number for each in noted] == [1, 2, 3]


async def test_a_burst_is_answered_each_for_itself(client):
    replies = Replies(parse_answers("503,503,200"), each=True)
    async with Receiver(find_profile("entuitive"), replies=replies) as one:

        async def until_accepted(body: bytes) -> list[int]:
            statuses: list[int] = []
            while 200 not in statuses:
                statuses.append(await post(client, one.url, body))
            return statuses

        results = await asyncio.gather(*(until_accepted(b"%d" % number) for number in range(100)))
    assert results == [[503, 503, 200]] * 100


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open():
    async with receiver() as one:
        another = Receiver(find_profile("entuitive"), port=one.port)
        with pytest.raises(OSError, match="address already in use"):
            await another.__aenter__()


async def test_an_ipv6_address_stands_in_brackets(client):
    one = Receiver(find_profile("entuitive"), host="::1")
    async with one:
        assert one.url == f"http://[::1]:{one.port}"
        assert await post(client, one.url) == 200
