"""docs/api.md has every route with all that it takes and answers, and its examples are tried, in order."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.duration import parse_moment
from emulator.server.errors import CODES
from emulator.server.openapi.document import WHEN
from emulator.server.route import Route
from emulator.server.routes import ROUTES
from emulator.server.settings import Settings
from tests.helpers.described import Described
from tests.helpers.serving import Api, receiving, serving
from tests.receivers.tool import tool

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```http\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ID = re.compile(r"(run|dlv|att|evt|ntf|req|end)_([0-9a-z]{10})((?:_[0-9]+)*)")
ENDPOINT = "localhost:3000"
NOBODY = "localhost:3001"


def title(route: Route) -> str:
    return f"{route.method} {route.path.replace('+}', '}')}"


def section(route: Route) -> str:
    return re.split(r"^##+ ", PAGE.partition(f"\n### {title(route)}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def tables(route: Route) -> Iterator[str]:
    """The tables of a route as the page has them."""
    named = {name: field.doc for name, field in route.parameters.items()}
    if route.labelled:
        named["label.KEY"] = "Those whose run has this label; any number of them."
    if named:
        yield table("parameter", {f"`{name}`": doc for name, doc in named.items()})
    if route.headers:
        yield table("header", {f"`{name}`": field.doc for name, field in route.headers.items()})
    if route.body is not None:
        required = route.body.schema["required"]
        keys = route.body.schema["properties"].items()
        yield table(
            "key", {f"`{key}`{' (required)' * (key in required)}": each["description"] for key, each in keys}
        )
    yield table("status", {str(status): told for status, told in route.answers.items()})


def table(head: str, rows: dict[str, str]) -> str:
    lines = [f"| {head} | meaning |", "|---|---|", *(f"| {name} | {told} |" for name, told in rows.items())]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("route", ROUTES, ids=title)
def test_every_route_has_a_section_that_says_what_the_table_says(route: Route):
    found = section(route)
    assert found.startswith(f"\n{route.summary}\n")
    for each in tables(route):
        assert f"\n{each}" in found


def test_no_section_is_of_a_route_that_is_not_there():
    assert re.findall(r"^### ((?:GET|POST|DELETE|PUT|PATCH) .+)$", PAGE, re.MULTILINE) == [
        title(route) for route in ROUTES
    ]


@pytest.mark.parametrize("route", ROUTES, ids=title)
def test_every_route_has_an_example_with_the_body_that_the_table_has(route: Route):
    requests = (example.partition("\n\n")[0] for example in EXAMPLES if example in section(route))
    bodies = [
        body for line, _, body in (each.partition("\n") for each in requests) if line.startswith(route.method)
    ]
    assert bodies
    assert route.example is None or route.example in [json.loads(body or "null") for body in bodies]


def test_every_code_of_errors_is_told():
    for status, code in CODES.items():
        assert f"\n| {status} | `{code}` | {WHEN[status]} |\n" in PAGE


class Likeness:
    """Whether an answer is like the one on the page. Ids are taken for those that the page has in their place.

    Moments, milliseconds, seeds and the version may be others; `…` stands for whatever else there is.
    """

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def real(self, text: str) -> str:
        """A text of the page with what it stands for here."""
        for name, here in self.names.items():
            text = text.replace(name, here)
        return text

    def compare(self, shown: Any, found: Any, key: str = "") -> None:
        if key in ("seed", "version", "port") or key.endswith("_ms"):
            assert type(found) is type(shown)
        elif isinstance(shown, dict):
            assert isinstance(found, dict)
            wanted = {name: value for name, value in shown.items() if name != "…"}
            assert set(wanted) <= set(found)
            assert "…" in shown or set(wanted) == set(found)
            for name, value in wanted.items():
                self.compare(value, found[name], name)
        elif isinstance(shown, list):
            items = [value for value in shown if value != "…"]
            assert len(items) == len(found) or ("…" in shown and len(items) <= len(found))
            for value, other in zip(items, found, strict=False):
                self.compare(value, other, key)
        else:
            self.compare_scalar(shown, found)

    def parts(self, id: str) -> tuple[str, str, str]:
        match = ID.fullmatch(id)
        assert match is not None
        return match[1], match[2], match[3]

    def compare_scalar(self, shown: Any, found: Any) -> None:
        if isinstance(shown, str) and ID.fullmatch(shown):
            kind, run, number = self.parts(shown)
            found_kind, found_run, found_number = self.parts(found)
            assert (kind, number) == (found_kind, found_number)
            assert self.names.setdefault(run, found_run) == found_run
        elif isinstance(shown, str) and is_moment(shown):
            assert is_moment(found)
        elif isinstance(shown, str) and shown.endswith("…"):
            assert timeless(found).startswith(timeless(self.real(shown[:-1])))
        else:
            assert (timeless(self.real(shown)) if isinstance(shown, str) else shown) == timeless(found)


def timeless(value: Any) -> Any:
    """A line of an explanation without how long it took."""
    return re.sub(r"in \d+ ms", "in … ms", value) if isinstance(value, str) else value


def is_moment(text: Any) -> bool:
    try:
        parse_moment(text)
    except ValueError:
        return False
    return True


def parsed(text: str) -> Any:
    """JSON in which `…` stands for more."""
    return json.loads(text.replace("…}", '"…": 0}').replace("…]", '"…"]'))


def write_scenario(folder: Path) -> None:
    """The one scenario of the page, as a file."""
    (file,) = re.findall(
        r"^```yaml\n# scenarios/billing/outage.yaml\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL
    )
    (folder / "billing").mkdir()
    (folder / "billing" / "outage.yaml").write_text(file, encoding="utf-8")


async def streamed(likeness: Likeness, api: Api, path: str, shown: str) -> None:
    """The stream begins as the page says."""
    async with api.session.get(api.url + path) as response:
        assert response.status == 200
        await compare_lines(likeness, response.content.readline, shown)


async def compare_lines(likeness: Likeness, next_line: Callable[[], Awaitable[bytes]], shown: str) -> None:
    """The lines of a stream, whose ids are of another epoch."""
    for line in shown.splitlines():
        async with asyncio.timeout(20):
            came = (await next_line()).decode().removesuffix("\n")
        name, _, value = came.partition(": ")
        if name == "data":
            likeness.compare(parsed(line.removeprefix("data: ")), json.loads(value))
        else:
            assert re.sub("[0-9a-f]{8}-", "", came) == re.sub("[0-9a-f]{8}-", "", line)


async def test_the_example_with_curl_prints_what_the_page_says(tmp_path: Path):
    command, shown = re.findall(r"^\$ (curl -sN .+?)\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]
    write_scenario(tmp_path)
    async with receiving("503", "200", secret="demo-secret") as receiver:
        settings = Settings(scenarios=Path("/scenarios"), target=f"{receiver.url}/webhooks")
        async with serving(folder=tmp_path, settings=settings) as api:
            words = shlex.split(command.replace("http://localhost:4622", api.url))
            words[0] = tool("curl", "curl")
            curl = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
            assert curl.stdout is not None
            head, rest = shown.split("\n\n", 1)
            await compare_lines(Likeness({}), curl.stdout.readline, head + "\n\n")
            await api.run({"scenario": "billing/outage", "labels": {"test": "stream"}})
            await compare_lines(Likeness({}), curl.stdout.readline, rest)
            api.context.closing.set()
            assert await curl.wait() == 0


@pytest.fixture
def closed() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return "{}:{}".format(*one.getsockname())


async def test_the_examples_answer_what_the_page_and_the_document_say(tmp_path: Path, closed: str):
    write_scenario(tmp_path)
    async with receiving("503", "200", secret="demo-secret") as receiver:
        likeness = Likeness({ENDPOINT: receiver.url.removeprefix("http://"), NOBODY: closed})
        described = Described()
        settings = Settings(scenarios=Path("/scenarios"), token="secret", target=f"{receiver.url}/webhooks")
        async with serving(folder=tmp_path, settings=settings) as api:
            for example in EXAMPLES:
                request, _, shown = likeness.real(example).partition("\n\n")
                line, _, body = request.partition("\n")
                method, path = line.split(" ", 1)
                if path.startswith("/api/v1/stream"):
                    await streamed(likeness, api, path, shown.partition("\n")[2])
                    continue
                answer = await api.call(method, path, body.encode() or None)
                if not path.startswith("/entuitive/"):
                    described.check(method, path, answer)
                told, _, content = shown.partition("\n")
                assert str(answer.status) == told.strip(), answer.body
                if not content:
                    assert answer.body == b""
                elif answer.headers["Content-Type"] == "application/json":
                    original = example.partition("\n\n")[2].partition("\n")[2]
                    likeness.compare(parsed(original), answer.json)
                else:
                    shown, more, _ = content.removesuffix("\n").partition("…")
                    assert answer.body.decode()[: len(shown) if more else None] == shown
