"""Whatever aiohttp raises has a kind, named in the table; its newest classes, too."""

from __future__ import annotations

from collections.abc import Iterator

import aiohttp
import pytest
from aiohttp import http_exceptions
from aiohttp.client_exceptions import UnixClientConnectorError
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from emulator.record import ErrorKind
from emulator.sender.connection import Course
from emulator.sender.failure import KINDS, failure
from emulator.sender.target import parse_target


def tree(root: type[BaseException]) -> Iterator[type[BaseException]]:
    yield root
    for branch in root.__subclasses__():
        yield from tree(branch)


KEY = ConnectionKey(
    "127.0.0.1", 9, is_ssl=False, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None
)
INFO = aiohttp.RequestInfo(URL("http://127.0.0.1:9/"), "POST", CIMultiDictProxy(CIMultiDict()))
CONTENTS: dict[type[BaseException], tuple[object, ...]] = {
    UnixClientConnectorError: ("path", KEY, OSError(2, "No such file")),
    aiohttp.ClientConnectorError: (KEY, OSError(111, "Connection refused")),
    aiohttp.ClientConnectorCertificateError: (KEY, ValueError("no certificate")),
    aiohttp.ServerFingerprintMismatch: (b"a", b"b", "127.0.0.1", 9),
    aiohttp.ClientResponseError: (INFO, ()),
    UnicodeEncodeError: ("idna", "a", 0, 1, "label too long"),
}


def made(cls: type[BaseException]) -> Exception:
    """An error as aiohttp raises it."""
    nearest = next((root for root in cls.__mro__ if root in CONTENTS), None)
    contents = ("a\nb",) if nearest is None else CONTENTS[nearest]
    if issubclass(cls, http_exceptions.HttpProcessingError) and cls is http_exceptions.HttpProcessingError:
        contents = ()
    error = cls(*contents)
    assert isinstance(error, Exception)
    return error


CLIENT_ERRORS = sorted(
    {cls for cls in tree(aiohttp.ClientError) if cls.__module__.startswith("aiohttp")}, key=str
)
OTHERS = [
    *sorted(set(tree(http_exceptions.HttpProcessingError)), key=str),
    ConnectionResetError,
    BrokenPipeError,
    TimeoutError,
    OSError,
    ValueError,
    RuntimeError,
    AssertionError,
    UnicodeEncodeError,
    Exception,
]


def test_aiohttp_has_no_error_that_the_table_does_not_name() -> None:
    assert [cls.__name__ for cls in CLIENT_ERRORS if cls.__name__ not in KINDS] == []


@pytest.mark.parametrize("cls", [*CLIENT_ERRORS, *OTHERS], ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://a.example/"])
def test_any_error_becomes_one_kind_and_one_line(cls: type[BaseException], url: str) -> None:
    error = failure(made(cls), Course(parse_target(url)), container=True)
    assert error.kind in set(ErrorKind) - {ErrorKind.BLOCKED, ErrorKind.CANCELLED}
    assert error.message
    assert "\n" not in error.message


@pytest.mark.parametrize(
    ("cls", "kind"),
    [
        (aiohttp.ClientConnectorDNSError, ErrorKind.DNS),
        (aiohttp.ClientConnectorError, ErrorKind.CONNECT),
        (aiohttp.ClientConnectorCertificateError, ErrorKind.TLS),
        (aiohttp.ClientConnectorSSLError, ErrorKind.TLS),
        (aiohttp.ServerDisconnectedError, ErrorKind.RESET),
        (aiohttp.ClientOSError, ErrorKind.RESET),
        (aiohttp.ClientConnectionResetError, ErrorKind.RESET),
        (aiohttp.ClientPayloadError, ErrorKind.PROTOCOL),
        (aiohttp.ClientResponseError, ErrorKind.PROTOCOL),
        (aiohttp.ServerTimeoutError, ErrorKind.TIMEOUT),
    ],
)
def test_kinds_are_as_the_contract_has_them(cls: type[BaseException], kind: ErrorKind) -> None:
    assert failure(made(cls), Course(parse_target("http://h/")), container=False).kind is kind


def test_refused_addresses_alone_are_blocked() -> None:
    course = Course(parse_target("http://h/"))
    course.refusals = {
        "fe80::1": "h resolves to fe80::1",
        "8.8.8.8": "8.8.8.8; --allow-target h would allow it",
    }
    error = failure(made(aiohttp.ClientConnectorError), course, container=False)
    assert error.kind is ErrorKind.BLOCKED
    assert error.message == "8.8.8.8; --allow-target h would allow it"


REFUSED = aiohttp.ClientConnectorError(KEY, ConnectionRefusedError(111, "Connection refused"))
UNKNOWN = aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known"))


@pytest.mark.parametrize(
    ("exc", "host", "hint"),
    [
        (
            REFUSED,
            "host.docker.internal",
            "; what listens there on 127.0.0.1 only is out of reach for containers",
        ),
        (
            UNKNOWN,
            "host.docker.internal",
            "; start the container with --add-host host.docker.internal:host-gateway",
        ),
        (UNKNOWN, "app", "; a Compose service or a container is found by its name only on a network"),
    ],
)
def test_inside_a_container_the_likely_mistake_is_told(exc: Exception, host: str, hint: str) -> None:
    course = Course(parse_target(f"http://{host}:3000/"))
    assert hint in failure(exc, course, container=True).message
    assert ";" not in failure(exc, course, container=False).message


@pytest.mark.parametrize("exc", [REFUSED, UNKNOWN])
def test_a_name_with_dots_has_no_such_hint(exc: Exception) -> None:
    assert ";" not in failure(exc, Course(parse_target("http://app.example/")), container=True).message
