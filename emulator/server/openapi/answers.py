"""The schemas of what the API answers, by the names that routes give: records, lists of them, and a few of its own."""

from __future__ import annotations

from emulator.endpoint import Source
from emulator.record.run import Verdict
from emulator.record.schema import (
    SCHEMAS,
    Schema,
    array,
    count,
    flag,
    mapping,
    maybe,
    moment,
    text,
    texts,
    word,
)
from emulator.server.errors import CODES

_LISTED = ("Attempt", "Delivery", "Endpoint", "Notification", "Request", "Run", "Scenario")

_TOLD = {
    "verdict": word(
        "`incomplete` where it cannot be told: never a pass on missing evidence.", [*Verdict], Verdict.PASSED
    ),
    "matched": count("How many records fit.", 3),
    "lost": count("How many records of the runs in question had to make room."),
    "message": text("The reason, in a line for people.", "expected at least 2 attempts, found 3"),
}
_REASON = mapping(
    "A part that does not fit.",
    part=text("Which part.", "status"),
    wanted={"description": "What was asked for.", "examples": [503]},
    found={"description": "What is there.", "examples": [200]},
    message=text("The same, in a line for people.", "status: expected 503, found 200"),
)
_NEAR = mapping(
    "A record that hardly misses, or is one too many.",
    id=text("The id of the record.", "att_7h2k9m4q1x_1_1"),
    reasons=array("Why it does not fit; empty where it is one too many.", _REASON),
)
_VERIFICATION = mapping(
    "The verdict, with its reasons.", **_TOLD, nearest=array("The nearest misses.", _NEAR, [])
)
_VERIFICATION["properties"]["all"] = array(
    "The verdict of each question, where several were asked.", mapping("One of them.", **_TOLD), []
)

_ENTRY = {
    "name": text("By which it is played.", "billing/outage"),
    "path": text("The file's path below its folder.", "billing/outage.yaml"),
    "shipped": flag("Whether it comes with the emulator."),
    "description": text("What the file says about itself.", "Your endpoint refuses the first attempt."),
    "providers": texts("Whose webhooks it sends.", "entuitive"),
    "problems": texts("What is wrong with the file, a line each."),
}

_ENDPOINT = mapping(
    "A registered endpoint. Lists mask its secrets.",
    id=text("The id of the endpoint.", "end_4n8d2k6w0q"),
    provider=text("The provider whose webhooks go there.", "entuitive"),
    url=text("The URL that webhooks go to.", "http://localhost:3000/webhooks"),
    secret=maybe(
        text("The secret that signs what goes there; null sends unsigned.", "demo-secret"), null=False
    ),
    rotation=maybe(
        mapping(
            "Where its secret is being rotated.",
            old_secret=maybe(text("The secret that it had.", "demo-secret"), null=False),
            until=moment("How long that one is good, by the real clock.", "2026-11-23T17:04:12.019733Z"),
        )
    ),
    types=maybe(texts("The event types that it wants; null: all.", "user.updated"), null=False),
    active=flag("Whether webhooks go there at all.", example=True),
    description={"type": "string", "description": "What it is, for people.", "examples": [""]},
    created_wall=moment("When it was registered, by the real clock.", "2026-11-22T17:04:11.250118Z"),
    source=word("Who registered it.", [*Source], Source.API),
)
_ENDPOINT["properties"]["warnings"] = texts("What is hardly meant, where it was just made or changed.")

_OWN: dict[str, Schema] = {
    "Error": mapping(
        "The one form of errors.",
        error=mapping(
            "What went wrong.",
            code=word("A word for programs; each status has one.", [*CODES.values()], "invalid"),
            message=text("A line for people.", "sped: unknown key 'sped'; did you mean 'speed'?"),
            details=texts(
                "A line for each problem, where there are several kinds.",
                "sped: unknown key 'sped'; did you mean 'speed'?",
            ),
        ),
    ),
    "Health": mapping("How the server is.", status=word("Alive, or ready.", ["alive", "ready"], "ready")),
    "Info": mapping(
        "What this server is.",
        version=text("The version of the emulator.", "0.1.0"),
        settings={
            "type": "object",
            "description": "The settings in force, by the names of the flags of `serve`; secrets are masked.",
            "examples": [{"host": "127.0.0.1", "port": 4622, "token": "***"}],
        },
        providers=array(
            "The providers that scenarios can name.",
            mapping(
                "A provider.",
                provider=text("Its name.", "entuitive"),
                title=text("Its name for people.", "Entuitive"),
                path=maybe(text("The file that describes it; null for one that is built in.", "")),
            ),
        ),
        counts=mapping(
            "How many of each.",
            running=count("Runs under way."),
            attempts=count("Attempts on record."),
            endpoints=count("Registered endpoints."),
        ),
    ),
    "OpenApi": {
        "type": "object",
        "description": "This document.",
        "properties": {"openapi": {"const": "3.1.1"}},
        "required": ["openapi", "info", "paths", "components"],
        "examples": [{"openapi": "3.1.1", "info": {}, "paths": {}, "components": {}}],
    },
    "Scenario": mapping("A scenario that can be played by name.", **_ENTRY),
    "ScenarioDocument": mapping(
        "A scenario, with its file.",
        **_ENTRY,
        document={
            "description": "The file as it is written, with secrets masked; null where it is no YAML.",
            "examples": [{"version": 1, "provider": "entuitive", "events": [{"type": "user.created"}]}],
        },
    ),
    "Endpoint": _ENDPOINT,
    "Count": mapping(
        "How many fit.",
        count=count("How many.", 3),
        lost=count("How many attempts of the runs in question had to make room."),
    ),
    "Verification": _VERIFICATION,
    "Reset": mapping("What went.", runs=count("How many runs.", 1)),
}


def answer_schemas() -> dict[str, Schema]:
    """All of them; that of a page of `Run` is called `RunList`."""
    whole = SCHEMAS | _OWN
    return whole | {f"{name}List": _page(name) for name in _LISTED}


def reference(name: str) -> Schema:
    """What stands in the place of a schema of this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _page(name: str) -> Schema:
    following = text("What `after` takes for the next page; null when nothing follows yet.", "")
    return mapping(
        "A page of a list.", items=array("What stands on it.", reference(name)), next=maybe(following)
    )
