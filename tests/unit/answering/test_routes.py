"""Routes at work: which one answers, with what, what follows, and what the next call sees."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.answering.routes import RouteApi
from emulator.answering.seam import Call, Choice, Emission
from emulator.scenario.load import load_scenario, load_text
from emulator.scenario.render import RunFacts, content_of

AT = 1_767_603_600_000_000  # 2026-01-05T09:00:00Z
HEAD = {"version": 1, "name": "test", "provider": "compliancely", "secret": None}
TARGET = "http://localhost:3000/hook"


def scenario(*routes, **more):
    return load_text({**HEAD, "routes": list(routes), **more}, environment={})


def facts(loaded, seed=7):
    return RunFacts(name=loaded.name, labels={"team": "blue"}, seed=seed, variables=loaded.variables)


def api(*routes, of="compliancely", seed=7, **more):
    loaded = scenario(*routes, **more)
    return RouteApi(loaded, of, facts(loaded, seed))


def call(method="GET", path="/a", body=None, *, query=(), headers=(), at=AT):
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Call(method=method, path=path, query=query, headers=headers, body=data, at=at, wall=0)


def route(method="GET", path="/a", /, response=None, *, emits=None, set=None, **request):  # noqa: A002
    made = {"request": {"method": method, "path": path, **request}}
    given = {"response": response, "emits": emits, "set": set}
    return made | {key: value for key, value in given.items() if value is not None}


def shown(answered):
    return answered and answered.reply.body.decode()


def told(*routes, body=None, **more):
    """What the route answers as JSON."""
    answered = api(*routes, **more).answer(call("POST", "/a", body))
    assert answered.reply.status == 200, shown(answered)
    return json.loads(answered.reply.body)


def rendered(template, body=None, **more):
    return told(route("POST", "/a", {"json": template}), body=body, **more)


def test_a_route_answers_with_its_status_headers_and_json():
    answered = api(
        route("POST", "/a", {"status": 201, "headers": {"X-Id": "{{ seed }}"}, "json": {"ok": True}})
    ).answer(call("POST"))
    assert answered.route == "POST /a"
    assert answered.reply.status == 201
    assert answered.reply.headers == (("Content-Type", "application/json"), ("X-Id", "7"))
    assert answered.reply.body == b'{"ok": true}'
    assert (answered.reply.delay_us, answered.reply.drop, answered.emissions) == (0, False, ())


def test_json_is_written_as_the_provider_writes_it():
    answered = api(route(response={"json": {"a": "/é"}}), of="entuitive", provider="entuitive")
    assert answered.answer(call()).reply.body == b'{"a":"\\/\\u00e9"}'


def test_a_route_answers_with_text_or_with_nothing_or_not_at_all():
    of = api(
        route("GET", "/text", {"text": "{{ request.params | length }}é", "headers": {"content-type": "a/b"}}),
        route("GET", "/plain", {"text": "x"}),
        route("GET", "/nothing"),
        route("GET", "/drop", {"drop": True, "delay": "2s"}),
    )
    assert of.answer(call(path="/text")).reply.body == "0é".encode()
    assert of.answer(call(path="/text")).reply.headers == (("content-type", "a/b"),)
    assert of.answer(call(path="/plain")).reply.headers == (("Content-Type", "text/plain; charset=utf-8"),)
    nothing = of.answer(call(path="/nothing")).reply
    assert (nothing.status, nothing.headers, nothing.body) == (200, (), b"")
    drop = of.answer(call(path="/drop")).reply
    assert (drop.drop, drop.delay_us) == (True, 2_000_000)


def test_the_first_route_that_fits_answers():
    of = api(
        route("GET", "/a/{id}", {"text": "seven"}, query={"n": "7"}),
        route("GET", "/a/{id}", {"text": "any {{ request.params.id }}"}),
        route("GET", "/a/b", {"text": "never"}),
    )
    assert shown(of.answer(call(path="/a/b", query=(("n", "6"), ("n", "7"))))) == "seven"
    assert shown(of.answer(call(path="/a/b"))) == "any b"


def test_a_route_whose_pattern_is_too_slow_answers_with_an_error_and_no_other_answers(monkeypatch):
    monkeypatch.setattr("emulator.matcher.pattern.REGEX_SECONDS", 0.01)
    slow = route("POST", "/a", {"status": 201}, body={"matches": "(?:(x+x+)+y)|z"})
    routes = api(slow, route("POST", "/a", {"status": 202}))
    answered = routes.answer(call("POST", "/a", b"x" * 4_000 + b"z"))
    told = "the regular expression '(?:(x+x+)+y)|z' takes more than 0.01 s on one text"
    assert (answered.reply.status, answered.failure) == (500, f"routes[0].request: {told}")
    assert answered.choice == Choice(0, told)
    assert routes.answer(call("POST", "/a", b"a")).choice == Choice(1)


def test_a_slow_path_of_json_is_no_route_that_does_not_fit_either(monkeypatch):
    monkeypatch.setattr("emulator.matcher.pattern.REGEX_SECONDS", 0.01)
    slow = route("POST", "/a", json={"$[?search(@, '(?:(x+x+)+y)|z')]": "x" * 4_000 + "z"})
    assert api(slow, route("POST", "/a")).answer(call("POST", "/a", ["x" * 4_000 + "z"])).reply.status == 500


@pytest.mark.parametrize(
    ("choice", "status"), [(Choice(0), 201), (Choice(1), 202), (Choice(0, "too slow"), 500), (Choice(), None)]
)
def test_a_call_that_was_answered_before_keeps_its_route_whatever_fits_now(choice, status):
    routes = api(route("POST", "/a", {"status": 201}), route("POST", "/a", {"status": 202}))
    answered = routes.answer(replace(call("POST", "/a", {}), choice=choice))
    assert (answered and answered.reply.status) == status


def test_head_is_answered_as_get_and_other_methods_are_not():
    of = api(route("GET", "/a", {"text": "x"}))
    assert shown(of.answer(call("HEAD"))) == "x"
    assert of.answer(call("POST")) is None
    assert of.answer(call("GET", "/a/")) is None
    assert api(route("HEAD", "/a")).answer(call("GET")) is None


def test_routes_of_another_provider_do_not_answer():
    routes = [route(response={"text": "c"}), {**route(response={"text": "e"}), "provider": "entuitive"}]
    assert shown(api(*routes).answer(call())) == "c"
    assert shown(api(*routes, of="entuitive").answer(call())) == "e"


@pytest.mark.parametrize(
    ("wanted", "made", "fits"),
    [
        ({"headers": {"X-A": {"contains": "b"}}}, {"headers": (("x-a", "c"), ("x-A", "abc"))}, True),
        ({"headers": {"x-a": "b"}}, {"headers": (("X-B", "b"),)}, False),
        ({"query": {"a": {"matches": "^[0-9]+$"}}}, {"query": (("a", "12"),)}, True),
        ({"query": {"a": "1"}}, {"query": (("A", "1"),)}, False),
        ({"json": {"$.tin": {"matches": "^9"}}}, {"body": {"tin": "900000006"}}, True),
        ({"json": {"$.tin": {"matches": "^9"}}}, {"body": {"tin": "100000006"}}, False),
        ({"json": {"$.a[*].b": 2}}, {"body": {"a": [{"b": 1}, {"b": 2.0}]}}, True),
        ({"json": {"$": None}}, {"body": b"null"}, True),
        ({"json": {"$": None}}, {"body": b""}, False),
        ({"json": {"$": None}}, {"body": b"{"}, False),
        ({"json": {"$..a": 1}}, {"body": b"[" * 900 + b"]" * 900}, False),
        ({"body": {"contains": "b=2"}}, {"body": b"a=1&b=2"}, True),
        ({"body": "\N{REPLACEMENT CHARACTER}"}, {"body": b"\xff"}, True),
        ({"body": "x", "query": {"a": "1"}}, {"body": b"x"}, False),
    ],
)
def test_every_matcher_must_fit(wanted, made, fits):
    answered = api(route("POST", "/a", **wanted)).answer(call("POST", **made))
    assert (answered is not None) is fits


def test_templates_see_the_request():
    everything = {
        key: f"{{{{ request.{key} }}}}" for key in ("method", "path", "params", "query", "headers", "json")
    }
    of = api(route("POST", "/a/{id}", {"json": everything}))
    answered = of.answer(
        call(
            "POST",
            "/a/x y",
            {"n": 1.5, "urls": None},
            query=(("a", "1"), ("a", "2"), ("B", "")),
            headers=(("X-Key", "k"), ("x-key", "l"), ("Host", "h")),
        )
    )
    assert json.loads(shown(answered)) == {
        "method": "POST",
        "path": "/a/x y",
        "params": {"id": "x y"},
        "query": {"a": "1", "B": ""},
        "headers": {"x-key": "k", "host": "h"},
        "json": {"n": 1.5, "urls": None},
    }


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ request.json.n + 1 }}", 3),
        ("{{ request.json.tin }}", "012345678"),
        ("{{ request.json['list'][0] }}!", "a!"),
        ("{{ request.json.gone | default('none') }}", "none"),
        ("{{ request.body }}", '{"n": 2, "tin": "012345678", "list": ["a"]}'),
        ("{{ request.text | length }}", 43),
        ("{{ now }}", "2026-01-05T09:00:00Z"),
        ("{{ now.plus('3d').date }}", "2026-01-08"),
        ("{{ seed }}", 7),
        ("{{ run.name ~ run.labels.team }}", "testblue"),
        ("{{ company }}", "Harbour"),
        ("{{ state }}", {}),
    ],
)
def test_templates_keep_types_and_see_the_run(template, value):
    body = {"n": 2, "tin": "012345678", "list": ["a"]}
    assert rendered(template, body=body, variables={"company": "Harbour"}) == value


def test_a_body_that_is_no_json_is_null():
    assert rendered("{{ request.json }}", body=b"a=1") is None


def test_a_sequence_counts_calls_and_is_one_number_within_a_call():
    number = "{{ sequence('order') }}"
    of = api(
        route(
            "POST",
            "/a",
            {"json": {"id": number, "other": "{{ sequence('other') }}", "again": number}},
            emits=[{"event": "e", "data": {"id": number}}],
        ),
        route("GET", "/a", {"json": "{{ sequence('order') * 100 }}"}),
        events=[{"name": "e", "type": "tin_match", "target": TARGET}],
    )
    first, second = of.answer(call("POST")), of.answer(call("POST"))
    assert json.loads(shown(first)) == {"id": 1, "other": 1, "again": 1}
    assert first.emissions[0].data == {"id": 1}
    assert json.loads(shown(second)) == {"id": 2, "other": 2, "again": 2}
    assert json.loads(shown(of.answer(call("GET")))) == 300


def test_what_a_call_sets_is_seen_by_later_calls():
    of = api(
        route(
            "PUT",
            "/a/{id}",
            {"text": "{{ state.last | default('nothing') }}"},
            set={
                "last": "{{ request.json }}",
                "item-{{ request.params.id }}": {"at": "{{ now }}", "seen": True},
            },
        ),
        route("GET", "/a/{id}", {"json": "{{ state['item-' ~ request.params.id] | default(none) }}"}),
    )
    assert shown(of.answer(call("PUT", "/a/7", {"x": 1}))) == "nothing"
    assert shown(of.answer(call("PUT", "/a/8", [2]))) == '{"x":1}'
    assert shown(of.answer(call("GET", "/a/7"))) == '{"at": "2026-01-05T09:00:00Z", "seen": true}'
    assert shown(of.answer(call("GET", "/a/9"))) == "null"


def test_a_get_can_show_the_result_once_its_time_has_come():
    of = api(
        route("POST", "/a", {"status": 201}, set={"ready": "{{ now.plus('5s').unix }}"}),
        route("GET", "/a", {"text": "{{ 'Matched' if now.unix >= state.ready else 'Pending' }}"}),
    )
    of.answer(call("POST"))
    assert shown(of.answer(call(at=AT + 4_999_999))) == "Pending"
    assert shown(of.answer(call(at=AT + 5_000_000))) == "Matched"


def test_the_state_can_be_kept_as_a_whole():
    of = api(route(response={"json": "{{ state }}"}, set={"n": 1, "all": "{{ state }}"}))
    assert [shown(of.answer(call())) for _ in range(3)] == [
        "{}",
        '{"n": 1, "all": {}}',
        '{"n": 1, "all": {"n": 1, "all": {}}}',
    ]


def test_an_event_follows_with_targets_and_data_of_the_request():
    of = api(
        route(
            "POST",
            "/a",
            emits=[
                {
                    "event": "matched",
                    "delay": "5s",
                    "targets": "{{ request.json.urls }}",
                    "data": {"tin": "{{ request.json.tin }}"},
                },
                {"event": "free"},
            ],
        ),
        events=[
            {"name": "matched", "type": "tin_match", "target": TARGET},
            {"name": "free", "body": "x", "target": TARGET},
        ],
    )

    def follows(urls):
        return of.answer(call("POST", body={"tin": "9", "urls": urls})).emissions

    def matched(targets):
        return Emission(
            event="matched", type="tin_match", delay_us=5_000_000, targets=targets, data={"tin": "9"}
        )

    free = Emission(event="free", type=None, delay_us=0, targets=None, data=None)
    assert follows("http://a/") == (matched(("http://a/",)), free)
    assert follows(["http://a/", "http://b/", "http://a/"]) == (
        matched(("http://a/", "http://b/", "http://a/")),
        free,
    )
    assert follows([]) == (matched(()), free)
    assert follows(None) == (matched(None), free)


def test_data_of_a_route_is_laid_on_that_of_the_event():
    loaded = scenario(
        route(
            "POST", "/a", emits=[{"event": "e", "data": {"tin": "{{ request.json.tin }}", "more": {"a": 1}}}]
        ),
        events=[
            {"name": "e", "payload": {"tin": "1", "more": {"b": 2}, "id": "{{ index }}"}, "target": TARGET}
        ],
    )
    answered = RouteApi(loaded, "compliancely", facts(loaded)).answer(call("POST", body={"tin": "9"}))
    assert answered is not None
    data = answered.emissions[0].data
    content = content_of(loaded.events[0], facts(loaded), index=0, due_at=AT, data=data)
    assert json.loads(content.body) == {"tin": "9", "more": {"b": 2, "a": 1}, "id": 0}
    assert json.loads(content_of(loaded.events[0], facts(loaded), index=0, due_at=AT).body)["tin"] == "1"


DRAWN = {"id": "{{ uuid() }}", "name": "{{ fake.name() }}", "again": "{{ fake.name() }}"}


def test_equal_calls_in_equal_order_give_equal_answers():
    def answers(seed, more=()):
        of = api(*more, route(response={"json": DRAWN}), route("POST", "/b", {"json": DRAWN}), seed=seed)
        return [shown(of.answer(call(*each))) for each in (("GET", "/a"), ("POST", "/b"), ("GET", "/a"))]

    assert answers(7) == answers(7)
    assert answers(7, more=[route("GET", "/new")]) == answers(7)
    assert len({*answers(7), *answers(8)}) == 6


NOTE = " (the body of this request is no JSON, so request.json is null)"
NO_URL = "expected a URL that begins with http:// or https://, found 'b'; did you mean 'http://b'?"
NO_NAME = "the name of a sequence is a text of 1 to 200 characters"
CANNOT = "The emulator cannot answer this request as the scenario test wants:\n"


def test_what_cannot_be_rendered_is_told_in_the_answer(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "version: 1\nprovider: compliancely\nsecret: null\nroutes:\n  - request: {method: POST, path: /a}\n"
        "    response:\n      json:\n        id: '{{ request.json.id }}'\n"
    )
    loaded = load_scenario(path, environment={})
    of = RouteApi(loaded, "compliancely", facts(loaded))
    assert shown(of.answer(call("POST", body={"tin": "9"}))) == (
        "The emulator cannot answer this request as the scenario a wants:\n"
        f"{path}:8:13: routes[0].response.json.id: cannot render {{{{ request.json.id }}}}: there is no 'id' here;"
        " there is tin\n"
    )


@pytest.mark.parametrize(
    ("response", "more", "body", "text"),
    [
        (
            {"json": {"a": ["{{ request.json.id }}"]}},
            {},
            b"id=1",
            "routes[0].response.json.a[0]: cannot render {{ request.json.id }}: null has no 'id'" + NOTE,
        ),
        (
            {"headers": {"X-A": "{{ request.json }}"}},
            {},
            "a\nb",
            "routes[0].response.headers.X-A: expected a header value on one line, found a line break",
        ),
        (
            {"text": "{{ request.json }}"},
            {},
            "\ud800",
            "routes[0].response.text: half of a surrogate pair cannot be sent as text",
        ),
        (
            {"json": "{{ request.json }}"},
            {},
            "\ud800",
            "routes[0].response.json: half of a surrogate pair cannot be sent as JSON",
        ),
        (
            {},
            {"set": {"a": "{{ state.b }}"}},
            None,
            "routes[0].set.a: cannot render {{ state.b }}: there is no 'b' here; there is nothing",
        ),
        (
            {},
            {"emits": [{"event": "e", "targets": "{{ request.json }}"}]},
            ["http://a/", "b"],
            "routes[0].emits[0].targets[1]: the target gives no URL: " + NO_URL,
        ),
        (
            {},
            {"emits": [{"event": "e", "targets": "{{ request.json }}"}]},
            [7],
            "routes[0].emits[0].targets[0]: expected a URL, found a number",
        ),
        (
            {},
            {"emits": [{"event": "e", "targets": "{{ request.json }}"}]},
            {},
            "routes[0].emits[0].targets: expected a URL, a list of URLs or null, found a mapping",
        ),
        (
            {},
            {"emits": [{"event": "e", "targets": "{{ request.json }}"}]},
            ["http://a/"] * 1_001,
            "routes[0].emits[0].targets: expected at most 1000 targets, found 1001",
        ),
        (
            {"json": "{{ sequence(request.json) }}"},
            {},
            7,
            "routes[0].response.json: cannot render {{ sequence(request.json) }}: " + NO_NAME,
        ),
    ],
)
def test_an_answer_says_why_it_cannot_be_made(response, more, body, text):
    of = api(
        route("POST", "/a", response, **more), events=[{"name": "e", "type": "tin_match", "target": TARGET}]
    )
    answered = of.answer(call("POST", body=body))
    assert answered.reply.status == 500
    assert answered.reply.headers == (("Content-Type", "text/plain; charset=utf-8"),)
    assert answered.emissions == ()
    assert shown(answered) == f"{CANNOT}{text}\n"


def emitting(targets, **more):
    return route("POST", "/a", emits=[{"event": "e", "targets": targets}], **more)


EVENTS = [{"name": "e", "type": "tin_match", "target": TARGET}]
NO_SCHEME = "the target gives no URL: expected a URL that begins with http:// or https://, found {}"
WITHHELD = "this cannot be rendered; the reason is not told, since it depends on a secret of the request"


@pytest.mark.parametrize(
    ("targets", "body", "reason"),
    [
        ("{{ request.json.password }}", {"password": "marker-1"}, NO_SCHEME.format("'***'")),
        ("{{ request.headers['x-api-key'] }}", None, NO_SCHEME.format("'***'")),
        (
            "http://a/{{ ' ' if request.json.password | length > 3 else '' }}",
            {"password": "marker-1"},
            WITHHELD,
        ),
    ],
)
def test_why_an_answer_cannot_be_made_is_told_without_a_secret(targets, body, reason):
    answered = api(emitting(targets), events=EVENTS).answer(
        call("POST", body=body, headers=(("X-Api-Key", "marker-2"),))
    )
    assert answered.reply.status == 500
    assert shown(answered) == f"{CANNOT}routes[0].emits[0].targets: {reason}\n"


def test_a_secret_that_an_earlier_call_left_is_not_told_either():
    of = api(
        route("PUT", "/a", set={"kept": "{{ request.json.token }}"}),
        emitting("{{ state.kept }}"),
        events=EVENTS,
    )
    assert of.answer(call("PUT", body={"token": "marker-1"})).reply.status == 200
    assert "marker" not in shown(of.answer(call("POST")))
    assert of.answer(call("PUT", body={"token": "http://a/"})).reply.status == 200
    assert of.answer(call("POST")).emissions[0].targets == ("http://a/",)


def test_a_call_that_cannot_be_answered_leaves_nothing():
    of = api(
        route("POST", "/a", {"json": "{{ sequence('n') }}"}, set={"a": 1, "b": "{{ request.json.b }}"}),
        route("GET", "/a", {"json": {"n": "{{ sequence('n') }}", "state": "{{ state }}"}}),
    )
    assert of.answer(call("POST", body={})).reply.status == 500
    assert shown(of.answer(call())) == '{"n": 1, "state": {}}'


def test_the_state_does_not_grow_without_end():
    of = api(
        route("GET", "/{id}", set={"{{ request.params.id }}": 1}),
        route("GET", "/{a}/{b}", {"text": "{{ sequence(request.params.b) }}"}),
    )
    assert {of.answer(call(path=f"/{number}")).reply.status for number in range(10_000)} == {200}
    assert shown(of.answer(call(path="/x"))) == f"{CANNOT}routes[0].set: at most 10000 names can be kept\n"
    assert of.answer(call(path="/9999")).reply.status == 200
    assert {of.answer(call(path=f"/a/{number}")).reply.status for number in range(10_000)} == {200}
    assert "at most 10000 sequences can be counted" in shown(of.answer(call(path="/a/x")))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
ANY = api(
    route(
        "POST",
        "/{id}",
        {"headers": {"X-A": "{{ request.query.a | default('') }}"}, "json": {"all": "{{ request }}"}},
        emits=[
            {"event": "e", "targets": "{{ request.json.urls | default(none) }}", "data": "{{ request.json }}"}
        ],
        set={"last": "{{ request }}"},
        body={"matches": "^"},
    ),
    events=[{"name": "e", "type": "tin_match", "target": TARGET}],
)
PAIRS = st.lists(st.tuples(st.text(max_size=3) | st.just("a"), st.text()), max_size=3).map(tuple)


@given(
    path=st.text(),
    query=PAIRS,
    headers=PAIRS,
    body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()),
)
def test_whatever_comes_is_answered(path, query, headers, body):
    made = Call(method="POST", path="/" + path, query=query, headers=headers, body=body, at=AT, wall=0)
    answered = ANY.answer(made)
    assert answered is None if "/" in path or not path else answered.reply.status in (200, 500)


@pytest.mark.parametrize("depth", [100, 400, 900, 5_000, 200_000])
def test_deep_json_is_answered(depth):
    body = b"[" * depth + b"]" * depth
    assert ANY.answer(Call(method="POST", path="/a", body=body, at=AT, wall=0)).reply.status in (200, 500)
