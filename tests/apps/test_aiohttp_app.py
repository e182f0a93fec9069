import pytest
from aiohttp_app import create_app
from users import SECRET, Users


@pytest.fixture
def users():
    return Users()


@pytest.fixture
async def target(aiohttp_server, users):
    server = await aiohttp_server(create_app(users))
    return str(server.make_url("/webhooks"))


async def test_survives_an_outage(webhook_emulator_async, target, users):
    users.outage = 3
    run = await webhook_emulator_async.play("entuitive/refused-then-accepted", target=target, secret=SECRET)
    assert run.passed, run.explain()
    assert users.emails == ["ines.okafor@example.test"]


async def test_stores_a_repetition_once(webhook_emulator_async, target, users):
    run = await webhook_emulator_async.play("entuitive/delivered-twice", target=target, secret=SECRET, seed=7)
    assert run.passed, run.explain()
    assert users.emails == ["ines.okafor+7@example.test"]


async def test_turns_a_forged_webhook_away(webhook_emulator_async, target, users):
    run = await webhook_emulator_async.play("entuitive/forged", target=target, secret=SECRET)
    assert run.passed, run.explain()
    assert users.emails == []
