"""What a customer of Compliancely writes: a small client on `requests`, from the provider's public pages alone.

Its only setting is the base URL. It imports nothing of the emulator, and must never have to.
"""

from __future__ import annotations

from typing import Any, Self

import requests

LIMIT_S = 60


class Refused(Exception):
    """The provider has said no: its status, and what it told."""

    def __init__(self, status: int, told: Any) -> None:
        super().__init__(f"{status}: {told}")
        self.status = status
        self.told = told


class Compliancely:
    """A session of one user: log in by either version of the API, then ask.

    An access token of version 2 that has expired is made anew, once, of the refresh token.
    """

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")
        self._session = requests.Session()
        self._refresh: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    @property
    def authorization(self) -> str:
        """The header that goes with every call."""
        return str(self._session.headers["Authorization"])

    def log_in(self, username: str, password: str) -> None:
        """Version 2: an access token, and one to make new ones of."""
        pair = self._post("/api/v2/token/", username=username, password=password)
        self.use(f"Bearer {pair['access']}", pair["refresh"])

    def log_in_v1(self, username: str, password: str) -> None:
        """Version 1: one token, which does not expire."""
        self.use(f"Token {self._post('/api/v1/auth-token', username=username, password=password)['token']}")

    def use(self, authorization: str, refresh: str | None = None) -> None:
        """Go on with a token from elsewhere, such as the dashboard."""
        self._session.headers["Authorization"] = authorization
        self._refresh = refresh

    def renew(self) -> None:
        """A new access token."""
        refresh, self._refresh = self._refresh, None
        access = self._post("/api/v2/token/refresh/", refresh=refresh)["access"]
        self.use(f"Bearer {access}", refresh)

    def submit_tin(self, name: str, tin: str, **urls: Any) -> Any:
        """Answers at once; the result comes to `webhook_urls`, and can be asked for."""
        return self._post("/api/v1/submissions/", name=name, tin=tin, **urls)

    def submission(self, number: int) -> Any:
        """A TIN match as it stands."""
        return self._call("GET", f"/api/v1/submissions/{number}")

    def match_tin(self, name: str, tin: str, **urls: Any) -> Any:
        """The hybrid: waits for the result; with a `message`, it will come later."""
        return self._post("/api/v1/tin/match/", name=name, tin=tin, **urls)

    def search_state(self, name: str, state: str, **urls: Any) -> Any:
        """A search with a Secretary of State; the results come to `callback_url`."""
        return self._post("/api/v1/sos_submissions/", name=name, state=state, **urls)

    def state_search(self, number: int) -> Any:
        """A search as it stands."""
        return self._call("GET", f"/api/v1/sos_submissions/{number}")

    def check_exemption(self, **fields: Any) -> Any:
        """By `tin` or `name`; the result comes to `webhook_urls`."""
        return self._post("/api/v2/taxexempt/", **fields)

    def exemption(self, number: int) -> Any:
        """A check as it stands."""
        return self._call("GET", f"/api/v2/taxexempt/{number}")

    def upload_tins(self, name: str, content: bytes, **fields: str) -> Any:
        """A file of TINs and names; here `webhook_urls` is one text."""
        files = {"file": (name, content)}
        return self._call("POST", "/api/v1/bulk_upload/tin/", files=files, data=fields)

    def upload(self, number: int) -> Any:
        """A file as it stands."""
        return self._call("GET", f"/api/v1/bulk_upload/tin/{number}")

    def download(self, url: str) -> str:
        """The text of a file that the provider has made."""
        answer = self._session.get(url, timeout=LIMIT_S)
        answer.raise_for_status()
        return answer.text

    def _post(self, path: str, **fields: Any) -> Any:
        return self._call("POST", path, json=fields)

    def _call(self, method: str, path: str, **body: Any) -> Any:
        answer = self._session.request(method, self._base + path, timeout=LIMIT_S, **body)
        if answer.status_code == requests.codes.unauthorized and self._refresh:
            self.renew()
            answer = self._session.request(method, self._base + path, timeout=LIMIT_S, **body)
        if not answer.ok:
            raise Refused(answer.status_code, answer.json())
        return answer.json()
