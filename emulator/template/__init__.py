"""Templates: Jinja2 expressions inside the texts of a JSON value, checked when read, rendered when due.

    template = parse_template({"to": "{{ company }}", "n": "{{ index + 1 }}"}, names={"company", "index"})
    template.render(scope)

A value that is one expression keeps its type; text around expressions makes text.
"""

from emulator.template.moment import Moment
from emulator.template.part import NOTHING_KNOWN, Members, is_name
from emulator.template.problem import BadTemplate, TemplateProblem, Unrenderable
from emulator.template.scope import Scope
from emulator.template.tree import Template, parse_template

__all__ = [
    "NOTHING_KNOWN",
    "BadTemplate",
    "Members",
    "Moment",
    "Scope",
    "Template",
    "TemplateProblem",
    "Unrenderable",
    "is_name",
    "parse_template",
]
