"""What one test has of an emulator: a client with labels of its own, and a clean end that touches no other test."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from emulator.testing.answers import Endpoint
from emulator.testing.asking import Asking
from emulator.testing.call import Call
from emulator.testing.client import Client
from emulator.testing.errors import ApiError
from emulator.testing.telling import told

if TYPE_CHECKING:
    from emulator.testing.report_folder import ReportFolder

T = TypeVar("T")

_LONGEST_LABEL = 200
_ID = "test_id"


class Traces:
    """What a test leaves in an emulator: the runs of its labels, and the endpoints that it registers.

    The label `test` is for people, and a call may say another. Only `test_id` is unique, among workers, parameters and
    repetitions, too: by it alone the test's runs are known.
    """

    def __init__(self, url: str, token: str | None, test: str) -> None:
        self.labels = {"test": test[-_LONGEST_LABEL:], _ID: secrets.token_hex(8)}
        self.asking = Asking(self.labels, own=_ID)
        self._client = Client(url, token=token, labels={_ID: self.labels[_ID]})
        self._endpoints: list[str] = []
        self._on_loop = False

    def note(self, call: Call[T], answer: T) -> T:
        """See what a call brought about."""
        if call.method == "POST" and isinstance(answer, Endpoint):
            self._endpoints.append(answer.id)
        return answer

    def note_loop(self) -> None:
        """See whether a call keeps an event loop waiting."""
        asyncio = sys.modules.get("asyncio")
        if asyncio is not None:
            with suppress(RuntimeError):  # there is none
                self._on_loop |= asyncio.get_running_loop() is not None

    def told(self) -> str:
        """What became of the test's webhooks. Raises ClientError where the server cannot tell."""
        return told(self._client, on_loop=self._on_loop)

    def reported(self, test: str, folders: Sequence[ReportFolder], base: Path) -> str:
        """Write the reports of the test's runs, and say where. Raises ClientError where the server cannot tell."""
        from emulator.testing.report_folder import write_reports  # noqa: PLC0415 - few sessions ask for reports

        return "\n".join(write_reports(self._client, test, folders, base))

    def remove(self) -> None:
        """Cancel and remove the runs, and the endpoints that are left. Raises ClientError."""
        self._client.reset()
        for endpoint in self._endpoints:
            try:
                self._client.unregister(endpoint)
            except ApiError as error:
                if error.status != 404:
                    raise


class WebhookEmulator(Client):
    """The fixture `webhook_emulator`: a client whose runs and endpoints are those of one test."""

    def __init__(self, url: str, token: str | None, traces: Traces) -> None:
        super().__init__(url, token=token, labels=traces.labels)
        self._asking = traces.asking
        self._traces = traces

    def _ask(self, call: Call[T]) -> T:
        self._traces.note_loop()
        return self._traces.note(call, super()._ask(call))
