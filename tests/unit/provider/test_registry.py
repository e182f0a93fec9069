"""Where providers are found."""

import pytest

from emulator.errors import InvalidInput
from emulator.provider.registry import find_definition, find_profile, list_definitions


def acme(title: str, name: str = "acme") -> str:
    return f"version: 1\nprovider: {name}\ntitle: {title}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A tree with a provider at its top and in its middle, and the scenario at its bottom."""
    monkeypatch.chdir(tmp_path)
    bottom = tmp_path / "middle" / "bottom"
    (bottom).mkdir(parents=True)
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "acme.yaml").write_text(acme("top"))
    return tmp_path


def title(name, near, **more):
    return find_profile(name, near, **more).title


def told(name, near=None, **more) -> str:
    with pytest.raises(InvalidInput) as caught:
        find_profile(name, near, **more)
    return str(caught.value)


@pytest.mark.parametrize("name", ["compliancely", "entuitive"])
def test_the_built_in_ones_are_found_from_everywhere(name, tmp_path):
    for definition in (
        find_definition(name),
        find_definition(name, tmp_path),
        find_definition(name, files={}),
    ):
        assert definition.profile.provider == name
        assert definition.path is None


def test_the_built_in_ones_are_read_once():
    assert find_definition("entuitive") is find_definition("entuitive")


def test_an_own_file_is_found_above_the_scenario(folder):
    bottom = folder / "middle" / "bottom"
    assert title("acme", bottom) == "top"
    assert title("acme", bottom / "scenario.yaml") == "top"
    assert find_definition("acme", bottom).path == "providers/acme.yaml"


def test_the_nearest_file_counts(folder):
    (folder / "middle" / "providers").mkdir()
    (folder / "middle" / "providers" / "acme.yml").write_text(acme("middle"))
    assert title("acme", folder / "middle" / "bottom") == "middle"
    assert title("acme", folder) == "top"


def test_yaml_comes_before_yml(folder):
    (folder / "providers" / "acme.yml").write_text(acme("other"))
    assert title("acme", folder) == "top"


def test_a_suffix_in_upper_case_is_one_too(folder):
    (folder / "providers" / "beta.YAML").write_text(acme("loud", "beta"))
    assert title("beta", folder) == "loud"


def test_an_own_file_takes_the_place_of_a_built_in_one(folder):
    (folder / "providers" / "entuitive.yaml").write_text(acme("mine", "entuitive"))
    assert title("entuitive", folder) == "mine"
    assert title("entuitive", None) == "Entuitive"


def test_an_own_file_is_read_again_each_time(folder):
    assert title("acme", folder) == "top"
    (folder / "providers" / "acme.yaml").write_text(acme("changed"))
    assert title("acme", folder) == "changed"


def test_files_in_memory_come_first(folder):
    files = {"providers/acme.yaml": acme("memory").encode(), "bodies/acme.yaml": b"x"}
    assert title("acme", None, files=files) == "memory"
    assert title("acme", folder, files=files) == "memory"
    assert find_definition("acme", files=files).path == "providers/acme.yaml"


def test_an_unknown_name_is_told_with_the_nearest_and_the_places(folder):
    assert told("entuitve") == "unknown provider 'entuitve'; did you mean 'entuitive'?"
    assert told("acne", folder / "middle") == (
        "unknown provider 'acne'; no providers/acne.yaml in middle or a folder above it; did you mean 'acme'?"
    )
    assert told("acne", files={"providers/acne2.yaml": b""}) == (
        "unknown provider 'acne'; no providers/acne.yaml among the files of the scenario; did you mean 'acne2'?"
    )
    assert told("zzz", folder).endswith("; known: acme, compliancely, entuitive")


@pytest.mark.parametrize(
    "name", ["../acme", "", "Acme", "acme.yaml", "/etc/passwd", "a" * 500, "api", "ac\0me"]
)
def test_what_is_no_name_is_never_looked_up(folder, name):
    assert told(name, folder / "providers").startswith("unknown provider")


def test_the_problems_of_an_own_file_are_told(folder):
    (folder / "providers" / "acme.yaml").write_text("version: 1\nprovider: acme\ntimeout: x\n")
    assert told("acme", folder).startswith("providers/acme.yaml:3:10: timeout: expected a duration")
    (folder / "providers" / "acme.yaml").write_text(acme("other", "acne"))
    assert "expected acme, as the file is called, found acne" in told("acme", folder)
    (folder / "providers" / "acme.yaml").write_bytes(b"\xff")
    assert told("acme", folder) == "providers/acme.yaml:1:1: expected UTF-8, found byte 0xff"


def test_what_is_no_file_is_told(folder):
    (folder / "providers" / "acme.yaml").unlink()
    (folder / "providers" / "acme.yaml").mkdir()
    assert told("acme", folder) == "providers/acme.yaml: expected a regular file"


def test_a_huge_file_is_told_unread(folder):
    with (folder / "providers" / "acme.yaml").open("wb") as file:
        file.truncate((16 << 20) + 1)
    assert (
        told("acme", folder) == "providers/acme.yaml: the file has 16777217 bytes; at most 16777216 are read"
    )


def names(near, **more):
    return [definition.profile.provider for definition in list_definitions(near, **more)]


def test_the_list_holds_own_and_built_in_ones_by_name(folder):
    (folder / "providers" / "zeta.yml").write_text(acme("z", "zeta"))
    (folder / "providers" / "notes.txt").write_text("x")
    (folder / "providers" / "Not a name.yaml").write_text("x")
    assert names(None) == ["compliancely", "entuitive"]
    assert names(folder / "middle") == ["acme", "compliancely", "entuitive", "zeta"]
    assert names(None, files={"providers/mem.yaml": acme("m", "mem")}) == ["compliancely", "entuitive", "mem"]


def test_the_list_tells_the_problems_of_all_files(folder):
    (folder / "providers" / "a.yaml").write_text("version: 1\n")
    (folder / "providers" / "b.yaml").write_text("provider: b\n")
    with pytest.raises(InvalidInput) as caught:
        list_definitions(folder)
    assert [problem.path for problem in caught.value.problems] == ["providers/a.yaml", "providers/b.yaml"]
