"""The contract kit has teeth: each fault planted in the teashop is caught by the promise meant for it, and by no other.

A fault is a subclass that differs from the right adapter in one place. Sorted by promise.
"""

import copy
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

import pytest
import requests

from adapters.base import (
    Change,
    ConfigError,
    Page,
    QuotaSpentError,
    RateLimitError,
    RecordError,
    Setting,
    SourceChangedError,
    UnavailableError,
)
from adapters.base.testing import broken_promises, promises
from tests.adapters.base.teashop import TOPICS, Contacts, Orders, Teashop, signature
from tests.adapters.base.teashop_contract import TeashopContract


@dataclass(frozen=True)
class Planted:
    """A faulty adapter and the promise that must catch it."""

    number: int
    adapter: type[Teashop]


FAULTS: list[Planted] = []


def breaks(number: int) -> Callable[[type], type]:
    """Plants a fault: an adapter, or a stream that takes the place of the right one."""

    def plant(faulty: type) -> type:
        adapter = faulty
        if not issubclass(faulty, Teashop):
            streams = tuple(faulty if issubclass(faulty, stream) else stream for stream in Teashop.stream_types)
            adapter = type(faulty.__name__, (Teashop,), {"stream_types": streams, "__module__": __name__})
        FAULTS.append(Planted(number, adapter))
        return faulty

    return plant


# Names, settings, access.


class MoreContacts(Contacts):
    pass


@breaks(1)
class NamesAStreamTwice(Teashop):
    stream_types = (Contacts, Orders, MoreContacts)


@breaks(1)
class HasANameWithASpace(Teashop):
    name = "Tea shop"


@breaks(2)
class TellsOneMissingSettingAtATime(Teashop):
    known_settings = tuple(
        Setting(name=known.name, help=known.help, type=known.type, default=known.default, secret=known.secret)
        for known in Teashop.known_settings
    )

    def prepare(self):
        for name in ("base_url", "token"):
            if not self.settings[name]:
                raise ConfigError([f"{name} is missing"])
        super().prepare()


@breaks(2)
class CallsWhenBuilt(Teashop):
    def prepare(self):
        super().prepare()
        if self.settings["token"]:
            self.session.get(self.settings["base_url"] + "/status")


@breaks(3)
class ChecksNothing(Teashop):
    def check(self):
        """Nothing can go wrong."""


@breaks(3)
class TakesARefusedCheckForASlowOne(Teashop):
    def check(self):
        try:
            super().check()
        except requests.HTTPError:
            raise UnavailableError("teashop: did not answer") from None


@breaks(4)
class TellsItsMaker(Teashop):
    def check(self):
        super().check()
        try:
            self.session.get("https://telemetry.teashop.example/installed")
        except requests.ConnectionError:
            return


@breaks(4)
class HandsItsKeyToWhoeverItIsSentTo(Teashop):
    def get(self, path, **query):
        token = self.settings["token"].reveal()
        headers = {"Authorization": f"Bearer {token}", "X-Teashop-Key": token}
        limits = (self.settings["connect_timeout"], self.settings["read_timeout"])
        answer = requests.get(self.settings["base_url"] + path, params=query, headers=headers, timeout=limits)
        answer.raise_for_status()
        return answer.json()


# Pages and cursors.


@breaks(5)
class NeverEnds(Contacts):
    def fetch(self, cursor):
        page = super().fetch(cursor)
        here = json.loads(page.cursor)
        here["turn"] = json.loads(cursor or "{}").get("turn", 0) + 1
        return Page(items=page.items, cursor=json.dumps(here), more=True)


@breaks(6)
class GoesInACircle(Contacts):
    def fetch(self, cursor):
        page = super().fetch(cursor)
        first = super().fetch(None).cursor
        return page if page.more else Page(items=page.items, cursor=first, more=True)


@breaks(6)
class HasACursorThatNoStoreCanKeep(Contacts):
    def fetch(self, cursor):
        page = super().fetch(json.dumps(cursor) if cursor else None)
        return Page(items=page.items, cursor=json.loads(page.cursor), more=page.more)


@breaks(6)
class ForgetsWhereTheNextRunBegins(Contacts):
    def fetch(self, cursor):
        page = super().fetch(cursor)
        return page if page.more else Page(items=page.items, cursor=None, more=False)


@breaks(7)
class LosesRowsOfEqualStamps(Contacts):
    def fetch(self, cursor):
        here = json.loads(cursor) if cursor else None
        return super().fetch(json.dumps(here | {"id": "~"}) if here else None)


@breaks(7)
class StopsAfterTwoPages(Contacts):
    def fetch(self, cursor):
        page = super().fetch(cursor)
        return Page(items=page.items, cursor=page.cursor, more=page.more and cursor is None)


@breaks(7)
class KeepsItsPlaceInMemory(Contacts):
    def fetch(self, cursor):
        places = self.__dict__.setdefault("places", {})
        page = super().fetch(places.get(cursor))
        places[token := sha256(page.cursor.encode()).hexdigest()] = page.cursor
        return Page(items=page.items, cursor=token, more=page.more)


@breaks(8)
class BeginsWhereItEnded(Teashop):
    """No look-back: what the source shows late is lost."""

    known_settings = (*Teashop.known_settings, Setting(name="lookback_seconds", help="", type=float, default=0.0))


@breaks(8)
class AsksOnlyForWhatChangesFromNowOn(Orders):
    def fetch(self, cursor):
        here = json.loads(cursor) if cursor else {}
        if here.get("began", "") is None:
            here |= {"changed": self.adapter.clock().isoformat(), "id": "~"}
        return super().fetch(json.dumps(here) if here else None)


# A source that fails.


def swallowing(*statuses):
    """A fetch that takes an answer with this status for the end."""

    def fetch(self, cursor):
        try:
            return Contacts.fetch(self, cursor)
        except requests.HTTPError as error:
            if error.response.status_code not in statuses:
                raise
            return Page(items=[], cursor=cursor, more=False)

    return fetch


@breaks(9)
class TakesARefusalForTheEnd(Contacts):
    fetch = swallowing(401)


@breaks(9)
class TakesForbiddenForOutOfQuota(Contacts):
    def fetch(self, cursor):
        try:
            return super().fetch(cursor)
        except requests.HTTPError as error:
            if error.response.status_code == 403:
                raise QuotaSpentError("teashop.contacts: out of quota") from None
            raise


def sorting(status, to):
    """A `sort` that takes one status for something else."""
    return lambda self, where, answer: (
        to(self, where, answer) if answer.status == status else Teashop.sort(self, where, answer)
    )


@breaks(10)
class DoesNotHearHowLongToWait(Teashop):
    sort = sorting(429, lambda self, where, answer: RateLimitError(where))


@breaks(10)
class WaitsByTheMachinesClock(Teashop):
    def sort(self, where, answer):
        clock, self.clock = self.clock, lambda: datetime.now(UTC)
        try:
            return super().sort(where, answer)
        finally:
            self.clock = clock


@breaks(10)
class BacksOffWithoutSayingThatItWasTooFast(Teashop):
    sort = sorting(429, lambda self, where, answer: UnavailableError(where))


@breaks(11)
class TakesABreakdownForTheEnd(Contacts):
    fetch = swallowing(503)


@breaks(11)
class GivesUpOnABadGateway(Teashop):
    sort = sorting(502, lambda self, where, answer: SourceChangedError(where))


@breaks(11)
class TriesForEver(Contacts):
    def fetch(self, cursor):
        while True:
            try:
                return super().fetch(cursor)
            except requests.HTTPError as error:
                if error.response.status_code < 500:
                    raise
                self.adapter.sleep(0.1)


@breaks(12)
class WaitsForEver(Teashop):
    def prepare(self):
        super().prepare()
        for prefix in ("http://", "https://"):
            self.session.get_adapter(prefix).timeout = None


@breaks(12)
class TakesATimeOutForTheEnd(Contacts):
    def fetch(self, cursor):
        try:
            return super().fetch(cursor)
        except requests.Timeout:
            return Page(items=[], cursor=cursor, more=False)


@breaks(13)
class TakesABrokenConnectionForTheEnd(Contacts):
    def fetch(self, cursor):
        try:
            return super().fetch(cursor)
        except requests.Timeout:
            raise
        except requests.ConnectionError:
            return Page(items=[], cursor=cursor, more=False)


@breaks(14)
class TakesNonsenseForAnEmptyPage(Contacts):
    def fetch(self, cursor):
        try:
            return super().fetch(cursor)
        except KeyError:
            return Page(items=[], cursor=cursor, more=False)


@breaks(14)
class TakesHtmlForAnEmptyPage(Contacts):
    def fetch(self, cursor):
        try:
            return super().fetch(cursor)
        except requests.exceptions.JSONDecodeError:
            return Page(items=[], cursor=cursor, more=False)


@breaks(15)
class GoesOnBehindThePageThatFailed(Contacts):
    def fetch(self, cursor):
        skip, self.skip = getattr(self, "skip", 0), 1
        page = super().fetch(cursor)
        self.skip = 0
        return Page(items=page.items[skip:], cursor=page.cursor, more=page.more)


@breaks(15)
class NeverRecovers(Contacts):
    def fetch(self, cursor):
        if getattr(self, "broken", False):
            raise UnavailableError("teashop.contacts: the circuit is open")
        self.broken = True
        page = super().fetch(cursor)
        self.broken = False
        return page


# Items.


@breaks(16)
class MixesUpFields(Contacts):
    def translate(self, raw):
        told = super().translate(raw)
        return told | {"company_name": told.pop("name")} if "name" in told else told


@breaks(17)
class ChangesTheItem(Contacts):
    def translate(self, raw):
        told = super().translate(raw)
        raw.pop("full_name", None)
        return told


@breaks(17)
class AsksWhatTimeItIs(Orders):
    def translate(self, raw):
        told = super().translate(raw)
        return told | ({"status": "ahead"} if told["updated_at"] > datetime.now(UTC).isoformat() + "~" else {})


@breaks(17)
class AsksTheAdaptersClock(Orders):
    def translate(self, raw):
        self.adapter.clock()
        return super().translate(raw)


@breaks(17)
class AsksTheSourceWhileTranslating(Orders):
    def translate(self, raw):
        self.adapter.check()
        return super().translate(raw)


@breaks(17)
class CountsWhatItTranslates(Contacts):
    def translate(self, raw):
        self.count = getattr(self, "count", 0) + 1
        told = super().translate(raw)
        return told | {"url": "https://example.com/again" if self.count == 2 else None} if "name" in told else told


@breaks(18)
class StopsTheRunForOneItem(Contacts):
    def translate(self, raw):
        if not isinstance(raw.get("full_name", ""), str):
            raise SourceChangedError("teashop.contacts: a name is no text")
        return super().translate(raw)


@breaks(18)
class AssumesWhatItIsTold(Orders):
    def translate(self, raw):
        if not isinstance(raw.get("total", ""), str):
            raise RuntimeError("a total is no text")
        return super().translate(raw)


@breaks(19)
class RepeatsAValue(Orders):
    def translate(self, raw):
        if "@" in str(raw.get("currency")):
            raise RecordError(f"teashop.orders: unknown currency {raw['currency']}")
        return super().translate(raw)


@breaks(19)
class ChainsAValue(Orders):
    def translate(self, raw):
        try:
            float(raw.get("total") or 0)
            return super().translate(raw)
        except (TypeError, ValueError) as error:
            raise RecordError("teashop.orders: the total is wrong", fields={"total": ["Wrong."]}) from error


@breaks(19)
class RepeatsAValueInTheFields(Orders):
    def translate(self, raw):
        if "@" in str(raw.get("currency")):
            raise RecordError("teashop.orders: unknown currency", fields={"currency": [f"not {raw['currency']}"]})
        return super().translate(raw)


@breaks(20)
class OverlooksDeletions(Orders):
    def fetch(self, cursor):
        page = super().fetch(cursor)
        return Page(items=[raw for raw in page.items if not raw.get("deleted")], cursor=page.cursor, more=page.more)


# Webhooks.


@breaks(21)
class DeliversToNobody(Teashop):
    def unwrap(self, delivery):
        for event in json.loads(delivery.body)["events"]:
            if stream := TOPICS.get(event["topic"]):
                known = "customers" if event["topic"] == "customer.deleted" else stream
                yield Change(stream=known, raw=event.get("item"), external_id=event.get("id"))


@breaks(22)
class ComparesTheBeginning(Teashop):
    def verify(self, delivery):
        sent, told = delivery.headers.get("X-Teashop-Time", ""), delivery.headers.get("X-Teashop-Signature", "")
        right = signature(self.settings["webhook_secret"], sent, delivery.body)
        super().verify(with_signature(delivery, right if right.startswith(told) else told))


@breaks(22)
class ComparesHalf(Teashop):
    def verify(self, delivery):
        sent, told = delivery.headers.get("X-Teashop-Time", ""), delivery.headers.get("X-Teashop-Signature", "")
        right = signature(self.settings["webhook_secret"], sent, delivery.body)
        super().verify(with_signature(delivery, right if right[:20] == told[:20] else told))


@breaks(22)
class ReadsBeforeItVerifies(Teashop):
    def verify(self, delivery):
        if json.loads(delivery.body)["events"]:
            super().verify(delivery)


@breaks(22)
class TripsOverStrangeSignatures(Teashop):
    def verify(self, delivery):
        delivery.headers.get("X-Teashop-Signature", "").encode("ascii")
        super().verify(delivery)


@breaks(22)
class TrustsWhatIsUnsigned(Teashop):
    def verify(self, delivery):
        if "X-Teashop-Signature" in delivery.headers:
            super().verify(delivery)


def with_signature(delivery, told):
    other = copy.copy(delivery)
    object.__setattr__(other, "headers", {**delivery.headers, "X-Teashop-Signature": told})
    return other


@breaks(23)
class TakesOldDeliveries(Teashop):
    def verify(self, delivery):
        clock, sent = self.clock, delivery.headers.get("X-Teashop-Time")
        self.clock = lambda: min(clock(), datetime.fromisoformat(sent)) if sent else clock()
        try:
            super().verify(delivery)
        finally:
            self.clock = clock


@breaks(23)
class TakesDeliveriesFromTheFuture(Teashop):
    def verify(self, delivery):
        clock, sent = self.clock, delivery.headers.get("X-Teashop-Time")
        self.clock = lambda: max(clock(), datetime.fromisoformat(sent)) if sent else clock()
        try:
            super().verify(delivery)
        finally:
            self.clock = clock


@breaks(24)
class TellsAnotherStoryWhenPushed(Teashop):
    def unwrap(self, delivery):
        for change in super().unwrap(delivery):
            raw = change.raw and {**change.raw, **({"phone": None} if "phone" in change.raw else {})}
            yield Change(stream=change.stream, raw=raw, external_id=change.external_id)


@breaks(24)
class ReadsLessById(Contacts):
    def read(self, external_ids):
        return [{**raw, "phone": None} if "phone" in raw else raw for raw in super().read(external_ids)]


@breaks(25)
class ReadsOnlyTheFirst(Contacts):
    def read(self, external_ids):
        return super().read(external_ids[:1])


@breaks(25)
class ReadsWhatNobodyAskedFor(Orders):
    def read(self, external_ids):
        return super().read([*external_ids, "o5", "c1", "o1", "o2", "o3"] if external_ids == ["o4"] else ["o1"])


# Secrets.


@breaks(26)
class RepeatsWhatTheSourceSays(Teashop):
    def sort(self, where, answer):
        error = super().sort(where, answer)
        error.args = (f"{error}: {answer.body!r}",)
        return error


@breaks(26)
class KeepsTheRequestInTheError(Teashop):
    def sort(self, where, answer):
        error = super().sort(where, answer)
        error.headers = {"Authorization": f"Bearer {self.settings['token'].reveal()}"}
        return error


@breaks(27)
class ShowsItsTokenInItsRepr(Teashop):
    def __repr__(self):
        return f"<Teashop {self.settings['token'].reveal()}>"


@dataclass
class Credential:
    token: str
    scopes: list = field(default_factory=list)


@breaks(27)
class HasAClientThatShowsItsToken(Teashop):
    def prepare(self):
        super().prepare()
        self.credential = Credential(self.settings["token"].reveal())


@breaks(27)
class PutsItsTokenIntoTheCursor(Orders):
    def fetch(self, cursor):
        page = super().fetch(cursor)
        here = json.loads(page.cursor) | {"token": self.adapter.settings["token"].reveal()}
        return Page(items=page.items, cursor=json.dumps(here), more=page.more)


@breaks(28)
class PutsItsTokenIntoTheUrl(Teashop):
    """Where the client's debug log shows it."""

    def get(self, path, **query):
        return super().get(path, **query, token=self.settings["token"].reveal())


@breaks(28)
class LogsWhatItSends(Teashop):
    def get(self, path, **query):
        logging.getLogger("teashop").debug("asking %s with %s", path, self.settings["token"].reveal())
        return super().get(path, **query)


@pytest.mark.parametrize("planted", FAULTS, ids=lambda planted: f"{planted.number}-{planted.adapter.__name__}")
def test_the_fault_is_caught_by_the_promise_meant_for_it(planted):
    contract = type(planted.adapter.__name__, (TeashopContract,), {"adapter": planted.adapter})
    broken = broken_promises(contract)
    assert list(broken) == [planted.number], broken


def test_every_promise_has_caught_a_fault():
    unproven = set(promises()) - {planted.number for planted in FAULTS}
    assert not unproven, f"plant a fault that only promise {min(unproven)} catches"


def test_the_right_adapter_breaks_no_promise():
    assert broken_promises(TeashopContract) == {}
