"""Teashop's facts for the contract kit, for the tests that inherit from them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from adapters.base import Delivery
from adapters.base.testing import AdapterContract
from tests.adapters.base.teashop import Teashop
from tests.adapters.base.teashop_vendor import SECRET, TOKEN, Vendor, customers, delivery


class TeashopContract(AdapterContract):
    adapter = Teashop
    settings: ClassVar = {"token": TOKEN, "webhook_secret": SECRET, "page_size": 2}
    refused: ClassVar = {"token": "another-token"}
    fixtures = Path(__file__).parent / "fixtures" / "teashop"

    def upstream(self) -> Vendor:
        return Vendor()

    def deliveries(self) -> Sequence[Delivery]:
        changed, gone = customers()[0], customers()[-1]
        sent = self.clock().isoformat()
        return [
            delivery(sent, {"topic": "customer.updated", "item": changed}, {"topic": "order.paid", "id": "o1"}),
            delivery(sent, {"topic": "customer.deleted", "item": gone}, {"topic": "shop.painted"}),
        ]

    def change(self, app: Vendor) -> Mapping[str, Sequence[str]]:
        # The second one is shown late: stamped before what the run between has seen.
        late = timedelta(seconds=60 if app.changes else 0)
        return app.change((self.clock() - late).isoformat())
