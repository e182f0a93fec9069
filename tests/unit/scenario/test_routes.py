"""Routes as they are loaded: what they inherit, and what they change for the events that they emit."""

import json

import pytest

from emulator.errors import InvalidInput
from emulator.provider.profile import Encoding
from emulator.scenario.load import load_document, load_text
from emulator.scenario.model import ExactContent, JsonContent
from emulator.scenario.outline import outline
from emulator.scenario.overrides import Overrides
from tests.helpers.journal import ListJournal
from tests.helpers.playing import Endpoint, emulating

HEAD = {"version": 1, "name": "test", "provider": "compliancely", "secret": None}
TARGET = {"target": "http://127.0.0.1:9/hook"}
MATCHED = {"name": "matched", "type": "tin_match"}
GET_A = {"request": {"method": "GET", "path": "/a"}}
URLS = "{{ request.json.urls }}"


def load(*, overrides=None, **keys):
    return load_text({**HEAD, **keys}, overrides=overrides or Overrides(), environment={})


def emitting(*emits, events=(MATCHED,), **keys):
    return load(routes=[{**GET_A, "emits": list(emits)}], events=list(events), **keys)


def problems(call, *args, **keys):
    with pytest.raises(InvalidInput) as told:
        call(*args, **keys)
    return [str(problem) for problem in told.value.problems]


def test_a_scenario_of_routes_alone_is_open():
    scenario = load(routes=[GET_A])
    assert (scenario.events, scenario.open) == ((), True)
    (route,) = scenario.routes
    assert (route.label, route.provider, route.answer.status) == ("GET /a", "compliancely", 200)
    assert not load(events=[MATCHED], **TARGET).open


def test_a_route_may_have_a_name_and_a_provider_of_its_own():
    own = {**GET_A, "name": "status", "provider": "entuitive"}
    first, second = load(routes=[own, GET_A]).routes
    assert (first.label, first.provider, first.encoding) == ("status", "entuitive", Encoding.PHP)
    assert (second.label, second.provider, second.encoding) == ("GET /a", "compliancely", Encoding.PYTHON)


def test_the_encoding_is_that_of_the_overridden_profile():
    (route,) = load(routes=[GET_A], profile={"body": {"encoding": "utf8"}}).routes
    assert route.encoding is Encoding.UTF8


def test_an_emitted_event_is_scheduled_only_if_it_says_when():
    events = [
        MATCHED,
        {**MATCHED, "name": "at", "at": "0s"},
        {**MATCHED, "name": "after", "after": {"event": "matched"}},
        {**MATCHED, "name": "other"},
    ]
    scenario = emitting({"event": "matched"}, {"event": "at"}, {"event": "after"}, events=events, **TARGET)
    assert [event.scheduled for event in scenario.events] == [False, True, True, True]


def test_an_event_that_no_route_emits_and_that_is_not_planned_is_warned_of():
    told = "no route emits the event 'other', so it plays at the start; write at: 0s if that is meant"
    other = {**MATCHED, "name": "other"}
    assert emitting({"event": "matched"}, events=[MATCHED, other], **TARGET).warnings == (told,)
    assert emitting({"event": "matched"}, events=[MATCHED, {**other, "at": 0}], **TARGET).warnings == ()
    assert load(routes=[GET_A], events=[other], **TARGET).warnings == ()


def test_an_event_after_an_emitted_one_is_warned_of_since_it_follows_once():
    closed = {"name": "closed", "type": "tin_match", "after": {"event": "matched"}}
    (warning,) = emitting({"event": "matched"}, events=[MATCHED, closed], **TARGET).warnings
    assert warning.startswith(
        "the event 'closed' comes after 'matched', which a route emits: it follows once,"
    )
    assert load(events=[MATCHED, closed], **TARGET).warnings == ()


def test_an_event_needs_no_target_where_every_route_gives_it_one():
    (event,) = emitting(
        {"event": "matched", "targets": URLS}, {"event": "matched", "targets": "http://a/"}
    ).events
    assert event.targets == ()
    (event,) = emitting({"event": "matched", "targets": URLS}, **TARGET).events
    assert [target.source for target in event.targets] == ["http://127.0.0.1:9/hook"]
    assert event.seeks is False
    (event,) = emitting({"event": "matched"}).events
    assert (event.targets, event.seeks) == ((), True)  # whichever endpoints are registered when it is emitted
    planned = {**MATCHED, "at": "1s"}
    assert "no target" in problems(emitting, {"event": "matched", "targets": URLS}, events=[planned])[0]


def test_an_event_that_a_route_emits_without_targets_may_wait_for_endpoints_and_is_warned_of():
    told = (
        "the event 'matched' has no target: where a route emits it without targets, it goes to the endpoints"
    )
    for emits in ([{"event": "matched"}], [{"event": "matched", "targets": URLS}, {"event": "matched"}]):
        assert [it for it in emitting(*emits).warnings if it.startswith(told)] != []
        assert [it for it in emitting(*emits, **TARGET).warnings if it.startswith(told)] == []


def test_a_body_on_which_data_is_laid_is_not_encoded_beforehand():
    assert isinstance(emitting({"event": "matched"}, **TARGET).events[0].content, ExactContent)
    (event,) = emitting({"event": "matched", "data": {"id": 1}}, **TARGET).events
    assert isinstance(event.content, JsonContent)


def test_variables_are_used_by_routes_too():
    given = Overrides(variables={"city": "Bern", "town": "Thun"})
    scenario = load(routes=[{**GET_A, "response": {"text": "{{ city }}"}}], overrides=given)
    assert scenario.warnings == ("the variable 'town' was given, but the file neither declares nor uses it",)


def test_state_is_a_name_of_routes_alone():
    variables = {"state": "Texas", "sequence": 1, "request": 1}
    event = {**MATCHED, "data": {"name": "{{ state }} {{ sequence }}"}}
    del variables["request"]
    assert load(events=[event], variables=variables, **TARGET).events
    assert problems(load, routes=[GET_A], variables=variables) == [
        "variables.state: templates of routes have their own 'state'; choose another name"
    ]


def test_misspelt_data_of_a_route_is_warned_of():
    scenario = emitting({"event": "matched", "data": {"irs_cod": 1}}, **TARGET)
    assert scenario.warnings == ("data.irs_cod is not in the sample of tin_match; did you mean 'irs_code'?",)


def test_routes_are_loaded_again_from_the_document_of_a_scenario():
    route = {
        **GET_A,
        "response": {"json": {"id": "{{ sequence('a') ~ 1 }}"}, "headers": {"X-A": "{{ seed }}"}},
        "emits": [{"event": "matched", "targets": URLS, "data": {"tin": "{{ request.json.tin }}"}}],
        "set": {"a-{{ request.path }}": 1},
    }
    scenario = load(routes=[route], events=[MATCHED])
    assert scenario.origin is not None
    assert load_document(scenario.origin.document()) == scenario


def test_the_outline_of_a_scenario_tells_the_providers_of_its_routes(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(json.dumps({**HEAD, "routes": [{**GET_A, "provider": "entuitive"}, GET_A, 7]}))
    assert outline("a", path).providers == ("entuitive", "compliancely")


async def test_an_event_that_is_only_emitted_does_not_play_by_itself():
    events = [MATCHED, {**MATCHED, "name": "planned", "at": "1s"}]
    journal = ListJournal()
    async with emulating(Endpoint(200), journal) as emulator:
        run = emulator.start(emitting({"event": "matched"}, events=events, **TARGET))
        await run.ready()
        assert [made.event_name for made in journal.made] == ["planned"]
        assert (run.record().verdict, run.record().failures) == (None, ())


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("{{ request.param.id }}", "unknown key of request 'param'; did you mean 'params'?"),
        ("{{ request.header.x }}", "unknown key of request 'header'; did you mean 'headers'?"),
        ("{{ request.params.nr }}", "unknown key of request.params 'nr'; known: id"),
        ("{{ request['params']['nr'] | upper }}", "unknown key of request.params 'nr'; known: id"),
        ("{{ request.path.id ~ 'x' }}", "unknown key of request.path 'id'"),
    ],
)
def test_what_no_request_of_a_route_has_is_told_when_the_file_is_read(template, wrong):
    asked = {"method": "GET", "path": "/a/{id}"}
    (told,) = problems(load, routes=[{"request": asked, "response": {"text": template}}])
    assert wrong in told


def test_what_requests_may_have_or_a_template_allows_to_be_missing_is_no_mistake():
    asked = {"method": "GET", "path": "/a/{id}"}
    right = (
        "{{ request.params.id }}",
        "{{ request.query.x ~ request['headers']['x'] ~ request.json.a.b ~ request.body.upper() }}",
        "{{ request.params.nr | default('none') }}",
        "{{ request.params.nr is defined }}",
    )
    for template in right:
        load(routes=[{"request": asked, "response": {"text": template}}])
