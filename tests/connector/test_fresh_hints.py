"""A new order changes its customer's hints at once, through the running parts and without a fit."""

import os
import time

import orjson
import pytest
import requests

from connector.bootstrap import assemble
from connector.processes import Processes
from connector.serving import start_web, start_workers
from connector.settings import load
from connector.store import api_keys, models
from sandbox.webhooks import post
from schemas.identifiers import normalise
from tests.connector.test_worker import Town, until

# It takes less than a tenth of a second (docs/recommendations.md); a machine on which others work may take more.
SECONDS = 3.0

# Nobody is held out, and no fit comes in between.
SETTINGS = '\n[worker]\nprocesses = 1\n\n[recommendations]\nholdout = 0.0\nrefit_every = ""\n'


@pytest.fixture
def town(tmp_path, monkeypatch):
    """A company that has been read, with models that were fitted once."""
    town = Town(tmp_path, 150, monkeypatch)
    with (tmp_path / "visavis.toml").open("a") as file:
        file.write(SETTINGS)
    town.parts.close()
    town.parts = assemble(load(os.environ))
    assert town.visavis("sync").wait(120) == 0
    assert town.parts.training.run("default").swapped
    town.parts.rebuild.run("default")
    yield town
    town.close()


def card(town, contact_id: str) -> tuple[str | None, dict]:
    """Who has that contact in HubSpot, and what their card says of what comes next."""
    who = normalise({"kind": "external", "source": "hubspot", "value": contact_id})
    found = town.parts.lookup.find("default", who)
    return found.profile_id, orjson.loads(found.document)["recommendations"] if found.outcome == "one" else {}


def ordered(town) -> tuple[list, str, str, dict]:
    """Let things happen until somebody with hints orders in HubSpot: what changed, the order's, the customer's id."""
    for _ in range(400):
        for change in town.world.tick(1):
            if (change.system, change.kind, change.what) != ("hubspot", "order", "created"):
                continue
            row = town.world.table("hubspot", "order").get(change.id)
            for contact_id in row.values["contact_ids"]:
                profile_id, told = card(town, contact_id)
                if profile_id and (told["due"] or told["may_like"]):
                    return [change], row.values["number"], contact_id, told
    raise AssertionError("nobody with hints ordered")


def test_a_new_order_changes_that_customers_hints_without_a_fit(town):
    with town.parts.store.transaction() as connection:
        key = api_keys.create(connection, "default", "test", ["admin"], town.parts.clock()).text
        fitted = models.serving(connection, "default")["hints"].version
    with Processes() as processes:
        start_web(processes, town.parts.settings)
        start_workers(processes, town.parts.settings)
        url = town.parts.settings.web_url
        # The first delivery finds a worker that has just begun, and a vendor who was never asked.
        for warm in (False, True):
            changes, number, contact_id, before = ordered(town)
            began = time.monotonic()
            assert post(town.world, changes, f"{url}/v1/webhooks/hubspot").status == 200
            until(lambda contact_id=contact_id, before=before: card(town, contact_id)[1] != before)
            took = time.monotonic() - began
            print(f"{'at work' if warm else 'at the start'}: the card changed after {took:.2f} s")
        profile_id, after = card(town, contact_id)
        asked = f"{url}/v1/profiles/{profile_id}/recommendations?limit=3"
        live = requests.get(asked, headers={"Authorization": f"Bearer {key}"}, timeout=30).json()
    assert took < SECONDS
    assert after["model"] == before["model"] == fitted
    told = [order["number"] for hint in after["due"] + after["may_like"] for order in hint["evidence"]]
    assert number in told, "The new order is evidence of what is suggested now."
    assert (live["due"], live["may_like"]) == (after["due"], after["may_like"])
