from threading import Thread

import pytest
from flask_app import create_app
from users import SECRET, Users
from werkzeug.serving import make_server


@pytest.fixture
def users():
    return Users()


@pytest.fixture
def app(users):
    return create_app(users)


@pytest.fixture
def target(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/webhooks"
    server.shutdown()
    thread.join()
    server.server_close()


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


def test_asks_for_a_match_and_is_told(webhook_emulator, app, target, users):
    run = webhook_emulator.play("compliancely/api-one-account", secret=SECRET)
    app.config["COMPLIANCELY_URL"] = webhook_emulator.provider_url("compliancely", run)
    asked = app.test_client().post("/contractors/900000006", base_url=target.removesuffix("/webhooks"))
    assert asked.status_code == 202
    assert webhook_emulator.verify({"type": "tin_match", "status": 200}, within="10s")
    assert users.matches == ["900000006"]
