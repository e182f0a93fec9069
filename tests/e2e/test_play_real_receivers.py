"""The whole engine against receivers that others wrote: nasty bodies of both providers, right and wrong secrets."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helpers.command import command
from tests.receivers.real import RECEIVERS

pytestmark = pytest.mark.thirdparty

SECRET = "e2e secret: slash / é ☕"
HEADERS = {"compliancely": "Compliancely-Signature", "entuitive": "X-Entuitive-Signature"}
NASTY: list[Any] = [
    {"url": "https://app.example.test/a/b?c=d", "html": "</script>", "path": "C:\\temp\\"},
    {"name": "Zoë Älvarez-Åkesson", "città": "Forlì", "emoji": "👍🏽 😀"},
    [0.1, 1.0, -0.0, 1e25, 1.5e-7, 2**53 + 1, 10**30, True, None, {}, [], ""],
    "tab\tescape\x1bdel\x7fline\u2028end",
]
EXACT = {"bytes.bin": bytes(range(256)), "empty.bin": b"", "spaced.bin": b'{ "spaced" :  1.50 }\r\n'}


def scenario(folder: Path, provider: str, *, refused: bool) -> Path:
    """Every nasty body as an event; with `refused`, each is expected to be turned down by every attempt."""
    for name, exact in EXACT.items():
        (folder / name).write_bytes(exact)
    expect: dict[str, Any] = {"expect": {"outcome": "exhausted"} if refused else {"attempts": 1}}
    events = [{"payload": value} | expect for value in NASTY] + [
        {"payload_file": name} | expect for name in EXACT
    ]
    path = folder / "nasty.yaml"
    content = {"version": 1, "name": "nasty", "provider": provider, "events": events}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize("provider", HEADERS)
@pytest.mark.parametrize("name", RECEIVERS)
async def test_all_are_accepted_and_recorded_to_the_byte(name: str, provider: str, tmp_path: Path) -> None:
    with RECEIVERS[name](HEADERS[provider], SECRET) as receiver:
        path = scenario(tmp_path, provider, refused=False)
        done = await command("play", path, "--target", receiver.url, "--secret", SECRET, "--json")
    assert done.code == 0, done.out + done.messages
    sent = [attempt["request"] for attempt in done.runs[0]["attempts"]]
    bodies = [
        base64.b64decode(each["body_base64"]) if each["body"] is None else each["body"].encode()
        for each in sent
    ]
    assert set(EXACT.values()) <= set(bodies)
    assert len(bodies) == len(NASTY) + len(EXACT)


@pytest.mark.parametrize("provider", HEADERS)
@pytest.mark.parametrize("name", RECEIVERS)
async def test_with_a_wrong_secret_all_are_refused(name: str, provider: str, tmp_path: Path) -> None:
    with RECEIVERS[name](HEADERS[provider], SECRET) as receiver:
        path = scenario(tmp_path, provider, refused=True)
        done = await command("play", path, "--target", receiver.url, "--secret", "wrong", "--json")
    assert done.code == 0, done.out + done.messages
    run = done.runs[0]
    assert {attempt["response"]["status"] for attempt in run["attempts"]} == {401}
    assert run["run"]["counts"]["exhausted"] == len(NASTY) + len(EXACT)
