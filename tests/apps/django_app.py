"""A Django application that takes Entuitive's webhooks, settings and all in one file."""

import json

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from users import OutOfService, Users, is_signed

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, STATIC_URL="static/", DATABASES={})

users = Users()


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> JsonResponse:
    if not is_signed(request.body, request.headers.get("X-Entuitive-Signature", "")):
        return JsonResponse({"error": "the signature does not fit"}, status=401)
    try:
        return JsonResponse({"new": users.save(json.loads(request.body)["data"])})
    except OutOfService:
        return JsonResponse({"error": "out of service"}, status=503)


urlpatterns = [path("webhooks", webhook)]
