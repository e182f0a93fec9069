"""`fake` and `uuid()`: what they offer, and that they depend on the place of the rendering alone."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import faker.providers.date_time
import pytest
from faker import Factory

from emulator.template import Scope
from emulator.template.catalog import METHODS
from emulator.template.sample import sample
from tests.helpers.templating import render, wrong

NEEDED = {"random_element": "['a', 'b']", "random_elements": "['a', 'b']", "random_sample": "['a', 'b']"}
EVERY = {f"{name}": f"{{{{ fake.{name}({NEEDED.get(name, '')}) }}}}" for name in METHODS}
ARGUMENTS = [
    "fake.bothify('##??', letters='AB')",
    "fake.boolean(chance_of_getting_true=0)",
    "fake.country_code('alpha-3')",
    "fake.credit_card_number('visa')",
    "fake.domain_name(levels=2)",
    "fake.email('example.test')",
    "fake.file_name(category='image', extension='png')",
    "fake.file_path(depth=3)",
    "fake.hexify('^^^^', upper=true)",
    "fake.http_status_code(include_unassigned=false)",
    "fake.numerify('%##-####')",
    "fake.paragraph(2, variable_nb_sentences=false)",
    "fake.password(12, special_chars=false)",
    "fake.postcode_in_state('CA')",
    "fake.pyfloat(left_digits=2, right_digits=2, positive=true)",
    "fake.pyint(1, 10, 3)",
    "fake.pystr(5, 5)",
    "fake.random_elements([1, 2, 3], length=2, unique=true)",
    "fake.random_int(min=10, max=20)",
    "fake.random_number(digits=5, fix_len=true)",
    "fake.sentence(nb_words=3)",
    "fake.slug('Harbour Lifts')",
    "fake.text(max_nb_chars=50)",
    "fake.words(2)",
]


@pytest.fixture
def no_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faker's dates fail when they ask for the real day."""

    def ask(*_: object) -> NoReturn:
        raise AssertionError("asked for the real day")

    timeless: dict[str, Any] = {
        "now": classmethod(ask),
        "utcnow": classmethod(ask),
        "today": classmethod(ask),
    }
    monkeypatch.setattr(faker.providers.date_time, "datetime", type("datetime", (datetime,), timeless))
    monkeypatch.setattr(faker.providers.date_time, "dtdate", type("date", (date,), timeless))


@pytest.mark.usefixtures("no_today")
@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_json_that_does_not_depend_on_the_day(method: str) -> None:
    for n in range(20):
        made = render(EVERY[method], place=f"place {n}")
        assert json.loads(json.dumps(made)) == made
        assert made is not None


def test_the_day_would_be_noticed(no_today: None) -> None:
    generator = Factory.create("en_US")
    for method in ("date_of_birth", "past_date", "date", "credit_card_expire", "month_name"):
        with pytest.raises(AssertionError, match="asked for the real day"):
            getattr(generator, method)()


@pytest.mark.parametrize("method", METHODS)
def test_arguments_are_named_and_ordered_as_fakers(method: str) -> None:
    parameters = list(inspect.signature(getattr(Factory.create("en_US"), method)).parameters)
    ours = list(METHODS[method])
    assert [name for name in parameters if name in ours] == ours


@pytest.mark.parametrize("expression", ARGUMENTS)
def test_methods_take_arguments(expression: str) -> None:
    assert render(f"{{{{ {expression} }}}}") not in (None, "")


def test_arguments_do_what_faker_says() -> None:
    assert re.fullmatch(r"[1-9][0-9]{2}-[0-9]{4}", render("{{ fake.numerify('%##-####') }}"))
    assert render("{{ fake.email(domain='example.test') }}").endswith("@example.test")
    assert render("{{ fake.random_int(5, 5) }}") == 5
    assert render("{{ fake.random_element(['a']) }}") == "a"
    assert render("{{ fake.boolean(0) }}") is False
    assert len(render("{{ fake.words(4) }}")) == 4
    assert re.fullmatch(r"[0-9]{2}-[0-9]{7}", render("{{ fake.ein() }}"))
    assert re.fullmatch(r".+\n.+, [A-Z]{2} [0-9]{5}", render("{{ fake.address() }}"))


def test_mail_goes_to_no_real_provider() -> None:
    domains = {render("{{ fake.email() }}", place=str(n)).split("@")[1] for n in range(50)}
    assert domains <= {"example.com", "example.net", "example.org"}


@pytest.mark.parametrize(
    "template",
    ["{{ fake.name() }}", "{{ fake.random_int(0, 10 ** 9) }}", "{{ uuid() }}", "{{ uuid() ~ fake.ssn() }}"],
)
def test_equal_places_give_equal_values_and_others_do_not(template: str) -> None:
    assert render(template, place="a") == render(template, place="a")
    assert len({str(render(template, place=f"{n}")) for n in range(20)}) > 10


def test_a_sequence_runs_on_within_one_rendering() -> None:
    values = render(["{{ uuid() }}"] * 50 + ["{{ fake.random_int(0, 10 ** 15) }}"] * 50)
    assert len(set(values)) == 100


def test_what_else_is_rendered_changes_nothing() -> None:
    value = ["{{ fake.name() }}", "{{ uuid() }}", "{{ fake.company() | upper }}"]
    first = render(value, place="a")
    render([*EVERY.values()], place="b")
    assert render(value, place="a") == first


def test_renderings_that_take_turns_do_not_disturb_each_other() -> None:
    def take(scope: Scope) -> Any:
        return [sample(scope, name) for name in ("name", "email", "random_int")]

    alone = Scope({}, "a")
    expected = [take(alone) for _ in range(5)]
    one, two = Scope({}, "a"), Scope({}, "b")
    taken = []
    for _ in range(5):
        taken.append(take(one))
        take(two)
    assert taken == expected


def test_uuids_have_the_form_of_version_4() -> None:
    for n in range(200):
        made = UUID(render("{{ uuid() }}", place=f"{n}"))
        assert (made.version, made.variant) == (4, "specified in RFC 4122")


def test_values_are_the_same_in_every_process() -> None:
    program = f"""if True:
        import json
        from tests.helpers.templating import render
        print(json.dumps(render({[*EVERY.values(), "{{ uuid() }}"]!r})))
        """
    made = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[3],
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1


def test_dates_of_the_real_day_are_not_offered() -> None:
    for method in (
        "date_of_birth",
        "date_this_year",
        "past_date",
        "date",
        "profile",
        "user_agent",
        "free_email",
    ):
        assert "unknown method of fake" in wrong(f"{{{{ fake.{method}() }}}}")[0]


def test_a_literal_value_of_a_place() -> None:
    r"""From `printf "uuid 0\ndemo/created/0" | sha256sum`, with the bits of version and variant."""
    assert render("{{ uuid() }}", place="demo/created/0") == "82cf38f3-9918-4bee-baed-a6f3463a90d6"
