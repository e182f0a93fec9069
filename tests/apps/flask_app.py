"""A Flask application that takes Entuitive's webhooks, and asks Compliancely for TIN matches."""

import json
from urllib.request import Request, urlopen

from flask import Flask, request
from users import OutOfService, Users, is_signed


def create_app(users: Users) -> Flask:
    app = Flask(__name__)
    app.config["COMPLIANCELY_URL"] = "https://api.compliancely.example"

    @app.post("/webhooks")
    def webhook():
        body = request.get_data()
        if not is_signed(body, request.headers.get("X-Entuitive-Signature", "")):
            return {"error": "the signature does not fit"}, 401
        try:
            new = users.save(json.loads(body)["data"])
        except OutOfService:
            return {"error": "out of service"}, 503
        return {"new": new}

    @app.post("/contractors/<tin>")
    def ask_for_a_match(tin):
        asked = {"name": "Larkspur Tool Hire", "tin": tin, "webhook_urls": f"{request.host_url}matches"}
        headers = {"Authorization": "Token demo-token", "Content-Type": "application/json"}
        url = f"{app.config['COMPLIANCELY_URL']}/api/v1/submissions/"
        with urlopen(Request(url, json.dumps(asked).encode(), headers)) as answer:  # noqa: S310
            return {"status": json.load(answer)["status"]}, 202

    @app.post("/matches")
    def match():
        if not is_signed(request.get_data(), request.headers.get("Compliancely-Signature", "")):
            return {"error": "the signature does not fit"}, 401
        users.matches.append(request.get_json()["tin"])
        return {}

    return app
