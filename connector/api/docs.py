"""`/docs`: the API for people, written by the server from the same description as /openapi.json. No script at all."""

from collections.abc import Iterator, Mapping
from typing import Any

from apispec import APISpec
from flask import Blueprint, Response, render_template

METHODS = ("get", "post", "put", "patch", "delete")


def blueprint(spec: APISpec) -> Blueprint:
    """The page and its style sheet."""
    docs = Blueprint("docs", __name__, url_prefix="/docs", template_folder="templates", static_folder="static")

    @docs.route("")
    def page() -> Response:
        told = spec.to_dict()
        shown = render_template(
            "docs.html", info=told["info"], groups=list(groups(told)), schemas=_schemas(told), name=name
        )
        response = Response(shown, mimetype="text/html")
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        response.headers["Cache-Control"] = "no-cache"
        return response

    return docs


def groups(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The operations of a description, by tag and in its order."""
    for tag in told.get("tags", ()):
        operations = [
            {"method": method.upper(), "path": path, "id": f"{method}{path}", "body": _body(operation), **operation}
            for path, methods in told["paths"].items()
            for method, operation in methods.items()
            if method in METHODS and tag["name"] in operation.get("tags", ())
        ]
        yield {**tag, "operations": [_with_parameters(told["paths"], operation) for operation in operations]}


def _with_parameters(paths: Mapping[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    shared = paths[operation["path"]].get("parameters", [])
    return operation | {"parameters": [*shared, *operation.get("parameters", [])]}


def _body(operation: Mapping[str, Any]) -> str | None:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        return name(content["schema"])
    return None


def name(schema: Mapping[str, Any]) -> str:
    """A schema in a word or two: a type, a list of one, or another schema's name."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    for inner in schema.get("allOf") or schema.get("anyOf") or ():
        return name(inner)
    if schema.get("type") == "array":
        return f"list of {name(schema.get('items', {}))}"
    kind = schema.get("format") or schema.get("type") or "any"
    return f"one of {', '.join(map(str, schema['enum']))}" if schema.get("enum") else kind


def _schemas(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = told.get("components", {}).get("schemas", {})
    return [
        {
            "name": title,
            "description": schema.get("description", ""),
            "fields": [
                {
                    "name": field,
                    "type": name(inner),
                    "description": inner.get("description", ""),
                    "required": field in schema.get("required", ()),
                }
                for field, inner in schema.get("properties", {}).items()
            ],
        }
        for title, schema in sorted(known.items())
    ]
