"""Recorded answers: a WSGI app that answers as a source once did.

A folder of JSON files, each one exchange or a list of them:

    {"request": {"method": "GET", "path": "/customers", "query": {"after": "2"}},
     "response": {"status": 200, "headers": {}, "json": {"items": []}}}

`query` and `json` need to name only what matters, and null means that it must be absent; the
exchange that names most wins. `text` answers what isn't JSON. Recordings are scrubbed
(example.com, reserved phone ranges) and hold no credential.

A folder `changed` inside it holds what the source answers after something has changed there, and
its `ids.json` what that was: `{"contacts": ["c9"]}`.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response


class Recorded:
    """The app. `unmatched` lists the requests that no recording answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exchanges = _exchanges(folder)
        self.unmatched: list[str] = []
        self.changed = False

    def change(self) -> Mapping[str, Iterable[str]]:
        """From now on answer as after the change; returns what changed, ids per stream; nothing the second time."""
        if self.changed:
            return {}
        self.changed = True
        self.exchanges = _exchanges(self.folder / "changed") + self.exchanges
        return json.loads((self.folder / "changed" / "ids.json").read_text("utf-8"))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        fitting = [exchange for exchange in self.exchanges if _fits(exchange["request"], request)]
        if not fitting:
            asked = f"{request.method} {request.full_path.rstrip('?')}"
            self.unmatched.append(asked)
            return Response(f"no recording in {self.folder} answers {asked}", 404)(environ, start_response)
        # max() keeps the first of equals, and changed answers come first.
        told = max(fitting, key=lambda exchange: _weight(exchange["request"]))["response"]
        body = json.dumps(told["json"]) if "json" in told else told.get("text", "")
        headers = {"Content-Type": "application/json" if "json" in told else "text/plain"} | told.get("headers", {})
        return Response(body, told.get("status", 200), headers)(environ, start_response)


def _exchanges(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.json")):
        if path.name != "ids.json":
            told = json.loads(path.read_text("utf-8"))
            found += told if isinstance(told, list) else [told]
    return found


def _fits(wanted: Mapping[str, Any], request: Request) -> bool:
    form = request.args if request.method == "GET" else {**request.args, **request.form}
    return (
        wanted.get("method", "GET") == request.method
        and wanted["path"] == request.path
        and _within(wanted.get("query", {}), form)
        and ("json" not in wanted or _within(wanted["json"], request.get_json(silent=True)))
    )


def _within(wanted: Any, given: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(given, Mapping) and all(_within(value, given.get(name)) for name, value in wanted.items())
    return wanted == given


def _weight(wanted: Any) -> int:
    return sum(map(_weight, wanted.values())) if isinstance(wanted, Mapping) else 1
