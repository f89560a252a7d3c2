"""Keys: who is let in, for what, and how soon a revoked one is not."""

import pytest

from connector.api.auth import BELIEVED, BELIEVED_WITHOUT_STORE, Keys, requires
from connector.errors import NotAuthenticatedError, StoreUnavailableError
from connector.store import api_keys

HINT = "p_ada.0123456789ab"

ROUTES = [
    ("GET", "/v1/profiles/lookup?email=ada@example.com", "profiles:read"),
    ("GET", "/v1/profiles/p_ada", "profiles:read"),
    ("GET", "/v1/profiles/p_ada/timeline", "profiles:read"),
    ("GET", "/v1/profiles/p_ada/recommendations", "profiles:read"),
    ("GET", "/v1/profiles/p_ada/identity", "profiles:read"),
    ("POST", "/v1/profiles/p_ada/unmerge", "identity:write"),
    ("GET", "/v1/identity/explain?left=crm:contact:1&right=shop:contact:2", "profiles:read"),
    ("GET", "/v1/identity/pins", "profiles:read"),
    ("POST", "/v1/identity/pins", "identity:write"),
    ("DELETE", "/v1/identity/pins?left=crm:contact:3&right=shop:contact:4", "identity:write"),
    ("DELETE", "/v1/identity/unmerges/1", "identity:write"),
    ("GET", "/v1/identity/review", "identity:write"),
    ("GET", "/v1/identity/decisions", "profiles:read"),
    ("GET", "/v1/identity/alarms", "sources:read"),
    ("POST", "/v1/identity/sources/crm/release", "identity:write"),
    ("POST", "/v1/identity/imports/undo", "identity:write"),
    ("GET", "/v1/identity/imports/3", "identity:write"),
    ("DELETE", "/v1/identity/imports/3", "identity:write"),
    ("POST", "/v1/contacts", "contacts:write"),
    ("POST", f"/v1/recommendations/{HINT}/outcome", "recommendations:write"),
    ("GET", "/v1/sources", "sources:read"),
    ("POST", "/v1/sources/crm/sync", "sources:write"),
    ("GET", "/v1/events", "events:read"),
    ("GET", "/metrics", "metrics:read"),
]

BODIES = {
    "unmerge": {"records": ["shop:contact:2"]},
    "pins": {"left": "crm:contact:1", "right": "crm:contact:3", "what": "never"},
    "release": {"why": "as announced"},
    "undo": {"source": "crm", "since": "2026-05-01T00:00:00Z", "until": "2026-05-01T12:00:30Z"},
    "contacts": {"channel": "phone", "phone": "+4930901820"},
    "outcome": {"outcome": "accepted"},
}


def call(app, method, path, key=None):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = BODIES.get(path.rpartition("/")[2])
    return app.test_client().open(path, method=method, headers=headers, **({"json": body} if body else {}))


@pytest.mark.parametrize(("method", "path", "scope"), ROUTES)
@pytest.mark.usefixtures("hint", "decided")
def test_a_route_wants_a_key_with_its_scope(app, key, method, path, scope):
    without = call(app, method, path)
    assert (without.status_code, without.json["error"]["code"]) == (401, "not_authenticated")
    assert without.headers["WWW-Authenticate"] == "Bearer"
    others = call(app, method, path, key(*(set(api_keys.SCOPES) - {scope, "admin"})))
    assert (others.status_code, others.json["error"]["code"]) == (403, "not_allowed")
    assert scope in others.json["error"]["message"]
    assert call(app, method, path, key(scope)).status_code < 400


def test_every_route_is_in_the_table_above_or_open(app):
    told = {
        (method, str(rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if not str(rule).startswith(("/panel", "/docs", "/healthz", "/readyz", "/openapi.json", "/v1/webhooks"))
    }
    names = {HINT: "<hint_id>", "p_ada": "<profile_id>", "crm": "<name>"}
    names |= {"unmerges/1": "unmerges/<decision_id>", "imports/3": "imports/<decision_id>"}
    listed = set()
    for method, path, _ in ROUTES:
        rule = path.partition("?")[0]
        for value, name in names.items():
            rule = rule.replace(value, name)
        listed.add((method, rule))
    assert told == listed, "Add the new route and its scope to ROUTES."


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer vk_wrong", "Basic vk_wrong", "Bearer \xff"])
def test_anything_else_is_401(app, header):
    answer = app.test_client().get("/v1/sources", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_wrong_key_is_401_before_the_request_is_read(app):
    assert call(app, "GET", "/v1/profiles/lookup?nonsense=1", "vk_wrong").status_code == 401


class Time:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def made(sqlite_store, clock):
    with sqlite_store.transaction() as connection:
        return api_keys.create(connection, "acme", "helpdesk", ("profiles:read",), clock())


class Counted:
    """A store that counts how often it is read, and can go away."""

    def __init__(self, store):
        self.store, self.reads, self.away = store, 0, False

    def reading(self):
        self.reads += 1
        if self.away:
            raise StoreUnavailableError("away")
        return self.store.reading()


def test_a_warm_key_asks_no_database(sqlite_store, made, time):
    store = Counted(sqlite_store)
    keys = Keys(store, time)
    for _ in range(10):
        keys.of(f"Bearer {made.text}")
    assert store.reads == 1


def test_a_revoked_key_ends_within_seconds(sqlite_store, made, time, clock):
    keys = Keys(sqlite_store, time)
    keys.of(f"Bearer {made.text}")
    with sqlite_store.transaction() as connection:
        api_keys.revoke(connection, made.id, clock())
    time.now = BELIEVED + 0.1
    assert BELIEVED <= 5
    with pytest.raises(NotAuthenticatedError):
        keys.of(f"Bearer {made.text}")


def test_a_known_key_outlives_a_short_absence_of_the_store(sqlite_store, made, time):
    store = Counted(sqlite_store)
    keys = Keys(store, time)
    keys.of(f"Bearer {made.text}")
    store.away, time.now = True, BELIEVED + 1
    assert keys.of(f"Bearer {made.text}").id == made.id
    time.now = BELIEVED_WITHOUT_STORE + 1
    with pytest.raises(StoreUnavailableError):
        keys.of(f"Bearer {made.text}")


def test_a_scope_that_does_not_exist_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="no scope"):
        requires("profiles:write")
