from benchmarks import kill
from connector.store import tables_identity, tables_offers  # noqa: F401 - they add theirs
from connector.store.tables import metadata


def test_what_is_compared_after_a_kill_is_there():
    assert set(kill.COMPARED) <= set(metadata.tables)
