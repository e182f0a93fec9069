import django
import django_app
import pytest
from django.test import LiveServerTestCase
from users import SECRET, Users

django.setup()


class TestWebhooks(LiveServerTestCase):
    databases = frozenset()

    @pytest.fixture(autouse=True)
    def prepare(self, webhook_emulator, monkeypatch):
        self.emulator = webhook_emulator
        self.users = Users()
        monkeypatch.setattr(django_app, "users", self.users)

    def play(self, scenario, **more):
        target = f"{self.live_server_url}/webhooks"
        return self.emulator.play(scenario, target=target, secret=SECRET, **more)

    def test_survives_an_outage(self):
        self.users.outage = 3
        run = self.play("entuitive/refused-then-accepted")
        assert run.passed, run.explain()
        assert self.users.emails == ["ines.okafor@example.test"]

    def test_stores_a_repetition_once(self):
        run = self.play("entuitive/delivered-twice", seed=7)
        assert run.passed, run.explain()
        assert self.users.emails == ["ines.okafor+7@example.test"]

    def test_turns_a_forged_webhook_away(self):
        run = self.play("entuitive/forged")
        assert run.passed, run.explain()
        assert self.users.emails == []
