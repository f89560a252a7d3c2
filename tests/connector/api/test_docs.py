"""Documentation that fails the build: every route and scope is described, for people and for machines."""

import re
from pathlib import Path

import pytest

from connector.store.api_keys import SCOPES

DOCS = Path(__file__).parents[3] / "docs"


def routes(app):
    return sorted(
        (method, str(rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if not str(rule).startswith(("/panel", "/docs/static"))
    )


def test_every_route_is_in_the_docs(app):
    text = (DOCS / "api.md").read_text()
    told = set(re.findall(r"`(GET|POST|DELETE) (/\S*?)`", text))
    missing = [f"{method} {path}" for method, path in routes(app) if (method, path) not in told]
    assert not missing, f"Describe these in docs/api.md, as `METHOD /path`: {missing}"
    gone = told - set(routes(app))
    assert not gone, f"docs/api.md tells of routes that are not there: {gone}"


def test_every_scope_is_in_the_docs():
    text = (DOCS / "security.md").read_text()
    missing = [scope for scope in SCOPES if f"`{scope}`" not in text]
    assert not missing, f"Describe these scopes in docs/security.md: {missing}"


def test_every_route_of_the_api_is_in_the_description(client):
    told = client.get("/openapi.json").json
    paths = {re.sub(r"{(\w+)}", r"<\1>", path) for path in told["paths"]}
    assert paths == {path for _, path in routes(client.application)} - {"/openapi.json", "/docs"}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                assert operation["summary"], f"{method} {path} needs a docstring: its first line is the summary."


def test_the_description_says_which_scope_a_route_needs(client):
    told = client.get("/openapi.json").json["paths"]["/v1/profiles/lookup"]["get"]
    assert told["x-scope"] == "profiles:read"
    assert told["security"] == [{"key": []}]
    assert {parameter["name"] for parameter in told["parameters"]} >= {"email", "phone", "handle", "external_id"}


def test_the_page_for_people_shows_every_operation_and_has_no_script(client):
    answer = client.get("/docs")
    assert answer.status_code == 200
    for path in client.get("/openapi.json").json["paths"]:
        assert path in answer.text
    assert "<script" not in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_pages_links_lead_somewhere(client):
    text = client.get("/docs").text
    ids = set(re.findall(r'id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= ids
    (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
    assert client.get(style).mimetype == "text/css"


@pytest.mark.parametrize("name", ["api.md", "events.md", "security.md"])
def test_the_links_of_the_docs_lead_somewhere(name):
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", (DOCS / name).read_text()):
        assert (DOCS / link).exists(), f"docs/{name} links to {link}, which is not there."
