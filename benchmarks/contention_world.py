"""A world in which everybody meets: few records that have much in common, and people who decide on them all day."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.clock import now
from connector.errors import ConnectorError, StoreUnavailableError
from connector.identity.decisions import Decisions
from connector.identity.resolver import Resolver
from connector.identity.undo import Imports
from connector.identity.unmerge import Unmerge
from connector.store import Store, keyed
from connector.sync.intake import Intake, Taken
from schemas.identifiers import Identifier
from schemas.records import Record

SOURCES = ("crm", "shop", "x1")
NAMES = ("John Smith", "Jane Smith", "J. Smith", "Johnny Smith", "John Smith Jr", "Jon Smith", None)
BIRTHS = ("1980-02-03", "1955-07-08")
GOINGS = (*[("contact", "deleted"), ("contact", "merged"), ("order", "deleted")] * 3, ("contact", "erased"))
HOME = {"postcode": "10115", "country": "DE"}
BEGUN = datetime(2026, 5, 1, tzinfo=UTC)

# Of the keys in a world: the fewer there are, the more often two write the same.
FEW = (8, 60, 400)
# Seconds before a commit: so others come upon what is not to be seen yet.
SLOWLY = 0.03
# Records that come as one page, which holds the workspace as a whole.
PAGE = 30
# What is counted by name elsewhere. Ended: by the database, because two waited for each other or one too long.
TAKES, PAGES, RECORDS, REFUSED, ENDED = "takes", "pages", "records", "refused", "ended"
# What an undone import takes in: what a source linked lately.
LATELY = timedelta(seconds=2)


class World:
    """What one worker does there. `did`: how often what was done; `doing`: what is being done."""

    def __init__(self, store: Store, workspace: str, few: int, seed: object) -> None:
        self.store, self.workspace, self.few, self.chance = store, workspace, few, random.Random(repr(seed))
        resolver = Resolver(now)
        self.intake = Intake(store, resolver, now)
        self.decisions = Decisions(store, resolver, now)
        self.unmerge, self.imports = Unmerge(store, resolver, now), Imports(store, resolver, now)
        self.did: Counter[str] = Counter()
        self.doing = ""
        self._unmerges: list[int] = []
        self._undone: list[int] = []

    def round(self) -> None:
        """Take a few records in, as a webhook brings them, and now and then do something else."""
        self.take(self.chance.randint(1, 5))
        others: list[tuple[int, Callable[[], None]]] = [
            (2, lambda: self.take(PAGE)),
            (8, self.pin),
            (8, self.part),
            (4, self.join),
            (2, self.undo),
            (2, self.redo),
            (54, lambda: None),
        ]
        weights, what = zip(*others, strict=True)
        self.chance.choices(what, weights)[0]()

    def end(self) -> None:
        """Bring back what is undone: what waits for a person is no part of what comes out."""
        while self._undone:
            self.redo()

    def take(self, count: int) -> None:
        told = [self.record() for _ in range(count)]
        rest = self.chance.uniform(0, SLOWLY) if not self.chance.randrange(3) else 0

        def take() -> Taken:
            return self.intake.take(self.workspace, told, along=lambda connection: time.sleep(rest))

        if self._do(PAGES if count == PAGE else TAKES, take):
            self.did[RECORDS] += count

    def pin(self) -> None:
        left, right = self._key(), self._key()
        decide = self.chance.choice([self.decisions.link, self.decisions.never, self.decisions.take_back])
        self._do("pins", lambda: decide(self.workspace, left, right, "anna"))

    def part(self) -> None:
        with self.store.reading() as connection:
            (profile_id, *_) = *keyed.profiles_of(connection, self.workspace, [self._key()]).values(), ""
            keys = keyed.of_profile(connection, self.workspace, profile_id)
        if len(keys) > 1:
            leaving = self.chance.sample(keys, self.chance.randrange(1, len(keys)))
            parted = self._do("unmerges", lambda: self.unmerge.part(self.workspace, profile_id, leaving, "bob"))
            self._unmerges += [parted.decision] if parted else []

    def join(self) -> None:
        if self._unmerges:
            number = self._unmerges.pop(self.chance.randrange(len(self._unmerges)))
            self._do("unmerges undone", lambda: self.unmerge.undo(self.workspace, number, "bob"))

    def undo(self) -> None:
        until, source = now(), self.chance.choice(SOURCES)
        asked = self.workspace, source, until - LATELY, until, "carl"
        undone = self._do("imports undone", lambda: self.imports.undo(*asked))
        self._undone += [undone.decision] if undone else []

    def redo(self) -> None:
        if self._undone:
            number = self._undone.pop(self.chance.randrange(len(self._undone)))
            self._do("imports brought back", lambda: self.imports.take_back(self.workspace, number, "carl"))

    def _do(self, what: str, work: Callable[[], Any]) -> Any:
        """What came of it; None when it could not be: people contradict each other all the time."""
        self.doing = what
        try:
            done = work()
        except StoreUnavailableError:
            self.did[ENDED] += 1
        except ConnectorError:
            self.did[REFUSED] += 1
        else:
            self.did[what] += 1
            return done
        return None

    def _key(self) -> str:
        kind = self.chance.choice(["contact", "contact", "contact", "order"])
        return f"{self.chance.choice(SOURCES)}:{kind}:{self.chance.randrange(self.few)}"

    def _one_of(self, share: int) -> int:
        """Which of the values that so many have in common on average."""
        return self.chance.randrange(self.few // share + 1)

    def _other(self, key: str) -> str:
        return self.chance.choice([each for each in map(str, range(self.few)) if each != key])

    def record(self) -> Record:
        """Somebody, an order, or that one of them is gone."""
        key, told = str(self.chance.randrange(self.few)), {"source": self.chance.choice(SOURCES)}
        told["updated_at"] = BEGUN + timedelta(hours=self.chance.randrange(8))
        return self.chance.choices([self._contact, self._order, self._gone], [8, 4, 2])[0](key, told)

    def _contact(self, key: str, told: dict[str, Any]) -> Record:
        chance, body = self.chance, {}
        for name, value, often in (
            ("name", chance.choice(NAMES), 1),
            ("birth_date", chance.choice(BIRTHS), 2),
            ("address", HOME | {"street": f"Hauptstr. {self._one_of(5)}"}, 3),
            ("merged_from", [self._other(key)], 8),
            ("company_id", str(chance.randrange(3)), 4),
        ):
            if value and not chance.randrange(often):
                body[name] = value
        return _record("contact", key, told, identifiers=self._handles(), body=body)

    def _order(self, key: str, told: dict[str, Any]) -> Record:
        """Most are guests', who order again and again."""
        of_guest = (_handle("email", f"john.smith{self._one_of(20)}@example.com"),)
        contacts = (str(self.chance.randrange(self.few)),) if not self.chance.randrange(3) else ()
        handles = of_guest if self.chance.randrange(3) else self._handles()
        told |= {"happened_at": BEGUN, "contact_ids": contacts, "identifiers": handles}
        return _record("order", key, told, body={"currency": "EUR", "total": "10.00"})

    def _gone(self, key: str, told: dict[str, Any]) -> Record:
        kind, reason = self.chance.choice(GOINGS)
        into = self._other(key) if reason == "merged" else None
        return _record(kind, key, told, deleted=True, reason=reason, merged_into=into)

    def _handles(self) -> tuple[Identifier, ...]:
        mail, phone = f"john.smith{self._one_of(4)}@example.com", f"+4915112345{self._one_of(4):03}"
        both = _handle("email", mail), _handle("phone", phone)
        return self.chance.choice([both, both[:1], both[1:]])


def _handle(kind: str, value: str) -> Identifier:
    return Identifier(kind=kind, value=value, shown=value)


def _record(kind: str, key: str, told: dict[str, Any], **more: Any) -> Record:
    return Record(stream=f"{kind}s", kind=kind, external_id=key, raw={"id": key}, **told | more)
