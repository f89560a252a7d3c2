"""HubSpot keeps the contract, against the sandbox's HubSpot."""

from adapters.base import Delivery
from adapters.base.testing import AdapterContract
from adapters.hubspot import HubSpot
from sandbox.faults import Faults
from sandbox.vendors import hubspot as vendor
from sandbox.vendors.hubspot_webhooks import event, signed
from tests.adapters.hubspot.portal import URL, full_portal


class HubSpotContract(AdapterContract):
    __test__ = False
    adapter = HubSpot

    def upstream(self):
        self.portal = full_portal()
        return vendor.app(self.portal, Faults())

    def change(self, app):
        self.portal.time = self.clock()
        table = {kind: self.portal.table("hubspot", kind) for kind in ("contact", "company", "deal", "order", "ticket")}
        edited = {kind: self.portal.edited(rows.get(min(rows.rows))).id for kind, rows in table.items()}
        new = self.portal.contact("Nora").id
        gone = self.portal.archived(table["ticket"].get("4002")).id
        self.clock.advance(60)
        return {
            # The first contact was merged away, and an edit of it changes nobody.
            "contacts": [new],
            "companies": [edited["company"]],
            "deals": [edited["deal"]],
            "orders": [edited["order"]],
            "tickets": [edited["ticket"], gone],
        }

    def deliveries(self):
        now = self.clock()
        events = [
            event("contact", "propertyChange", "1003", now, propertyName="email"),
            event("company", "creation", "2001", now),
            event("order", "associationChange", "5001", now, **_ends("ORDER_TO_CONTACT", 5001, 1003)),
            event("ticket", "deletion", "4005", now),
            event("contact", "privacyDeletion", "1099", now),
            event("product", "creation", "77", now),
        ]
        merge = event("contact", "merge", "1001", now, primaryObjectId=1001, mergedObjectIds=[1002], newObjectId=1006)
        return [_delivery(events, now), _delivery([merge], now)]


class TestHubSpot(HubSpotContract):
    __test__ = True
    settings = {
        "access_token": vendor.PRIVATE_APP_TOKEN,
        "client_secret": vendor.CLIENT_SECRET,
        "page_size": 2,
        "satisfaction_scale": "1-5",
    }
    refused = {"access_token": "pat-na1-somebody-else"}


class TestHubSpotWithOAuth(HubSpotContract):
    __test__ = True
    settings = {
        "client_id": vendor.CLIENT_ID,
        "client_secret": vendor.CLIENT_SECRET,
        "refresh_token": vendor.REFRESH_TOKEN,
        "page_size": 2,
        "satisfaction_scale": "1-5",
    }
    refused = {"refresh_token": "somebody-elses"}
    login_path = "/oauth/"


def _ends(type_, from_, to):
    return {"associationType": type_, "fromObjectId": from_, "toObjectId": to, "associationRemoved": False}


def _delivery(events, now):
    headers, body = signed(URL, events, now)
    return Delivery(method="POST", url=URL, headers=headers, body=body)
