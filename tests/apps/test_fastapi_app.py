import socket
from threading import Thread

import pytest
import uvicorn
from fastapi_app import create_app
from users import SECRET, Users


@pytest.fixture
def users():
    return Users()


@pytest.fixture
def target(users):
    server = uvicorn.Server(uvicorn.Config(create_app(users), log_level="warning", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield "http://127.0.0.1:{1}/webhooks".format(*listening.getsockname())
        server.should_exit = True
        thread.join()


def test_survives_an_outage(webhook_emulator, target, users):
    users.outage = 3
    run = webhook_emulator.play("entuitive/refused-then-accepted", target=target, secret=SECRET)
    assert run.passed, run.explain()
    assert users.emails == ["ines.okafor@example.test"]


def test_stores_a_repetition_once(webhook_emulator, target, users):
    run = webhook_emulator.play("entuitive/delivered-twice", target=target, secret=SECRET, seed=7)
    assert run.passed, run.explain()
    assert users.emails == ["ines.okafor+7@example.test"]


def test_turns_a_forged_webhook_away(webhook_emulator, target, users):
    run = webhook_emulator.play("entuitive/forged", target=target, secret=SECRET)
    assert run.passed, run.explain()
    assert users.emails == []
