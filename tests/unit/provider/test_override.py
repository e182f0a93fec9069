"""`profile:` in scenarios: what is laid on a provider, and where its mistakes are told."""

import pytest

from emulator.document import Place, Report, parse_yaml
from emulator.provider.load import Definition, read_definition
from emulator.provider.profile import Encoding, Profile, Retry

ACME = """\
version: 1
provider: acme
signature: {header: X-Acme-Signature, value: "sha256={signature}"}
retry: {waits: [5s, 5m]}
body: {encoding: php}
headers: {User-Agent: acme/1, X-Region: eu}
envelope: {event_type: "{{ type }}", data: "{{ data }}"}
events:
  thing.created: {data: {id: 1, owner: {name: Ines, city: null}, tags: [a, b]}}
on_exhausted: {email: {to: owner@example.test, subject: S, text: T}}
"""
BARE = "version: 1\nprovider: bare\n"


@pytest.fixture(scope="module")
def acme() -> Definition:
    return read_definition(ACME, "acme.yaml")


def place_of(text: str) -> Place:
    scenario = f"name: s\nprofile: {text}\n" if "\n" not in text else f"name: s\nprofile:\n{text}\n"
    return Place(parse_yaml(scenario), Report("s.yaml")).child("profile")


def overridden(base: Definition, text: str) -> Profile:
    place = place_of(text)
    laid = base.overridden(place)
    assert place.report.problems == []
    assert isinstance(laid, Definition)
    return laid.profile


def told(base: Definition, text: str) -> list[str]:
    place = place_of(text)
    base.overridden(place)
    return [str(problem) for problem in place.report.problems]


def test_nothing_laid_on_changes_nothing(acme):
    assert overridden(acme, "{}") == acme.profile


def test_mappings_are_merged_deeply(acme):
    laid = overridden(
        acme, "{signature: {encoding: base64}, events: {thing.created: {data: {owner: {city: Bonn}}}}}"
    )
    assert laid.signature is not None
    assert (laid.signature.header, laid.signature.encoding) == ("X-Acme-Signature", "base64")
    assert laid.events["thing.created"].data == {
        "id": 1,
        "owner": {"name": "Ines", "city": "Bonn"},
        "tags": ["a", "b"],
    }


def test_lists_are_replaced(acme):
    laid = overridden(acme, "{retry: {waits: [1s]}, events: {thing.created: {data: {tags: []}}}}")
    assert laid.retry == Retry(waits=(1_000_000,))
    assert laid.events["thing.created"].data["tags"] == []


def test_what_is_not_named_stays(acme):
    laid = overridden(acme, "{timeout: 2s, body: {build: each-attempt}}")
    assert laid.timeout_us == 2_000_000
    assert (laid.encoding, laid.rebuild) == (Encoding.PHP, True)
    assert laid.signature == acme.profile.signature
    assert laid.headers == acme.profile.headers


@pytest.mark.parametrize(
    ("key", "name"), [("signature", "signature"), ("envelope", "envelope"), ("on_exhausted", "email")]
)
def test_null_takes_away_what_may_be_missing(acme, key, name):
    assert getattr(overridden(acme, f"{{{key}: null}}"), name) is None


def test_what_was_taken_away_can_be_given_anew(acme):
    bare = acme.overridden(place_of("{signature: null}"))
    assert isinstance(bare, Definition)
    laid = overridden(bare, "{signature: {header: X-New}}")
    assert laid.signature is not None
    assert (laid.signature.header, laid.signature.value) == ("X-New", "{signature}")
    assert told(bare, "{signature: {encoding: hex}}") == [
        "s.yaml:2:22: profile.signature: the key 'header' is missing: a header name"
    ]


def test_headers_are_the_same_whatever_their_case(acme):
    assert overridden(acme, "{headers: {user-agent: acme/2, x-more: m}}").headers == {
        "Content-Type": "application/json",
        "User-Agent": "acme/2",
        "X-Region": "eu",
        "x-more": "m",
    }


def test_null_leaves_a_header_out(acme):
    laid = overridden(acme, "{headers: {X-REGION: null, Content-Type: null}}")
    assert laid.headers == {"User-Agent": "acme/1"}


def test_a_provider_of_few_words_can_be_given_all(acme):
    bare = read_definition(BARE, "bare.yaml")
    laid = overridden(
        bare, "{headers: {X-A: a}, retry: {waits: [1s]}, signature: {header: X-Sig}, accept: 200}"
    )
    assert laid.headers == {"Content-Type": "application/json", "X-A": "a"}
    assert laid.attempts == 2
    assert laid.accept.text == "200"


def test_an_event_overrides_what_its_scenario_overrode(acme):
    first = acme.overridden(place_of("{timeout: 2s, retry: {wait_from: first}}"))
    assert isinstance(first, Definition)
    laid = overridden(first, "{retry: {waits: [7s]}}")
    assert laid.timeout_us == 2_000_000
    assert (laid.retry.waits, laid.retry.wait_from) == ((7_000_000,), "first")


def test_the_base_stays_as_it_was(acme):
    overridden(
        acme,
        "{signature: {encoding: base64}, events: {thing.created: {data: {id: 2}}}, headers: {user-agent: x}}",
    )
    again = read_definition(ACME, "acme.yaml")
    assert acme.profile == again.profile or acme.profile.envelope != again.profile.envelope
    assert acme.tree.plain() == again.tree.plain()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "s.yaml:2:10: profile: expected a mapping of a profile's keys, found a list"),
        ("{tiemout: 1s}", "s.yaml:2:11: profile.tiemout: unknown key 'tiemout'; did you mean 'timeout'?"),
        ("{timeout: null}", "s.yaml:2:20: profile.timeout: expected a duration such as"),
        (
            "  timeout: 1s\n  body: {encoding: xml}",
            "s.yaml:4:20: profile.body.encoding: expected compact, python",
        ),
        (
            "{signature: {sing: once}}",
            "s.yaml:2:23: profile.signature.sing: unknown key 'sing'; did you mean 'sign'?",
        ),
        ("{headers: {X-A: é}}", "s.yaml:2:26: profile.headers.X-A: expected a header value of visible ASCII"),
        (
            "{headers: {x-region: a, X-REGION: b}}",
            "s.yaml:2:21: profile.headers.x-region: the header is named twice",
        ),
        (
            "{headers: {x-acme-signature: a}}",
            "s.yaml:2:11: profile.headers: the header X-Acme-Signature is set by the signature",
        ),
        ("{envelope: {id: '{{ nr }}'}}", "s.yaml:2:26: profile.envelope.id: "),
        ("{retry: null}", "s.yaml:2:18: profile.retry: expected a mapping, found null"),
        (
            "{on_exhausted: {email: {to: me}}}",
            "s.yaml:2:38: profile.on_exhausted.email.to: expected an e-mail address",
        ),
        (
            "{provider: bare}",
            "s.yaml:2:11: profile.provider: this key belongs to the provider's file and cannot be",
        ),
        ("{version: 1}", "s.yaml:2:11: profile.version: this key belongs"),
        ("{assumptions: []}", "s.yaml:2:11: profile.assumptions: this key belongs"),
    ],
)
def test_mistakes_are_told_at_the_overrides_own_place(acme, text, problem):
    problems = told(acme, text)
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_all_mistakes_are_told_at_once(acme):
    assert len(told(acme, "{timeout: x, accept: 9, retry: {waits: [x, y]}}")) == 4
