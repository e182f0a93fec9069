"""Many clients at once, in threads of this process, which is neither the server's nor the receiver's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

from tests.bench.load import CONNECTIONS
from tests.bench.server import Server


def fire(
    server: Server, path: str, documents: Sequence[Any], check: Callable[[dict[str, Any]], object]
) -> None:
    """Post each document, by as many clients as there are connections, and look at each answer."""
    left = iter(documents)

    def work() -> None:
        with server.client() as client:
            for document in left:
                check(client.post(path, document))

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for done in [pool.submit(work) for _ in range(CONNECTIONS)]:
            done.result()


@contextmanager
def polling(server: Server, paths: Sequence[str], clients: int) -> Iterator[None]:
    """So many clients ask for these paths in turn, without a pause, during the block."""
    over = Event()

    def work() -> None:
        with server.client() as client:
            while not over.is_set():
                for path in paths:
                    client.get(path)

    with ThreadPoolExecutor(clients) as pool:
        polls = [pool.submit(work) for _ in range(clients)]
        try:
            yield
        finally:
            over.set()
    for poll in polls:
        poll.result()
