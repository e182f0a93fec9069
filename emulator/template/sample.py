"""`fake`: sample data by Faker, drawn in a sequence that depends on nothing but the place of the rendering.

Faker takes a seventh of a second to import, so that is left until the first value is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from emulator.template.catalog import METHODS
from emulator.template.identity import seed
from emulator.template.problem import Refusal
from emulator.template.scope import Scope
from emulator.template.value import kind, weigh

if TYPE_CHECKING:
    from faker import Generator

_CALL_WORK = 256
_CHARACTER_WORK = 16
"""Faker takes so much longer than other work that makes as much."""

_ONE_AT_A_TIME = Lock()


def sample(scope: Scope, method: str, *arguments: Any, **named: Any) -> Any:
    """What `fake.method(arguments)` gives: a JSON value."""
    scope.spend(_CALL_WORK)
    given = _checked(method, arguments, named)
    try:
        with _ONE_AT_A_TIME:
            made = _plain(_draw(_generator(), scope, method, given))
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001 - whatever Faker says about arguments that do not go together
        raise Refusal(
            f"fake.{method} cannot be made from these arguments: {str(error) or type(error).__name__}"
        ) from None
    scope.spend(_CHARACTER_WORK * weigh(made))
    return made


def _checked(method: str, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
    wanted = METHODS[method]
    given = {**dict(zip(wanted, arguments, strict=False)), **named}
    for name, value in given.items():
        try:
            wanted[name](value)
        except Refusal as refusal:
            raise Refusal(f"fake.{method}, {name}: {refusal}") from None
    return given


@cache
def _generator() -> Generator:
    from faker import Factory  # noqa: PLC0415 - 140 ms, and few scenarios need it

    # Weighed choices are truer to life and ten times as slow.
    generator = Factory.create("en_US", use_weighting=False)
    generator.seed_instance(0)  # else some methods draw from the system's own chance
    return generator


def _draw(generator: Generator, scope: Scope, method: str, given: Mapping[str, Any]) -> Any:
    """One more value of the scope's own sequence, whatever was drawn for others in between."""
    if scope.sampler is None:
        scope.sampler = type(generator.random)(int.from_bytes(seed(scope, "fake"), "big"))
    generator.random = scope.sampler
    if method == "address":  # most of Faker's forms are of military post, which only weights make rare
        line = [generator.format(name) for name in ("street_address", "city", "state_abbr", "zipcode")]
        return "{}\n{}, {} {}".format(*line)
    return getattr(generator, method)(**given)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    raise Refusal(f"{kind(value)} is no JSON")
