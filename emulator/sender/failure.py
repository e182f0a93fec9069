"""What went wrong in an attempt, in our own words: the one place where aiohttp's exceptions become error kinds.

Exceptions are looked up by the names of their classes, nearest first, so that a class which only some versions of
aiohttp have needs no import. What the class alone cannot tell is asked of the attempt's course: whether addresses were
refused, whether any of the answer had come, and how the connection ended.
"""

from __future__ import annotations

import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp.http import HttpProcessingError

from emulator.duration import format_duration
from emulator.record import AttemptError, ErrorKind

if TYPE_CHECKING:
    from emulator.sender.connection import Conversation, Course
    from emulator.sender.target import Target

KINDS: dict[str, ErrorKind] = {
    "ClientConnectorDNSError": ErrorKind.DNS,
    "UnicodeError": ErrorKind.DNS,
    "ClientConnectorError": ErrorKind.CONNECT,
    "ClientProxyConnectionError": ErrorKind.CONNECT,
    "UnixClientConnectorError": ErrorKind.CONNECT,
    "ClientConnectorCertificateError": ErrorKind.TLS,
    "ClientConnectorSSLError": ErrorKind.TLS,
    "ClientSSLError": ErrorKind.TLS,
    "ServerFingerprintMismatch": ErrorKind.TLS,
    "SSLError": ErrorKind.TLS,
    "ClientConnectionError": ErrorKind.RESET,
    "ClientConnectionResetError": ErrorKind.RESET,
    "ClientOSError": ErrorKind.RESET,
    "ServerConnectionError": ErrorKind.RESET,
    "ServerDisconnectedError": ErrorKind.RESET,
    "OSError": ErrorKind.RESET,
    "ServerTimeoutError": ErrorKind.TIMEOUT,
    "ConnectionTimeoutError": ErrorKind.TIMEOUT,
    "SocketTimeoutError": ErrorKind.TIMEOUT,
    "TimeoutError": ErrorKind.TIMEOUT,
    "TooManyRedirects": ErrorKind.REDIRECT,
    "RedirectClientError": ErrorKind.REDIRECT,
    "InvalidUrlRedirectClientError": ErrorKind.REDIRECT,
    "NonHttpUrlRedirectClientError": ErrorKind.REDIRECT,
    "ClientError": ErrorKind.PROTOCOL,
    "ClientHttpProxyError": ErrorKind.PROTOCOL,
    "ClientPayloadError": ErrorKind.PROTOCOL,
    "ClientResponseError": ErrorKind.PROTOCOL,
    "ContentTypeError": ErrorKind.PROTOCOL,
    "InvalidURL": ErrorKind.PROTOCOL,
    "InvalidUrlClientError": ErrorKind.PROTOCOL,
    "NonHttpUrlClientError": ErrorKind.PROTOCOL,
    "UploadAbortedError": ErrorKind.PROTOCOL,
    "WSServerHandshakeError": ErrorKind.PROTOCOL,
    "Exception": ErrorKind.PROTOCOL,
}

# What --ca-file would cure, by OpenSSL's numbers: self-signed, alone or in the chain, and issuers that are not found.
_UNKNOWN_ISSUER = frozenset({18, 19, 20, 21})
_NO_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST"}
)
_STUCK = {
    "http": "is its accept queue full, or a firewall in between?",
    "https": "does it speak TLS, or is a firewall in between?",
}
_THE_HOST = "host.docker.internal"
_TLS_ALERT = b"\x15\x03"


def in_container() -> bool:
    """Whether this process runs inside a Docker or Podman container."""
    return Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()


def failure(exc: Exception, course: Course, *, container: bool) -> AttemptError:
    """The error of an attempt that `exc` ended. `container` says whether loopback is a container's own."""
    kind = _kind(exc, course)
    match kind:
        case ErrorKind.BLOCKED:
            message = _blocked(course)
        case ErrorKind.DNS:
            message = f"cannot resolve {course.target.host}: {_reason(exc)}"
            message += _unresolved_there(course.target.host) if container else ""
        case ErrorKind.CONNECT:
            message = _unreached(exc, course.target, container=container) + _untried(course)
        case ErrorKind.TLS:
            message = _untrusted(exc, course)
        case ErrorKind.RESET:
            message = _broken(course)
        case _:
            message = _malformed(exc)
    return AttemptError(kind, message)


def timed_out(course: Course, timeout_us: int, *, slow_us: int = 0) -> AttemptError:
    """The error of an attempt whose time was up, telling how far it had come. `slow_us` is how long its body takes."""
    limit = format_duration(timeout_us)
    if course.conversation is None:
        message = f"no connection to {_place(course.target)} within {limit}; {_STUCK[course.target.scheme]}"
    elif course.status is not None:
        message = f"the body of the answer ({course.status}) had not ended after {limit}"
    elif course.conversation.beginning:
        message = f"the headers of the answer had not ended after {limit}"
    elif slow_us >= timeout_us:
        message = f"the body that we send, slowly on purpose, had not ended after {limit}"
    else:
        message = f"connected, but no answer within {limit}"
    return AttemptError(ErrorKind.TIMEOUT, message)


def _kind(exc: Exception, course: Course) -> ErrorKind:
    if course.refusals and not course.tried:
        return ErrorKind.BLOCKED
    kind = next(KINDS[cls.__name__] for cls in type(exc).__mro__ if cls.__name__ in KINDS)
    if kind is ErrorKind.CONNECT:
        cut = isinstance(getattr(exc, "os_error", None), ConnectionResetError | ConnectionAbortedError)
        return ErrorKind.TLS if cut and course.target.scheme == "https" else kind
    if kind in (ErrorKind.PROTOCOL, ErrorKind.RESET) and course.conversation is not None:
        return _kind_by_end(kind, course.conversation)
    return kind


def _kind_by_end(kind: ErrorKind, conversation: Conversation) -> ErrorKind:
    """An answer cut short is invalid when the server closed the connection, but a reset when the connection broke."""
    if isinstance(conversation.lost, ssl.SSLError) or conversation.beginning.startswith(_TLS_ALERT):
        return ErrorKind.TLS
    return ErrorKind.RESET if isinstance(conversation.lost, OSError) else kind


def _blocked(course: Course) -> str:
    """Of several addresses, the one that a flag would allow is the one to tell about."""
    return min(course.refusals.values(), key=lambda refusal: "--allow" not in refusal)


def _unreached(exc: Exception, target: Target, *, container: bool) -> str:
    cause = getattr(exc, "os_error", exc)
    if not isinstance(cause, ConnectionRefusedError):
        return f"cannot connect to {_place(target)}: {_reason(exc)}"
    return f"{_place(target)} refused the connection" + (_refused_there(target.host) if container else "")


def _refused_there(host: str) -> str:
    """What a refusal may mean inside a container."""
    if _is_loopback(host):
        return (
            f"; inside a container {host} is the container itself: name the host as {_THE_HOST}, or"
            " another container by its Compose service name"
        )
    if host == _THE_HOST:
        return (
            "; what listens there on 127.0.0.1 only is out of reach for containers: let your application listen on"
            " 0.0.0.0, or on the address of the container bridge"
        )
    return ""


def _unresolved_there(host: str) -> str:
    """What an unknown name may mean inside a container."""
    if host == _THE_HOST:
        return f"; start the container with --add-host {_THE_HOST}:host-gateway"
    if "." not in host:
        return "; a Compose service or a container is found by its name only on a network that both are on"
    return ""


def _untried(course: Course) -> str:
    """What else there was: the same whichever address came first."""
    if not course.refusals or not course.tried:
        return ""
    tried, refused = (", ".join(sorted(set(addresses))) for addresses in (course.tried, course.refusals))
    return f"; tried: {tried}; not allowed, so not tried: {refused}"


def _untrusted(exc: Exception, course: Course) -> str:
    place = _place(course.target)
    cause = getattr(exc, "certificate_error", None)
    if isinstance(cause, ssl.SSLCertVerificationError):
        cure = "--insecure accepts it"
        if cause.verify_code in _UNKNOWN_ISSUER:
            cure = f"--ca-file FILE trusts its issuer, {cure}"
        return f"the certificate of {place} was refused: {cause.verify_message.rstrip('.')}; {cure}"
    if course.target.scheme == "http":
        return f"{place} answered in TLS; is the target https://?"
    lost = None if course.conversation is None else course.conversation.lost
    reason = getattr(getattr(exc, "os_error", lost), "reason", None)
    if reason in _NO_TLS:
        return f"{place} does not speak TLS; is the target http://?"
    if isinstance(reason, str):
        return f"no TLS with {place}: {reason.lower().replace('_', ' ')}"
    return f"{place} broke the TLS handshake off"


def _broken(course: Course) -> str:
    conversation = course.conversation
    how = "reset" if conversation is not None and conversation.lost is not None else "closed"
    if conversation is None or not conversation.beginning:
        return f"{_place(course.target)} {how} the connection without an answer"
    return f"{_place(course.target)} {how} the connection in the middle of its answer"


def _malformed(exc: Exception) -> str:
    cause = exc.__cause__ if isinstance(exc.__cause__, HttpProcessingError) else exc
    text = " ".join(str(getattr(cause, "message", cause)).split())
    return f"the answer is no valid HTTP: {text}"


def _reason(exc: Exception) -> str:
    cause = getattr(exc, "os_error", exc)
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__)


def _place(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return f"{host}:{target.port}"


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
