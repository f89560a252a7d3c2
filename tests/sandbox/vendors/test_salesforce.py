"""The stand-in speaks Salesforce's protocol: read through its WSGI app, without our adapter."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.test import Client

from sandbox.faults import Faults
from sandbox.vendors import salesforce
from sandbox.vendors.salesforce_login import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, USERNAME, Logins
from tests.sandbox.memory import MemoryWorld, sf_id

BASIC = (CLIENT_ID, CLIENT_SECRET)
PERSON = {"given_name": "Ada", "family_name": "Byron", "emails": ["ada@example.com"]}


class Org:
    """A client of one stand-in org, logged in."""

    def __init__(self, world: MemoryWorld, **how: Any) -> None:
        self.world = world
        self.logins = how.pop("logins", None) or Logins()
        self.http = Client(salesforce.app(world, Faults(), logins=self.logins, **how))
        self.log_in()

    def log_in(self) -> None:
        self.token = self.login({"grant_type": "client_credentials"}, BASIC)["access_token"]

    def login(self, form: dict[str, str], auth: tuple[str, str] | None = None, status: int = 200) -> Any:
        answer = self.http.post("/services/oauth2/token", data=form, auth=auth)
        assert answer.status_code == status
        return answer.json

    def get(self, path: str, status: int = 200, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        self.answer = self.http.get(path, headers=headers, **more)
        assert self.answer.status_code == status, self.answer.text
        return self.answer.json

    def query(self, soql: str, status: int = 200, resource: str = "query", **more: Any) -> Any:
        return self.get(f"/services/data/v59.0/{resource}/", status, query_string={"q": soql}, **more)

    def ids(self, soql: str, resource: str = "query") -> list[str]:
        return [row["Id"] for row in self.query(soql, resource=resource)["records"]]


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld()


@pytest.fixture
def org(world: MemoryWorld) -> Org:
    return Org(world)


@pytest.fixture
def five(world: MemoryWorld) -> list[str]:
    """Five contacts, a second apart, by family name from E to A."""
    rows = [world.put("contact", n, at=n, given_name="P", family_name="EDCBA"[n], emails=[]) for n in range(5)]
    return [row.id for row in rows]


class TestQueries:
    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ("SystemModstamp > 2026-05-01T08:00:03Z", [4]),
            ("SystemModstamp >= 2026-05-01T08:00:03.000+0000", [3, 4]),
            ("SystemModstamp < 2026-05-01T10:00:01+02:00", [0]),
            ("SystemModstamp >= 2026-05-01T08:00:01Z AND SystemModstamp <= 2026-05-01T08:00:02Z", [1, 2]),
            ("LastName = 'a' OR LastName = 'C'", [2, 4]),
            ("(LastName = 'A' OR LastName = 'B') AND SystemModstamp < 2026-05-01T08:00:04Z", [3]),
            ("NOT LastName = 'A'", [0, 1, 2, 3]),
            ("LastName != 'A'", [0, 1, 2, 3]),
            ("LastName IN ('A', 'E')", [0, 4]),
            ("LastName NOT IN ('A', 'E')", [1, 2, 3]),
            ("Name LIKE 'p %'", [0, 1, 2, 3, 4]),
            ("Email = null", [0, 1, 2, 3, 4]),
            ("Email != null", []),
            ("HasOptedOutOfEmail = false AND LastName = 'A'", [4]),
            ("CreatedDate = 2026-05-01T08:00:00Z AND LastName < 'C'", [3, 4]),
        ],
    )
    def test_conditions_choose_the_rows(self, org: Org, five: list[str], where: str, expected: list[int]) -> None:
        assert org.ids(f"SELECT Id FROM Contact WHERE {where}") == [five[n] for n in expected]

    def test_a_keyset_goes_on_behind_a_row_and_its_count_agrees(self, org: Org, world: MemoryWorld) -> None:
        rows = [world.put("contact", n, at=7, **PERSON) for n in range(6)] + [world.put("contact", 9, at=8, **PERSON)]
        where = (
            f"(SystemModstamp = 2026-05-01T08:00:07Z AND Id > '{rows[3].id}') OR SystemModstamp > 2026-05-01T08:00:07Z"
        )
        found = org.ids(f"SELECT Id FROM Contact WHERE {where} ORDER BY SystemModstamp, Id LIMIT 10")
        assert found == [rows[4].id, rows[5].id, rows[6].id]
        assert org.query(f"SELECT COUNT() FROM Contact WHERE {where}", resource="queryAll")["totalSize"] == 3
        assert org.query(f"SELECT COUNT() FROM Contact WHERE {where}")["totalSize"] == 3

    def test_ids_of_15_characters_find_the_row_and_case_matters(self, org: Org, world: MemoryWorld) -> None:
        row = world.put("contact", 1, **PERSON)
        assert org.ids(f"SELECT Id FROM Contact WHERE Id = '{row.id[:15]}'") == [row.id]
        assert org.ids(f"SELECT Id FROM Contact WHERE Id IN ('{row.id}', '{sf_id('contact', 2)}')") == [row.id]

    def test_rows_come_in_the_order_asked_for(self, org: Org, five: list[str]) -> None:
        assert org.ids("SELECT Id FROM Contact ORDER BY LastName") == five[::-1]
        assert org.ids("SELECT Id FROM Contact ORDER BY SystemModstamp DESC LIMIT 2") == [five[4], five[3]]
        assert org.ids("SELECT Id FROM Contact ORDER BY LastName LIMIT 2 OFFSET 1") == [five[3], five[2]]

    def test_parents_and_lists_below_come_with_the_row(self, org: Org, world: MemoryWorld) -> None:
        account = world.put("account", 1, name="Teashop Ltd", is_person_account=False)
        line = {"id": "802000000000001AAA", "product_id": "01t000000000001AAA", "sku": "T-1", "name": "Tea"}
        lines = [{**line, "quantity": 2, "unit_price": 3.5, "total": 7}]
        owner = {"external_id": "005000000000001AAA", "name": "Olga", "email": "olga@example.com"}
        told = {"status": "placed", "total": 7, "currency": "EUR", "company_id": account.id, "lines": lines}
        world.put("order", 1, **told, owner=owner)
        fields = "Id, Account.Name, Owner.Email, (SELECT Id, Quantity, Product2.Name FROM OrderItems)"
        (record,) = org.query(f"SELECT {fields} FROM Order")["records"]
        assert record["Account"]["Name"] == "Teashop Ltd"
        assert record["Owner"]["Email"] == "olga@example.com"
        below = record["OrderItems"]
        assert (below["totalSize"], below["done"]) == (1, True)
        assert (below["records"][0]["Quantity"], below["records"][0]["Product2"]["Name"]) == (2.0, "Tea")

    def test_deleted_rows_are_in_query_all_alone_and_merged_ones_name_their_master(
        self, org: Org, world: MemoryWorld
    ) -> None:
        winner = world.put("contact", 1, at=1, **PERSON)
        loser = world.delete(world.put("contact", 2, **PERSON), at=2, merged_into=winner.id)
        assert org.ids("SELECT Id FROM Contact") == [winner.id]
        rows = org.query("SELECT Id, IsDeleted, MasterRecordId FROM Contact", resource="queryAll")["records"]
        assert [(row["Id"], row["IsDeleted"], row["MasterRecordId"]) for row in rows] == [
            (winner.id, False, None),
            (loser.id, True, winner.id),
        ]
        assert org.query("SELECT COUNT() FROM Contact")["totalSize"] == 1
        assert org.query("SELECT COUNT() FROM Contact", resource="queryAll")["totalSize"] == 2

    @pytest.mark.parametrize(
        ("soql", "code"),
        [
            ("SELECT Id FROM Contact WHERE LastName = 'A' AND Id != null OR Id = null", "MALFORMED_QUERY"),
            ("SELECT FROM Contact", "MALFORMED_QUERY"),
            ("SELECT Id FROM Contact LIMIT x", "MALFORMED_QUERY"),
            ("SELECT Id FROM Contact; DROP TABLE x", "MALFORMED_QUERY"),
            ("SELECT Nonsense FROM Contact", "INVALID_FIELD"),
            ("SELECT Boss.Name FROM Contact", "INVALID_FIELD"),
            ("SELECT Id FROM Contact WHERE SystemModstamp > '2026-05-01'", "INVALID_FIELD"),
            ("SELECT Id FROM Contact WHERE Id > ''", "INVALID_QUERY_FILTER_OPERATOR"),
            ("SELECT Id FROM Nonsense", "INVALID_TYPE"),
            ("SELECT Id, (SELECT Id FROM Nonsense) FROM Order", "INVALID_TYPE"),
        ],
    )
    def test_what_salesforce_refuses_is_refused_in_its_words(self, org: Org, soql: str, code: str) -> None:
        (error,) = org.query(soql, 400)
        assert error["errorCode"] == code
        assert error["message"]


class TestLocators:
    @pytest.fixture
    def many(self, world: MemoryWorld) -> list[str]:
        return [world.put("contact", n, at=n // 100, **PERSON).id for n in range(450)]

    def pages(self, org: Org, soql: str) -> Iterator[list[str]]:
        answer = org.query(soql, headers={"Sforce-Query-Options": "batchSize=200"})
        while True:
            assert answer["totalSize"] == 450
            yield [row["Id"] for row in answer["records"]]
            if answer["done"]:
                return
            answer = org.get(answer["nextRecordsUrl"], headers={"Sforce-Query-Options": "batchSize=200"})

    @pytest.mark.parametrize("order", ["", " ORDER BY SystemModstamp, Id", " ORDER BY Id"])
    def test_the_rest_of_an_answer_is_behind_its_locator(self, org: Org, many: list[str], order: str) -> None:
        pages = list(self.pages(org, "SELECT Id FROM Contact" + order))
        assert [len(page) for page in pages] == [200, 200, 50]
        assert list(chain(*pages)) == many

    def test_a_locator_dies_with_its_session(self, org: Org, many: list[str]) -> None:
        url = org.query("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})["nextRecordsUrl"]
        org.log_in()
        assert org.get(url, 400)[0]["errorCode"] == "INVALID_QUERY_LOCATOR"

    def test_the_rest_of_a_plain_query_has_no_deleted_rows(self, org: Org, world: MemoryWorld, many: list[str]) -> None:
        world.delete(world.table("salesforce", "contact").rows[many[300]], at=2.5)
        answer = org.query("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})
        while not answer["done"]:
            answer = org.get(answer["nextRecordsUrl"], headers={"Sforce-Query-Options": "batchSize=200"})
            assert many[300] not in [row["Id"] for row in answer["records"]]


class TestLogins:
    def test_a_wrong_secret_is_refused(self, org: Org) -> None:
        told = org.login({"grant_type": "client_credentials"}, (CLIENT_ID, "wrong"), 400)
        assert told == {"error": "invalid_client", "error_description": "invalid client credentials"}

    def test_a_session_that_ended_is_told_so(self, org: Org) -> None:
        org.logins.end_sessions()
        assert org.query("SELECT Id FROM Contact", 401) == [
            {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
        ]

    def test_a_refresh_token_is_good_once_and_used_twice_it_revokes_its_family(self, org: Org) -> None:
        form = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": REFRESH_TOKEN}
        second = org.login(form)["refresh_token"]
        assert org.login(form, status=400)["error"] == "invalid_grant"
        assert org.login({**form, "refresh_token": second}, status=400)["error"] == "invalid_grant"

    @pytest.mark.parametrize(
        ("changed", "status"),
        [
            ({}, 200),
            ({"iss": "other"}, 400),
            ({"sub": "other@example.com"}, 400),
            ({"aud": "https://example.com"}, 400),
            ({"exp": datetime.now(UTC) - timedelta(minutes=5)}, 400),
        ],
    )
    def test_an_assertion_must_be_signed_addressed_and_fresh(
        self, world: MemoryWorld, changed: dict[str, Any], status: int
    ) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        org = Org(world, logins=Logins(public_key=public.decode()))
        claims = {"iss": CLIENT_ID, "sub": USERNAME, "aud": "https://login.salesforce.com"}
        claims |= {"exp": datetime.now(UTC) + timedelta(minutes=3)} | changed
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        org.login({"grant_type": grant, "assertion": jwt.encode(claims, key, algorithm="RS256")}, status=status)
        stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        org.login({"grant_type": grant, "assertion": jwt.encode(claims, stranger, algorithm="RS256")}, status=400)


class TestTheOrg:
    def test_every_answer_says_how_much_of_the_day_is_used_until_nothing_is_left(self, world: MemoryWorld) -> None:
        org = Org(world, daily_requests=2)
        org.query("SELECT Id FROM Contact")
        assert org.answer.headers["Sforce-Limit-Info"] == "api-usage=1/2"
        assert org.get("/services/data/v59.0/limits")["DailyApiRequests"] == {"Max": 2, "Remaining": 0}
        (error,) = org.query("SELECT Id FROM Contact", 403)
        assert error["errorCode"] == "REQUEST_LIMIT_EXCEEDED"

    def test_an_org_lacks_the_fields_of_features_that_it_does_not_have(self, world: MemoryWorld) -> None:
        plain = Org(world, features=frozenset())
        fields = {each["name"] for each in plain.get("/services/data/v59.0/sobjects/Account/describe")["fields"]}
        assert "Name" in fields
        assert not {"IsPersonAccount", "PersonEmail"} & fields
        (error,) = plain.query("SELECT IsPersonAccount FROM Account", 400)
        assert error["message"].startswith("No such column 'IsPersonAccount' on entity 'Account'")

    def test_describe_tells_relationships(self, org: Org) -> None:
        told = org.get("/services/data/v59.0/sobjects/Order/describe")
        by_name = {each["name"]: each for each in told["fields"]}
        assert (by_name["AccountId"]["relationshipName"], by_name["AccountId"]["referenceTo"]) == (
            "Account",
            ["Account"],
        )
        assert told["childRelationships"] == [{"relationshipName": "OrderItems", "childSObject": "OrderItem"}]
        assert org.get("/services/data/v59.0/sobjects/Nonsense/describe", 404)[0]["errorCode"] == "NOT_FOUND"
