"""The controls of a running sandbox: let the world go on, plan misbehaviour, ask who is who."""

import json
from dataclasses import asdict
from itertools import islice
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.faults import KINDS, Faults, UnknownFaultError
from sandbox.refusals import REFUSALS
from sandbox.webhooks import post


def control(world: Any, faults: Faults, webhooks: str | None = None) -> Blueprint:
    """The routes under /control. `webhooks` is where HubSpot's deliveries go after every tick."""
    routes = Blueprint("control", __name__, url_prefix="/control")

    @routes.get("")
    def state() -> Response:
        return jsonify(
            people=world.people,
            seed=world.seed,
            faults={vendor: faults.planned(vendor) for vendor in REFUSALS},
            happened={vendor: faults.happened(vendor) for vendor in REFUSALS},
        )

    @routes.post("/tick")
    def tick() -> tuple[Response, int] | Response:
        asked = _asked()
        count = asked.get("count", asked.get("n", 10))
        if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= 100_000:
            return jsonify(error="count is a number from 1 to 100000"), 400
        changes = world.tick(count)
        told = {"changes": [change.told() for change in changes]}
        url = asked.get("webhooks", webhooks)
        if url:
            told["webhooks"] = asdict(post(world, changes, url))
        return jsonify(told)

    @routes.get("/faults")
    def planned() -> Response:
        return jsonify({vendor: faults.planned(vendor) for vendor in REFUSALS})

    @routes.post("/faults")
    def plan() -> tuple[Response, int] | Response:
        asked = _asked()
        if not isinstance(asked.get("vendor"), str) or not isinstance(asked.get("kind"), str):
            return jsonify(error="vendor and kind are needed", vendors=list(REFUSALS), kinds=KINDS), 400
        try:
            faults.plan(**asked)
        except (UnknownFaultError, TypeError) as error:
            return jsonify(error=str(error), vendors=list(REFUSALS), kinds=KINDS), 400
        return jsonify(faults.planned(asked["vendor"]))

    @routes.delete("/faults")
    def clear() -> Response:
        faults.clear(request.args.get("vendor"))
        return jsonify({vendor: faults.planned(vendor) for vendor in REFUSALS})

    @routes.get("/truth")
    def truth() -> Response:
        limit = request.args.get("limit", type=int)
        lines = (json.dumps(entry) + "\n" for entry in islice(world.truth(), limit))
        return Response(lines, mimetype="application/x-ndjson")

    return routes


def _asked() -> dict[str, Any]:
    """The request's JSON object, its form or its query: whichever the caller found easiest."""
    told = request.get_json(silent=True)
    if isinstance(told, dict):
        return told
    given = {**request.args.to_dict(), **request.form.to_dict()}
    numbers = {"times": int, "count": int, "n": int, "status": int, "retry_after": float, "seconds": float}
    return {name: _number(numbers.get(name, str), value) for name, value in given.items()}


def _number(type_: Any, text: str) -> Any:
    try:
        return type_(text)
    except ValueError:
        return text
