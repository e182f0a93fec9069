"""Which of several targets, secrets, profiles and settings an event gets."""

import pytest

from emulator.errors import InvalidInput
from emulator.scenario.load import load_text
from emulator.scenario.overrides import Overrides
from emulator.scenario.render import RunFacts, targets_of

FILE = {
    "version": 1,
    "provider": "entuitive",
    "target": "http://localhost:1/scenario",
    "secret": "of-scenario",
    "events": [{"type": "user.created"}],
}
BOTH = [{"type": "user.created"}, {"type": "tin_match", "provider": "compliancely"}]


def load(overrides=None, environment=None, **keys):
    wanted = {key: value for key, value in {**FILE, **keys}.items() if value is not Ellipsis}
    return load_text(wanted, overrides=overrides or Overrides(), environment=environment or {})


def event(**more):
    return {"type": "user.created", **more}


def targets(scenario, number=0):
    return targets_of(scenario.events[number], RunFacts(name="x", seed=1), index=0, due_at=0)


def secrets(scenario):
    return [each.secret for each in scenario.events]


class TestTargets:
    def test_the_events_own_beats_the_runs(self):
        scenario = load(
            Overrides(target="http://localhost:1/run"), events=[event(target="http://localhost:1/own")]
        )
        assert targets(scenario) == ("http://localhost:1/own",)

    def test_the_runs_beats_the_scenarios(self):
        assert targets(load(Overrides(target="http://localhost:1/run"))) == ("http://localhost:1/run",)

    def test_the_run_may_have_several(self):
        several = ("http://localhost:1/a", "http://localhost:1/b")
        assert targets(load(Overrides(target=several))) == several

    def test_the_scenarios_is_the_last(self):
        assert targets(load()) == ("http://localhost:1/scenario",)

    def test_the_runs_may_hold_templates(self):
        assert targets(load(Overrides(target="http://localhost:1/{{ event.name }}"))) == (
            "http://localhost:1/event-1",
        )

    @pytest.mark.parametrize("overrides", [Overrides(), Overrides(target="${TARGET_URL}")])
    def test_a_variable_that_nothing_replaces_is_told_with_the_cure(self, overrides):
        told = r"give the URL itself as `target` of the call$"
        with pytest.raises(InvalidInput, match=told):
            load(overrides, target="${TARGET_URL:-http://localhost:1/}")

    def test_a_variable_in_a_target_that_is_not_used_is_no_matter(self):
        scenario = load(
            Overrides(target="http://localhost:1/run"), target="${TARGET_URL:-http://localhost:1/}"
        )
        assert targets(scenario) == ("http://localhost:1/run",)

    def test_a_wrong_one_of_the_run_is_told_by_its_key(self):
        with pytest.raises(InvalidInput, match=r"^target: expected a URL that begins with http"):
            load(Overrides(target="localhost:1"))

    def test_the_runs_is_enough(self):
        assert targets(load(Overrides(target="http://localhost:1/run"), target=...)) == (
            "http://localhost:1/run",
        )

    @pytest.mark.parametrize(
        ("keys", "overrides", "wanted"),
        [
            ({"target": ...}, {}, "fallback"),
            ({}, {}, "scenario"),
            ({"target": ...}, {"target": "http://localhost:1/run"}, "run"),
            ({"target": ..., "events": [event(target="http://localhost:1/own")]}, {}, "own"),
        ],
    )
    def test_the_servers_holds_where_nothing_else_is_said(self, keys, overrides, wanted):
        given = Overrides(fallback_target="http://localhost:1/fallback", **overrides)
        assert targets(load(given, **keys)) == (f"http://localhost:1/{wanted}",)

    def test_a_wrong_one_of_the_server_is_told_by_its_key(self):
        with pytest.raises(InvalidInput, match=r"^target: expected a URL that begins with http"):
            load(Overrides(fallback_target="localhost:1"), target=...)

    def test_a_wrong_one_of_the_file_is_not_covered_by_the_servers(self):
        with pytest.raises(InvalidInput, match=r"^target: expected a URL .*, found null"):
            load(Overrides(fallback_target="http://localhost:1/"), target=None)

    def test_without_any_there_is_one_problem_however_many_events(self):
        with pytest.raises(InvalidInput) as told:
            load(target=..., events=[event(), event(), event(target="http://localhost:1/")])
        assert [problem.key for problem in told.value.problems] == ["events[0]"]

    @pytest.mark.parametrize(
        "path", ["134744072", "0x08080808", "127.1", "[::1]:8080", "8.8.8.8", "169.254.169.254"]
    )
    def test_where_a_host_leads_is_no_question_of_the_file(self, path):
        assert targets(load(target=f"http://{path}/")) == (f"http://{path}/",)


class TestSecrets:
    def test_the_events_own_beats_the_runs(self):
        assert secrets(load(Overrides(secret="of-run"), events=[event(secret="own")])) == ["own"]

    def test_the_runs_goes_to_all_providers(self):
        assert secrets(load(Overrides(secret="of-run"), events=BOTH)) == ["of-run", "of-run"]

    def test_the_runs_by_provider_leaves_the_others_to_the_scenario(self):
        scenario = load(Overrides(secret={"compliancely": "of-run"}), events=BOTH)
        assert secrets(scenario) == ["of-scenario", "of-run"]

    def test_the_scenarios_by_provider_leaves_the_others_to_the_environment(self):
        environment = {"WEBHOOK_EMULATOR_SECRET_COMPLIANCELY": "of-environment"}
        scenario = load(environment=environment, secret={"entuitive": "of-scenario"}, events=BOTH)
        assert secrets(scenario) == ["of-scenario", "of-environment"]

    def test_the_environments_is_the_last(self):
        environment = {"WEBHOOK_EMULATOR_SECRET_ENTUITIVE": "of-environment"}
        assert secrets(load(environment=environment)) == ["of-scenario"]
        assert secrets(load(environment=environment, secret=...)) == ["of-environment"]

    def test_hyphens_of_a_provider_are_underscores_in_the_environment(self):
        files = {
            "providers/acme-eu.yaml": b"{version: 1, provider: acme-eu, signature: {header: X-A}, accept: 2xx}"
        }
        keys = {**FILE, "provider": "acme-eu", "events": [{"payload": 1}]}
        del keys["secret"]
        environment = {"WEBHOOK_EMULATOR_SECRET_ACME_EU": "of-environment"}
        assert secrets(load_text(keys, files, environment=environment)) == ["of-environment"]

    @pytest.mark.parametrize(
        "keys",
        [
            {"secret": "${SECRET:-demo}"},
            {"secret": {"entuitive": "${SECRET}"}},
            {"secret": ..., "events": [event(secret="x ${SECRET:-} x")]},
        ],
    )
    def test_a_variable_that_nothing_replaces_is_a_warning_and_shows_nothing(self, keys):
        told = "the secret of entuitive holds ${…}, which is replaced only in files on the disk; it signs as it stands"
        assert load(**keys).warnings == (f"{told}, so give its value as `secret` of the call",)

    @pytest.mark.parametrize("overrides", [Overrides(secret="of-run"), Overrides(secret=None)])
    def test_a_variable_in_a_secret_that_is_not_used_is_no_warning(self, overrides):
        assert load(overrides, secret="${SECRET:-demo}").warnings == ()

    @pytest.mark.parametrize("secret", ["$5 {a}", "${", "${}", "${9}"])
    def test_what_is_no_variable_is_no_warning(self, secret):
        assert load(secret=secret).warnings == ()

    def test_none_at_all_sends_unsigned_with_a_warning_for_each_provider(self):
        scenario = load(secret=..., events=[*BOTH, *BOTH])
        assert secrets(scenario) == [None] * 4
        assert [warning.partition(",")[0] for warning in scenario.warnings] == [
            "no secret for entuitive",
            "no secret for compliancely",
        ]

    @pytest.mark.parametrize(
        "keys",
        [{"secret": None}, {"secret": {"entuitive": None}}, {"secret": ..., "events": [event(secret=None)]}],
    )
    def test_null_sends_unsigned_without_a_warning(self, keys):
        scenario = load(environment={"WEBHOOK_EMULATOR_SECRET_ENTUITIVE": "unused"}, **keys)
        assert (secrets(scenario), scenario.warnings) == ([None], ())

    def test_null_of_the_run_beats_the_scenarios(self):
        assert secrets(load(Overrides(secret=None))) == [None]

    def test_an_unsigned_profile_needs_none(self):
        assert load(secret=..., profile={"signature": None}).warnings == ()

    def test_empty_text_is_wrong_wherever_it_stands(self):
        for overrides, environment, keys in (
            (Overrides(secret=""), {}, {}),
            (None, {}, {"secret": ""}),
            (None, {}, {"events": [event(secret="")]}),
            (None, {"WEBHOOK_EMULATOR_SECRET_ENTUITIVE": ""}, {"secret": ...}),
        ):
            with pytest.raises(InvalidInput, match=r"expected a secret.*, found empty text"):
                load(overrides, environment, **keys)

    def test_an_empty_one_that_is_not_needed_is_no_matter(self):
        assert secrets(load(environment={"WEBHOOK_EMULATOR_SECRET_ENTUITIVE": ""})) == ["of-scenario"]

    def test_white_space_around_one_is_worth_a_warning(self):
        assert "white space" in load(secret="key\n").warnings[0]

    def test_no_repr_shows_one(self):
        shown = repr(load(events=[event(), event(secret="own-secret")])) + repr(Overrides(secret="of-run"))
        assert not any(secret in shown for secret in ("of-scenario", "own-secret", "of-run"))

    @pytest.mark.parametrize("place", ["speed", "target", "provider", "name", "events"])
    def test_no_message_shows_one_that_stands_in_the_wrong_place(self, place):
        with pytest.raises(InvalidInput) as told:
            load(
                environment={"WEBHOOK_EMULATOR_SECRET_OTHER": "leaked/one "},
                secret="kept//secret",
                **{place: "leaked/one kept//secret"},
            )
        assert "leaked" not in str(told.value)
        assert "kept" not in str(told.value)


class TestProfiles:
    def test_an_events_override_lies_on_the_scenarios(self):
        scenario = load(
            profile={"timeout": "2s", "retry": {"waits": ["1s"]}},
            events=[event(), event(profile={"retry": {"waits": ["4s", "5s"]}})],
        )
        assert [each.profile.timeout_us for each in scenario.events] == [2_000_000, 2_000_000]
        assert [each.profile.retry.waits for each in scenario.events] == [
            (1_000_000,),
            (4_000_000, 5_000_000),
        ]

    def test_the_scenarios_override_holds_for_every_provider(self):
        assert [each.profile.timeout_us for each in load(profile={"timeout": "2s"}, events=BOTH).events] == [
            2_000_000
        ] * 2

    def test_equal_events_share_one_profile(self):
        events = [event(profile={"timeout": "1s"}) for _ in range(3)]
        assert len({id(each.profile) for each in load(events=events).events}) == 1


class TestSettings:
    def test_flags_beat_the_file(self):
        scenario = load(
            Overrides(speed="60x", seed="8", start="2026-02-01T00:00:00Z", variables={"city": "Bern"}),
            speed="real",
            seed=7,
            start="2026-01-01T00:00:00Z",
            variables={"city": "Oslo", "land": "Norway"},
        )
        assert (str(scenario.speed), scenario.seed, scenario.start) == ("60x", 8, 1_769_904_000_000_000)
        assert scenario.variables == {"city": "Bern", "land": "Norway"}

    @pytest.mark.parametrize(
        ("keys", "overrides", "wanted"),
        [({}, {}, "manual"), ({"speed": "real"}, {}, "real"), ({}, {"speed": "60x"}, "60x")],
    )
    def test_the_servers_speed_holds_where_nothing_else_is_said(self, keys, overrides, wanted):
        assert str(load(Overrides(fallback_speed="manual", **overrides), **keys).speed) == wanted

    def test_a_variable_is_replaced_as_a_whole(self):
        scenario = load(Overrides(variables={"city": {"b": 2}}), variables={"city": {"a": 1}})
        assert scenario.variables == {"city": {"b": 2}}

    @pytest.mark.parametrize(
        ("overrides", "told"),
        [
            (Overrides(speed="fast"), "speed: expected real, instant, manual"),
            (Overrides(fallback_speed="fast"), "speed: expected real, instant, manual"),
            (Overrides(seed="x"), "seed: expected a whole number"),
            (Overrides(start="today"), "start: expected a moment"),
            (Overrides(variables={"now": "x"}), "variables.now: templates have their own 'now'"),
        ],
    )
    def test_wrong_flags_are_told_as_wrong_keys_are(self, overrides, told):
        with pytest.raises(InvalidInput) as error:
            load(overrides)
        assert str(error.value).startswith(told)

    def test_a_given_variable_may_be_one_that_the_file_only_uses(self):
        scenario = load(Overrides(variables={"city": "Bern"}), events=[event(data={"city": "{{ city }}"})])
        assert scenario.warnings == ()

    def test_a_given_variable_that_nothing_knows_is_worth_a_warning(self):
        scenario = load(Overrides(variables={"ciyt": "Bern"}), variables={"city": "Oslo"})
        assert scenario.warnings == (
            "the variable 'ciyt' was given, but the file neither declares nor uses it",
        )
