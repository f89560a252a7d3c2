"""The description is kept: whatever is sent, the answer is one that /openapi.json tells of, and never a 5xx."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)

OPERATIONS = [
    "GET /v1/profiles/lookup",
    "GET /v1/profiles/{profile_id}",
    "GET /v1/profiles/{profile_id}/timeline",
    "GET /v1/profiles/{profile_id}/recommendations",
    "GET /v1/profiles/{profile_id}/identity",
    "POST /v1/profiles/{profile_id}/unmerge",
    "GET /v1/identity/explain",
    "GET /v1/identity/decisions",
    "GET /v1/identity/pins",
    "POST /v1/identity/pins",
    "DELETE /v1/identity/pins",
    "DELETE /v1/identity/unmerges/{decision_id}",
    "GET /v1/identity/review",
    "GET /v1/identity/alarms",
    "POST /v1/identity/sources/{name}/release",
    "POST /v1/identity/imports/undo",
    "GET /v1/identity/imports/{decision_id}",
    "DELETE /v1/identity/imports/{decision_id}",
    "POST /v1/contacts",
    "POST /v1/recommendations/{hint_id}/outcome",
    "GET /v1/sources",
    "POST /v1/sources/{name}/sync",
    "POST /v1/webhooks/{source}",
    "GET /v1/webhooks/{source}",
    "GET /v1/events",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
]


@pytest.fixture
def operations(app):
    """The operations of the description, by name."""
    found = (result.ok() for result in schemathesis.openapi.from_wsgi("/openapi.json", app).get_all_operations())
    return {f"{operation.method.upper()} {operation.path}": operation for operation in found}


def test_every_operation_is_tried(operations):
    assert sorted(operations) == sorted(OPERATIONS), "Add the new operation to OPERATIONS."


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_as_described(operations, client, name):
    @given(case=operations[name].as_strategy())
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def everything(case):
        case.call_and_validate(headers={"Authorization": client.environ_base["HTTP_AUTHORIZATION"]}, checks=CHECKS)

    everything()


@pytest.mark.parametrize("name", OPERATIONS)
def test_without_a_key_the_answers_are_as_described_too(operations, name):
    @given(case=operations[name].as_strategy())
    @settings(max_examples=3, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def everything(case):
        case.call_and_validate(checks=CHECKS)

    everything()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/profiles/p_ada/timeline", None),
        ("POST", "/v1/contacts", {"channel": "phone", "identifier": "+49 30 901821", "agent": "kim"}),
        ("GET", "/v1/sources", None),
        ("POST", "/v1/sources/crm/sync", None),
        ("GET", "/v1/webhooks/crm?word=a", None),
    ],
)
def test_the_answers_of_success_are_as_described(operations, client, method, path, body):
    """Random input seldom succeeds, so these are checked one by one. Real profiles: test_whole.py."""
    template = {"p_ada": "{profile_id}", "crm": "{source}" if "webhooks" in path else "{name}"}
    route = path.partition("?")[0]
    for value, name in template.items():
        route = route.replace(value, name)
    answer = client.open(path, method=method, json=body) if body else client.open(path, method=method)
    assert answer.status_code < 300
    operations[f"{method} {route}"].validate_response(schemathesis.Response.from_any(answer))
