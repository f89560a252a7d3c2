"""What the identity tests share: an intake, and the people that come out of it."""

from collections import defaultdict
from collections.abc import Callable

import pytest
from sqlalchemy import select

from connector.identity.resolver import Resolver
from connector.store import Store, members, tables
from connector.sync.intake import Intake

Key = tuple[str, str, str]


@pytest.fixture
def intake(store, clock) -> Intake:
    return Intake(store, Resolver(clock), clock)


@pytest.fixture
def people(store) -> Callable[..., set[frozenset[Key]]]:
    """The records of each profile."""

    def people(workspace: str = "w") -> set[frozenset[Key]]:
        records = tables.records.c
        query = select(tables.members.c.profile_id, records.source, records.kind, records.external_id)
        query = query.join(tables.records, records.id == tables.members.c.record_id)
        found = defaultdict(set)
        with store.reading() as connection:
            for profile_id, *key in connection.execute(query.where(records.workspace == workspace)):
                found[profile_id].add(tuple(key))
        return {frozenset(keys) for keys in found.values()}

    return people


@pytest.fixture
def profile(store) -> Callable[..., str | None]:
    """The profile of a contact."""

    def profile(external_id: str, source: str = "crm", workspace: str = "w") -> str | None:
        return profile_of(store, workspace, source, external_id)

    return profile


def profile_of(store: Store, workspace: str, source: str, external_id: str) -> str | None:
    with store.reading() as connection:
        return next(iter(members.of_contacts(connection, workspace, [(source, external_id)])), None)
