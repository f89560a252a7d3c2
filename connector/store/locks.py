"""Locks by touched component: several workers write one workspace at once, as if one after another.

A transaction holds its workspace as a whole, or shares it and holds the parts that it reads or writes: records by
key (that there are such, and who names them), records by id (their evidence, links and profile), values (who is
found by them), profiles and sources. It locks a part before it reads it and lets go of nothing before its end.

It waits only for a part that comes after all that it has, in one order that is the same for all, so nobody waits in
a circle. Any other part is taken if it is free; if not, `ContendedError` tells what would be needed, and the
transaction begins anew with all of that from the start. On SQLite, which has one writer, the whole is all there is.
docs/decisions/0003-locks-by-touched-component.md says which part covers what.
"""

from collections.abc import Callable, Iterable
from hashlib import blake2b

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.types import BigInteger

from connector.store.bulk import ListOf, lock

# Parts that a transaction may hold. PostgreSQL has room for some 6,400 as it comes (64 for each of 100 connections).
MOST = 256

# A part is a number: its kind in front, which is the order in which they are taken, and 60 bits of what it is.
BITS = 60
KEY, RECORD, VALUE, PROFILE, SOURCE = (kind << BITS for kind in range(1, 6))

_NAMES = bindparam("names", type_=ListOf(BigInteger()))
# One after another, in the order in which they are given.
_WAIT = text("SELECT count(pg_advisory_xact_lock(name)) FROM unnest(:names) AS name").bindparams(_NAMES)
_TRY = text("SELECT bool_and(pg_try_advisory_xact_lock(name)) FROM unnest(:names) AS name").bindparams(_NAMES)
_SHARE = text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:workspace, 0))")


class ContendedError(Exception):
    """Another transaction holds a part. `wanted`: all that is needed; None: the workspace as a whole."""

    def __init__(self, wanted: frozenset[int] | None = None) -> None:
        super().__init__("another transaction holds a part of the workspace")
        self.wanted = wanted


class Whole:
    """The workspace as a whole is held: all parts of it are."""

    is_whole = True

    def hold(self, parts: Iterable[int]) -> None:
        """These are going to be read or written."""

    def hold_all(self) -> None:
        """More is going to be read or written than can be named."""


# For who holds the whole workspace, or only looks.
WHOLE = Whole()


class Parts(Whole):
    """Parts of a workspace, in one transaction of PostgreSQL. `foreseen`: those that will be needed, as far as known.

    Waits for who holds the workspace as a whole, and for the parts foreseen.
    """

    is_whole = False

    def __init__(self, connection: Connection, workspace: str, foreseen: Iterable[int] = ()) -> None:
        self.connection, self.workspace = connection, workspace
        self._held: set[int] = set()
        self._last = 0
        self._questions: list[Callable[[], bool]] = []
        connection.execute(_SHARE, {"workspace": workspace})
        self.hold(foreseen)

    def hold(self, parts: Iterable[int]) -> None:
        """These are going to be read or written. Raises ContendedError."""
        new = sorted(set(parts) - self._held)
        if len(self._held) + len(new) > MOST:
            raise ContendedError
        before = [part for part in new if part < self._last]
        if before and not self.connection.scalar(_TRY, {"names": before}):
            raise ContendedError(frozenset(self._held.union(new)))
        behind = new[len(before) :]
        if behind:
            self.connection.execute(_WAIT, {"names": behind})
            self._last = behind[-1]
        self._held.update(new)

    def hold_all(self) -> None:
        """Raises ContendedError."""
        raise ContendedError

    def ask_last(self, question: Callable[[], bool]) -> None:
        """Ask this when everything else is done; if it is so, the whole workspace is needed."""
        self._questions.append(question)

    def end(self, sources: Iterable[str]) -> None:
        """All is done but what is counted of these sources, and how far they are read. Raises ContendedError.

        The transactions of a source follow each other from here to the commit.
        """
        self.hold(source(self.workspace, name) for name in sources)
        # Each is asked, for it counts.
        if any([question() for question in self._questions]):
            raise ContendedError


def take(connection: Connection, workspace: str) -> Whole:
    """The workspace as a whole: nobody else writes it until the end of this transaction."""
    lock(connection, workspace)
    return WHOLE


def key(workspace: str, named: str) -> int:
    """That there is a record with this key (`source:kind:external_id`) or not, what it brings, and who names it."""
    return KEY | _digest(workspace, named)


def record(record_id: int) -> int:
    """What a record says of who it is, its links, and whose it is."""
    return RECORD | record_id


def value(workspace: str, digest: int) -> int:
    """Who is found by this digest, and what they say: of a value, of a guest (`n`), or of who follows one (`~n`)."""
    number = max(digest, ~digest) ^ _digest(workspace)
    return VALUE | number & ((1 << BITS) - 1)


def profile(workspace: str, profile_id: str) -> int:
    """Whose profile it is, if anybody's, and what succeeds it."""
    return PROFILE | _digest(workspace, profile_id)


def source(workspace: str, name: str) -> int:
    """What is counted of a source, and how far it is read."""
    return SOURCE | _digest(workspace, name)


def _digest(*parts: str) -> int:
    return int.from_bytes(blake2b("\0".join(parts).encode(), digest_size=8).digest(), "big") >> (64 - BITS)
