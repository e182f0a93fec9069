"""docs/scenarios.md says all that can be said in a scenario file, and what it shows is right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from emulator.answering.routes import RouteApi
from emulator.answering.seam import Call, Emission
from emulator.cli.program import program
from emulator.document import parse_yaml
from emulator.errors import InvalidInput
from emulator.provider.load import read_definition
from emulator.provider.registry import BUILT_IN, find_profile
from emulator.scenario.load import load_scenario, load_text
from emulator.scenario.render import RunFacts, content_of
from emulator.scenario.schema import profile_schema, scenario_schema
from emulator.shipped import shipped
from emulator.template.catalog import METHODS as SAMPLES
from emulator.template.condition import TESTS
from emulator.template.filter import FILTERS
from emulator.template.method import METHODS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = [(found[1], found[2]) for found in re.finditer(r"^```(.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)]
YAML_BLOCKS = [text for info, text in BLOCKS if info == "yaml"]
FILLED_IN = {
    "version": 1,
    "provider": "entuitive",
    "target": "http://localhost:3000/webhooks",
    "secret": "demo-secret",
    "events": [{"type": "user.created"}],
}
ENVIRONMENT = {
    "WEBHOOK_EMULATOR_SECRET_ENTUITIVE": "demo-secret",
    "WEBHOOK_EMULATOR_SECRET_COMPLIANCELY": "demo-secret",
}


def keys(schema: object) -> Iterator[str]:
    """Every key that a schema knows, at every depth."""
    if isinstance(schema, dict):
        for name, part in schema.get("properties", {}).items():
            yield name
            yield from keys(part)
        for word, part in schema.items():
            if word != "properties":
                yield from keys(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from keys(part)


def in_code(word: str) -> bool:
    """Whether the page has the word in code, within a line or in a block."""
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```(?:.*\n)*?```$", "", PAGE, flags=re.MULTILINE))
    return any(
        re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", code)
        for code in (*inline, *(text for _, text in BLOCKS))
    )


@pytest.mark.parametrize("key", sorted({*keys(scenario_schema()), *keys(profile_schema())}))
def test_every_key_of_the_format_stands_in_the_reference(key: str):
    assert in_code(key)


def row(title: str) -> list[str]:
    """The words in code of a row of the table of what templates know."""
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {title} |"))
    return re.findall(r"`(\w+)`", line)


def test_the_reference_lists_the_filters_tests_and_methods_that_there_are():
    assert row("filters") == sorted(FILTERS)
    assert row("tests") == sorted(TESTS)
    listed = {*row("methods of texts"), *row("methods of mappings"), *row("methods of moments")}
    assert listed == set(METHODS)


def test_the_reference_lists_the_methods_of_fake_with_their_arguments():
    section = PAGE.partition("### Methods of `fake`")[2].partition("\n## ")[0]
    listed = re.findall(r"`(\w+)(?:\(([\w, ]+)\))?`", section.partition("\n\n")[2].partition("\n\n")[2])
    assert {name: arguments.split(", ") if arguments else [] for name, arguments in listed} == {
        name: list(arguments) for name, arguments in SAMPLES.items()
    }


def completed(block: dict[str, Any]) -> dict[str, Any]:
    return block if "version" in block else FILLED_IN | block


def is_profile(block: dict[str, Any]) -> bool:
    return isinstance(block.get("events"), dict)


@pytest.mark.parametrize("text", YAML_BLOCKS, ids=lambda text: text.split("\n", 2)[1][:40])
def test_every_yaml_block_of_the_reference_is_right(text: str, tmp_path: Path):
    try:
        block = parse_yaml(text).plain()
    except InvalidInput:
        assert all(line.startswith("#") for line in text.splitlines())
        return
    if is_profile(block):
        assert read_definition(text, "parcels.yaml").profile.provider == block["provider"]
        return
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "raw.json").write_bytes(b"{}")
    file = tmp_path / "block.yaml"
    file.write_text(yaml.safe_dump(completed(block)), encoding="utf-8")
    scenario = load_scenario(file, environment=ENVIRONMENT)
    assert scenario.events or scenario.api is not None


def test_the_errors_shown_are_those_that_the_file_shown_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wrong = next(text for info, text in BLOCKS if info == "yaml wrong")
    shown = next(text for info, text in BLOCKS if info == "text")
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text(wrong, encoding="utf-8")
    result = CliRunner().invoke(program, ["validate", "wrong.yaml"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == shown.splitlines()
    *problems, _ = shown.splitlines()
    assert CliRunner().invoke(program, ["play", "wrong.yaml"]).stderr.splitlines() == problems


def switches() -> Iterator[tuple[str, str, Any]]:
    """The assumptions of the page: the provider, the number, and the override of the other reading, if one is shown."""
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"A\d+", cells[0]):
            override = re.match(r"`(\{.*?\})`", cells[4])
            for provider in cells[1].split(", "):
                yield provider, cells[0], parse_yaml(override[1]).plain() if override else None


def test_the_reference_lists_every_numbered_assumption_with_its_switch():
    known = [
        (provider, assumption.id, assumption.other)
        for provider in BUILT_IN
        for assumption in find_profile(provider).assumptions
        if assumption.id
    ]
    assert sorted(switches(), key=str) == sorted(known, key=str)


@pytest.mark.parametrize(
    ("provider", "override"), [(provider, other) for provider, _, other in switches() if other is not None]
)
def test_every_switch_can_be_written_under_profile(provider: str, override: dict[str, Any]):
    type_ = {"entuitive": "user.created", "compliancely": "tin_match"}[provider]
    scenario = FILLED_IN | {"provider": provider, "profile": override, "events": [{"type": type_}]}
    assert load_text(scenario, environment={}).events


def test_every_link_leads_somewhere():
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in PAGE.splitlines()
        if line.startswith("#")
    }
    for link in re.findall(r"\]\(([^)]+)\)", PAGE):
        if link.startswith("#"):
            assert link[1:] in headings
        elif not link.startswith("https://"):
            assert (ROOT / "docs" / link.partition("#")[0]).exists()


def test_the_routes_shown_answer_and_emit_as_the_page_says():
    scenario = load_text(next(text for text in YAML_BLOCKS if "\nroutes:" in text), environment={})
    facts = RunFacts(name=scenario.name, seed=7, variables=scenario.variables)
    api = RouteApi(scenario, "compliancely", facts)
    start = scenario.start or 0

    def answers(method: str, path: str, body: str = "", *, after_s: int = 0) -> tuple[int, str]:
        at = start + after_s * 1_000_000
        answered = api.answer(Call(method=method, path=path, body=body.encode(), at=at, wall=0))
        assert answered is not None
        emitted.extend(answered.emissions)
        return answered.reply.status, answered.reply.body.decode()

    emitted: list[Emission] = []
    asked, pending = (
        next(code for code in re.findall(r"`([^`\n]+)`", PAGE) if code.startswith(beginning))
        for beginning in ('{"tin": ', '{"id": 1')
    )
    assert answers("POST", "/api/v1/submissions/", asked) == (201, pending)
    assert answers("POST", "/api/v1/submissions/", "{}") == (400, '{"tin": ["Enter nine digits."]}')
    assert answers("GET", "/api/v1/submissions/1", after_s=4) == (200, pending)
    matched = pending.replace("Pending", "TIN Matched")
    assert answers("GET", "/api/v1/submissions/1", after_s=5) == (200, matched)
    (emission,) = emitted
    assert (emission.event, emission.delay_us) == ("matched", 5_000_000)
    assert emission.targets == ("http://localhost:3000/hook",)
    (event,) = scenario.events
    sent = content_of(event, facts, index=0, due_at=start, data=emission.data).body
    assert {"id": 1, "tin": "900000006", "status": "TIN Matched"}.items() <= json.loads(sent).items()


def plays(path: Path) -> list[str]:
    """How the endpoints of a shipped scenario answer, as its header says; tests/e2e holds it to that."""
    return re.findall(r"^# endpoint: .* --respond (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_scenarios_are_listed_that_an_endpoint_passes_which_is_well():
    section = PAGE.partition("\n## Which shipped scenario for which endpoint\n")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| it (accepts|refuses) \| (.+) \|$", section, re.MULTILINE))
    well = {
        name
        for name, path in shipped().items()
        if all(re.fullmatch(r"200( --delay \S+)?", each) for each in plays(path))
        and not load_scenario(path, environment={}).open
    }
    refused = {name for name in well if name.endswith(("/forged", "/unsigned"))}
    assert re.findall(r"`(.+?)`", rows["accepts"]) == sorted(well - refused)
    assert re.findall(r"`(.+?)`", rows["refuses"]) == sorted(refused)
