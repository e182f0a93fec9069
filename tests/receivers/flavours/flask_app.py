"""Receivers in Flask, one right and others wrong: POST /PROVIDER/MISTAKE, `right` for none."""

from __future__ import annotations

import hmac
import json
import re
from threading import Lock

from flask import Flask, request
from shared import HEADERS, digest, handled, known_as
from werkzeug.serving import make_server

app = Flask(__name__)
lock = Lock()


@app.route("/<provider>/<mistake>", methods=["POST"])
@app.route("/<provider>/takes-get", methods=["GET", "POST"], defaults={"mistake": "takes-get"})
def webhook(provider: str, mistake: str):
    body = request.get_data()
    if not is_signed(body, provider, mistake):
        return {"error": "the signature does not fit"}, 401
    try:
        json.loads(request.get_data(as_text=True))
    except (ValueError, RecursionError):
        if mistake == "lets-errors-through":
            raise
        return {"error": "no JSON"}, 400
    done = handled[request.path]
    key = known_as(body)
    with lock:
        new = key not in done
        done.add(key)
    if not new and mistake == "refuses-duplicates":
        return {"error": "I have that one"}, 409
    return {"new": new}


good: set[str] = set()


def is_signed(body: bytes, provider: str, mistake: str) -> bool:
    header = HEADERS[provider]
    given = request.headers.get(header, "")
    own = digest(body)
    match mistake:
        case "other-secret":
            own = digest(body, b"the one of the test environment")
        case "json-again":
            own = digest(json.dumps(request.get_json()).encode())
        case "skips-without-header":
            if header not in request.headers:
                return True
        case "skips-other-content":
            given = given if request.mimetype == "application/json" else own
        case "remembers-signatures":
            given = own if given in good else given
            good.add(own)
        case "skips-empty":
            return not given or hmac.compare_digest(given, own)
        case "prefix":
            return own.startswith(given)
        case "first-eight":
            return given[:8] == own[:8]
        case "shape-alone":
            return re.fullmatch("[0-9a-f]{64}", given) is not None
        case "asserts":
            assert re.fullmatch("[0-9a-f]{64}", given), "that is no signature"
        case "accepts-all":
            return True
    return hmac.compare_digest(given, own)


server = make_server("127.0.0.1", 0, app, threaded=True)
print(f"listening on {server.port}", flush=True)
server.serve_forever()
