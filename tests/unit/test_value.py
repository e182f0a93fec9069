"""Values: they compare, hash and show as dataclasses do, so that both can be used alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class Pair:
    """A value."""

    name: str
    secret: str = field(default="", repr=False)
    cache: list[int] = field(default_factory=list, compare=False)


@value(frozen=True, slots=True)
class Other:
    """A value of other fields."""

    name: str


@value(frozen=False, slots=True)
class Loose:
    """A value that may change."""

    name: str


@value(frozen=True, slots=True)
class Spoken:
    """A value with words of its own."""

    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforced:
    """The standard library's."""

    name: str
    secret: str = field(default="", repr=False)
    cache: list[int] = field(default_factory=list, compare=False)


def test_values_are_equal_where_their_compared_fields_are() -> None:
    assert Pair(name="a", cache=[1]) == Pair(name="a")
    assert Pair(name="a") != Pair(name="a", secret="s")
    assert {Pair(name="a"): 1}[Pair(name="a", cache=[2])] == 1


def test_values_of_different_kinds_are_never_equal() -> None:
    others: list[object] = [Spoken("a"), ("a",), "a"]
    assert Other("a") not in others


def test_a_value_that_may_change_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Loose("a"))


def test_a_value_shows_itself_as_a_dataclass_does_and_no_secret() -> None:
    assert repr(Pair(name="a", secret="s")) == repr(Enforced(name="a", secret="s")).replace(
        "Enforced", "Pair"
    )
    assert repr(Spoken("a")) == "<a>"


def test_a_changed_copy_is_a_value_of_the_same_kind() -> None:
    assert replace(Pair(name="a", secret="s"), name="b") == Pair(name="b", secret="s")
