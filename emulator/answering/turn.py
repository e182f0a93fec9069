"""One call of one route: everything that it renders, from what earlier calls have left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any, TypeVar

from emulator.answering.seam import Emission, Reply
from emulator.answering.seen import Seen
from emulator.document.place import KeyPath
from emulator.errors import Problem, TemplateError
from emulator.record import Headers
from emulator.scenario.render import Names, RunFacts, header_text, json_bytes, urls_of
from emulator.scenario.route import Route
from emulator.template import Moment, Scope, Template, Unrenderable
from emulator.template.value import text_of

T = TypeVar("T")


class Unanswerable(Exception):
    """A call that its route cannot answer. Never leaves this room: it becomes a reply."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class Turn:
    """Renders the parts of a route for the call that is the route's `number`th. Each raises Unanswerable."""

    def __init__(
        self,
        route: Route,
        seen: Seen,
        parameters: dict[str, str],
        number: int,
        facts: RunFacts,
        state: Mapping[str, Any],
        draw: Callable[[str], int],
    ) -> None:
        self._route = route
        self._place = f"{facts.seed}\n{number}\n{route.label}"
        names = {
            "now": Moment(seen.call.at),
            "seed": facts.seed,
            "run": {"name": facts.name, "labels": facts.labels},
            "request": seen.request(parameters),
            "state": state,
            "sequence()": draw,
        }
        self._names = Names(names, facts.variables)

    def all(self) -> tuple[Reply, dict[str, Any], tuple[Emission, ...]]:
        """The answer, what the state keeps of this call, and the events that follow."""
        return self.reply(), self.kept(), tuple(self.emissions())

    def reply(self) -> Reply:
        """The answer."""
        answer = self._route.answer
        if answer.drop:
            return Reply(status=answer.status, delay_us=answer.delay_us, drop=True)
        kind, body = self._body()
        return Reply(status=answer.status, headers=self._headers(kind), body=body, delay_us=answer.delay_us)

    def _body(self) -> tuple[str | None, bytes]:
        """The body and its type."""
        answer, encoding = self._route.answer, self._route.encoding
        if answer.json is not None:
            body = self._made(answer.json, ("response", "json"), lambda value: json_bytes(value, encoding))
            return "application/json", body
        if answer.text is not None:
            return "text/plain; charset=utf-8", self._made(answer.text, ("response", "text"), _utf8)
        return None, b""

    def _headers(self, kind: str | None) -> Headers:
        given = tuple(
            (name, self._made(value, ("response", "headers", name), header_text))
            for name, value in self._route.answer.headers
        )
        if kind is None or any(name.lower() == "content-type" for name, _ in given):
            return given
        return (("Content-Type", kind), *given)

    def kept(self) -> dict[str, Any]:
        """What the state keeps of this call."""
        return dict(self._entry(*entry) for entry in self._route.set)

    def _entry(self, name: Template, value: Template) -> tuple[str, Any]:
        key = ("set", name.source)
        return self._made(name, key, text_of), self._made(value, key)

    def emissions(self) -> Iterator[Emission]:
        """The events that follow."""
        for number, emit in enumerate(self._route.emits):
            key = ("emits", number)
            yield Emission(
                event=emit.event,
                type=emit.type,
                delay_us=emit.delay_us,
                targets=None
                if emit.targets is None
                else self._made(emit.targets, (*key, "targets"), urls_of),
                data=None if emit.data is None else self._made(emit.data, (*key, "data")),
            )

    def _made(self, template: Template, key: KeyPath, make: Callable[[Any], T] = lambda value: value) -> T:
        """What a template becomes. `fake` and `uuid()` are drawn for its place by itself."""
        place = sha256(f"{self._place}\n{key}".encode()).hexdigest()
        try:
            return make(template.render(Scope(self._names, place)))
        except TemplateError as error:
            path = error.path if isinstance(error, Unrenderable) else ()
            raise Unanswerable(self._route.where.problem((*key, *path), str(error))) from None


def _utf8(value: Any) -> bytes:
    try:
        return text_of(value).encode()
    except UnicodeEncodeError:
        raise TemplateError("half of a surrogate pair cannot be sent as text") from None
