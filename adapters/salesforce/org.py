"""The org: asked through simple-salesforce, with one new login when it has ended our session.

The client gets a finished session, never credentials: given those it logs in again
without bound, and knows neither refresh tokens nor time limits.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from simple_salesforce import Salesforce as Client
from simple_salesforce.exceptions import (
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

from adapters.base import Answer, QuotaSpentError, Raw, UnavailableError
from adapters.base.http import session
from adapters.salesforce.login import Login
from adapters.salesforce.shape import Shape, complaint
from adapters.salesforce.soql import Selection

T = TypeVar("T")

# The client can only be told a host; requests to this one go where the login or base_url says.
STAND_IN = "https://org.visavis.invalid"

# How long we trust what an object looks like: new custom fields appear, permissions change.
SHAPE_LASTS = timedelta(hours=1)


class LostLocatorError(UnavailableError):
    """The rest of an answer cannot be had any more: ask anew."""


class Org:
    """One org, for one user."""

    def __init__(self, where: str, settings: Mapping[str, Any], login: Login, clock: Callable[[], datetime]) -> None:
        self.where, self.settings, self.login, self.clock = where, settings, login, clock
        self.heard: Mapping[str, str] = {}
        self._client: Client | None = None
        self._shapes: dict[str, tuple[datetime, Shape]] = {}

    def ask(self, call: Callable[[Client], T]) -> T:
        """The call's result; a session that was ended gets one new login, and no more."""
        self._mind_the_quota()
        try:
            return call(self._connected())
        except SalesforceExpiredSession:
            self._client = None
            return call(self._connected())

    def query(self, soql: str) -> Mapping[str, Any]:
        """The first part of the answer, deleted rows included."""
        return self.ask(lambda client: client.query(soql, include_deleted=True))

    def rows(
        self, selection: Selection, soql: Callable[[Selection], str], most: int
    ) -> tuple[list[Raw], bool, Selection]:
        """Up to `most` rows, whether those are all, and the selection that this org could answer."""
        answer, selection = self._answered(selection, soql)
        rows, done = list(answer["records"]), answer["done"]
        while not done and len(rows) < most:
            try:
                answer = self._rest(answer["nextRecordsUrl"])
            except LostLocatorError:
                break
            rows += answer["records"]
            done = answer["done"]
        return [self._whole(row, selection) for row in rows], done, selection

    def count(self, soql: str) -> int | None:
        """How many rows, or None when the org finds that too much to ask: it is only for the display."""
        try:
            return self.query(soql)["totalSize"]
        except SalesforceMalformedRequest:
            return None

    def shape(self, object_name: str) -> Shape:
        """What the object has in this org, for this user; asked again every hour."""
        known = self._shapes.get(object_name)
        if known is None or self.clock() - known[0] > SHAPE_LASTS:
            known = self.clock(), self._described(object_name)
            self._shapes[object_name] = known
        return known[1]

    def _described(self, object_name: str) -> Shape:
        try:
            return Shape.of(self.ask(lambda client: client.restful(f"sobjects/{object_name}/describe")))
        except SalesforceResourceNotFound:
            # Not for this user, or not at all: the query will say, field by field.
            return Shape(is_known=False)

    def _answered(self, selection: Selection, soql: Callable[[Selection], str]) -> tuple[Mapping[str, Any], Selection]:
        while True:
            try:
                return self.query(soql(selection)), selection
            except SalesforceMalformedRequest as error:
                # A field may vanish between describing and asking; each round asks for less, so this ends.
                less = selection.without(complaint(error.content))
                if less is None:
                    raise
                selection = less

    def _rest(self, url: str) -> Mapping[str, Any]:
        path = url[url.index("/services/") :]
        self._mind_the_quota()
        try:
            return self._connected().query_more(path, identifier_is_url=True)
        except SalesforceExpiredSession:
            self._client = None
        except (SalesforceMalformedRequest, SalesforceResourceNotFound):
            pass
        raise LostLocatorError(f"{self.where}: the rest of an answer was lost with its session")

    def _whole(self, row: Raw, selection: Selection) -> Raw:
        """The row with all the rows below it, of which a query brings only the first many."""
        below = {}
        for name in selection.children:
            part = row.get(name)
            if part and not part["done"]:
                below[name] = self._gathered(part)
        return {**row, **below}

    def _gathered(self, part: Mapping[str, Any]) -> dict[str, Any]:
        rows = list(part["records"])
        while not part["done"]:
            part = self._rest(part["nextRecordsUrl"])
            rows += part["records"]
        return {"totalSize": len(rows), "done": True, "records": rows}

    def _connected(self) -> Client:
        if self._client is None:
            given = self.login()
            http = session(self.settings, {STAND_IN: given.instance_url}, watch=self._hear)
            self._client = Client(
                session_id=given.token.reveal(),
                instance_url=STAND_IN,
                session=http,
                version=self.settings["api_version"].removeprefix("v"),
                object_pairs_hook=None,
            )
        return self._client

    def _hear(self, answer: Answer) -> None:
        self.heard = answer.headers

    def _mind_the_quota(self) -> None:
        """End the run before it takes what other programs of this company need today."""
        usage = Client.parse_api_usage(self.heard.get("sforce-limit-info", "")).get("api-usage")
        if usage and usage.total and usage.used / usage.total * 100 >= self.settings["quota_percent"]:
            # Old news when we ask next time: that run asks once and hears.
            self.heard = {}
            raise QuotaSpentError(f"{self.where}: {usage.used} of {usage.total} API requests of the day are used")


def answer_in(error: Exception, heard: Mapping[str, str]) -> Answer | None:
    """The answer in an exception of the client, which keeps no headers."""
    if not isinstance(error, SalesforceError):
        return None
    return Answer(status=int(error.status), headers=heard, body=error.content)
