"""Ahead: the next page is fetched while this one is taken in. One waits for the network, the other for the store."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType

from adapters.base import Page

Pull = Callable[[str | None], Page]


class Ahead:
    """Pulls pages, one of them in advance. The source's adapter is used by one thread at a time.

    Leaving waits until it rests; but who is told to stop (a BaseException) waits for no request.
    """

    def __init__(self, pull: Pull) -> None:
        self._pull = pull
        self._coming: tuple[str | None, Future[Page]] | None = None

    def begin(self, cursor: str | None) -> None:
        """Begin to fetch the page behind `cursor`. Where it leads, or that it fails, is for `page` to say."""
        coming: Future[Page] = Future()
        self._coming = cursor, coming
        # A daemon: the end of the program does not wait for it either.
        threading.Thread(target=_settle, args=(coming, self._pull, cursor), name="ahead", daemon=True).start()

    def page(self, cursor: str | None) -> Page:
        """The page behind `cursor`: the one that was begun, else fetched now. What failed ahead fails here, once."""
        begun, self._coming = self._coming, None
        if begun is None:
            return self._pull(cursor)
        of, coming = begun
        if of == cursor:
            return coming.result()
        coming.exception()
        return self._pull(cursor)

    def __enter__(self) -> "Ahead":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        begun, self._coming = self._coming, None
        if begun and (kind is None or issubclass(kind, Exception)):
            begun[1].exception()


def _settle(coming: Future, pull: Pull, cursor: str | None) -> None:
    try:
        coming.set_result(pull(cursor))
    except BaseException as error:  # noqa: BLE001 - raised where the page is asked for
        coming.set_exception(error)
