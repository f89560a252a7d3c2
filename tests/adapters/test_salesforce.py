"""Salesforce keeps the contract, against the sandbox's org."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

from adapters.base.testing import AdapterContract
from adapters.salesforce import Salesforce
from sandbox.faults import Faults
from sandbox.vendors import salesforce as vendor
from sandbox.vendors.salesforce_login import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, USERNAME, Logins
from tests.adapters.salesforce.keys import PRIVATE, PUBLIC
from tests.adapters.salesforce.scene import scene
from tests.sandbox.memory import START, sf_id

TOKEN = "00D000000000001!contract-session-token"
NO_WEBHOOKS = "Salesforce sends no signed webhooks"

# Another way to log in changes nothing behind the login.
ONLY_THE_LOGIN = dict.fromkeys([*range(5, 9), *range(10, 21), 25], "as with a client secret: only the login differs")

# Each stream with the kind of the sandbox's rows behind it.
KINDS = {
    "contacts": "contact",
    "accounts": "account",
    "orders": "order",
    "opportunities": "opportunity",
    "cases": "case",
}


class SalesforceContract(AdapterContract):
    __test__ = False
    adapter = Salesforce
    login_path = "/services/oauth2"
    tokens = (TOKEN,)
    error_body = b'[{"message": "planned by the kit", "errorCode": "SOME_ERROR"}]'
    exempt = {21: NO_WEBHOOKS, 22: NO_WEBHOOKS, 23: NO_WEBHOOKS, 24: NO_WEBHOOKS}

    def logins(self) -> Logins:
        return Logins(new_token=lambda: TOKEN)

    def upstream(self) -> Callable[..., Any]:
        self.world, self.rounds = scene(), 0
        return vendor.app(self.world, Faults(), logins=self.logins())

    def change(self, app: Any) -> Mapping[str, Collection[str]]:
        self.rounds += 1
        # The second change is shown late: stamped before what the run between has seen.
        when = self.clock() - timedelta(seconds=0 if self.rounds == 1 else 60)
        changed = {}
        for stream, kind in KINDS.items():
            row = self.world.table("salesforce", kind).get(sf_id(kind, self.rounds))
            self.world.change(row, at=(when - START).total_seconds())
            changed[stream] = [row.id]
        return changed


class TestSalesforce(SalesforceContract):
    __test__ = True
    settings = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "page_size": 2, "currency": "EUR"}
    refused = {"client_secret": "somebody-elses-secret"}


class TestSalesforceWithAKey(SalesforceContract):
    __test__ = True
    settings = {"client_id": CLIENT_ID, "username": USERNAME, "private_key": PRIVATE, "page_size": 2, "currency": "EUR"}
    refused = {"username": "somebody-else@example.com"}
    exempt = SalesforceContract.exempt | ONLY_THE_LOGIN

    def logins(self) -> Logins:
        # The kit's clock stands still in the past: the sandbox's looks at the signature alone there.
        return Logins(new_token=lambda: TOKEN, public_key=PUBLIC, leeway=timedelta(days=36_500))


class TestSalesforceWithARefreshToken(SalesforceContract):
    __test__ = True
    settings = {"client_id": CLIENT_ID, "refresh_token": REFRESH_TOKEN, "page_size": 2, "currency": "EUR"}
    refused = {"refresh_token": "a-refresh-token-of-nobody"}
    exempt = SalesforceContract.exempt | ONLY_THE_LOGIN

    def logins(self) -> Logins:
        # The kit builds many adapters from one token; rotation is tested in salesforce/test_login.py.
        return Logins(new_token=lambda: TOKEN, rotates=False)
