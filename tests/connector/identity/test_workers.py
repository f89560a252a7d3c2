"""Several processes that take records of one workspace in at once end in the people of the batch."""

import multiprocessing
import random

from connector.clock import now
from connector.identity.decisions import Decisions
from connector.identity.pins import PinContradictedError
from connector.identity.resolver import Resolver
from connector.identity.strictness import STANDARD
from connector.store import Store
from connector.sync.intake import Intake
from tests.connector.identity.test_store import clusters_in, in_memory, links_in, links_of, people_of
from tests.connector.records import contact, email, gone, handle, order

WORKERS, ROUNDS = 4, 25
NAMES = ("John Smith", "Jane Smith", "J. Smith", "Johnny Smith", "John Smith Jr", None)


def records(dice: random.Random) -> list:
    """Some of forty people who share a few mailboxes and numbers; the same key comes from every worker."""
    told = []
    for _ in range(dice.randrange(1, 6)):
        key, source, hours = str(dice.randrange(20)), dice.choice(["crm", "shop"]), dice.randrange(5)
        given = [
            email(f"john.smith{dice.randrange(6)}@example.com"),
            handle("phone", f"+49151123456{dice.randrange(9)}8"),
        ]
        what = dice.randrange(12)
        if what == 0:
            told.append(gone(key, source=source, hours=hours, merged_into=str(dice.randrange(20, 25))))
        elif what == 1:
            told.append(gone(key, source=source, hours=hours, kind="order", stream="orders"))
        elif what == 2:
            told.append(order(key, given[0], source=source, hours=hours, contacts=(str(dice.randrange(20)),)))
        elif what <= 4:
            # Guests, who order again and again.
            told.append(order(key, email(f"john.smith{dice.randrange(2)}@example.com"), source=source, hours=hours))
        else:
            merged = [str(dice.randrange(20))] if dice.randrange(6) == 0 else []
            more = {"name": dice.choice(NAMES), "company_id": str(dice.randrange(3)), "merged_from": merged}
            told.append(contact(key, *given, source=source, hours=hours, **more))
    return told


def work(url: str, seed: int) -> None:
    dice, store = random.Random(seed), Store(url)
    resolver = Resolver(now)
    intake, decisions = Intake(store, resolver, now), Decisions(store, resolver, now)
    for _ in range(ROUNDS):
        intake.take("w", records(dice))
        if dice.randrange(5) == 0:
            kinds = ["contact", "contact", "order"]
            ends = [f"{dice.choice(['crm', 'shop'])}:{dice.choice(kinds)}:{dice.randrange(20)}" for _ in range(2)]
            try:
                dice.choice([decisions.link, decisions.never, decisions.take_back])("w", *ends, "anna")
            except PinContradictedError:
                continue
    store.close()


def test_workers_that_resolve_at_once_end_in_the_people_of_the_batch(store, database_url):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=work, args=(database_url, seed)) for seed in range(WORKERS)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(120)
    assert [each.exitcode for each in workers] == [0] * WORKERS
    base = in_memory(store, STANDARD)
    assert links_in(store) == links_of(base) != {}
    assert clusters_in(store) == people_of(base)
