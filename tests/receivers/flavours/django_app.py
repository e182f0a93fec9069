"""Receivers in Django, one right and others wrong: POST /PROVIDER/MISTAKE, `right` for none."""

from __future__ import annotations

import hmac
import json
import sqlite3
from threading import Lock

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from shared import HEADERS, digest, handled, known_as

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={},
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of these receivers",
)
lock = Lock()
database = sqlite3.connect(":memory:", check_same_thread=False)
database.execute("CREATE TABLE webhooks (provider TEXT, hash TEXT, UNIQUE (provider, hash))")


@require_POST
def webhook(request: HttpRequest, provider: str, mistake: str) -> HttpResponse:
    done = handled[request.path]
    if mistake == "looks-for-duplicates-first":
        if known_as(request.body) in done:
            return JsonResponse({"new": False})
        done.add(known_as(request.body))
    if not is_signed(request, provider, mistake):
        return JsonResponse({"error": "the signature does not fit"}, status=401)
    try:
        json.loads(request.body)
    except (ValueError, RecursionError):
        return JsonResponse({"error": "no JSON"}, status=400)
    if mistake == "inserts-always":
        with lock:
            database.execute("INSERT INTO webhooks VALUES (?, ?)", (provider, known_as(request.body)))
    if mistake == "answers-204":
        return HttpResponse(status=204)
    with lock:
        new = known_as(request.body) not in done
        done.add(known_as(request.body))
    return JsonResponse({"new": new})


def is_signed(request: HttpRequest, provider: str, mistake: str) -> bool:
    body = request.body
    if mistake == "wants-the-header":
        return hmac.compare_digest(
            request.META[f"HTTP_{HEADERS[provider].upper().replace('-', '_')}"], digest(body)
        )
    if mistake == "reads-latin-1":
        body = body.decode("latin-1").encode()
    return hmac.compare_digest(request.headers.get(HEADERS[provider], ""), digest(body))


urlpatterns = [
    path("<provider>/forgets-csrf-exempt", webhook, {"mistake": "forgets-csrf-exempt"}),
    path("<provider>/<mistake>", csrf_exempt(webhook)),
]


class Server(ThreadedWSGIServer):
    request_queue_size = 128


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_):
        pass


server = Server(("127.0.0.1", 0), QuietHandler)
server.set_app(WSGIHandler())
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
