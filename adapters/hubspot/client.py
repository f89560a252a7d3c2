"""HubSpot's API through hubspot-api-client: a method per call, each with a time limit and without retries.

The client's answers are taken as bytes (`_preload_content=False`) and read here, for its
models rename fields and drop those that they don't know, and we keep items as they came.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from hubspot import HubSpot as Sdk
from urllib3 import BaseHTTPResponse, Retry

from adapters.base.errors import UnavailableError
from adapters.hubspot.answers import Json, answer_of, is_lacking, next_after, parsed
from adapters.hubspot.login import Login

T = TypeVar("T")

ADDRESS = "https://api.hubapi.com"
# "/crm/v3/objects/contacts" is "/crm/objects/2026-03/contacts" in a dated version.
AREA = re.compile(r"^/crm/v\d+/([a-z-]+)|^/(account-info)/v\d+")
BATCH = 100  # records in one batch read
LINKED = 1000  # records in one batch read of associations
OWNERS = 500


def sdk(base_url: str | None) -> Sdk:
    """The vendor's client, pointed at `base_url`. It must not repeat requests: whoever called us does that."""
    return Sdk(host=(base_url or ADDRESS).rstrip("/"), retry=Retry(0, redirect=False, raise_on_status=False))


class Client:
    def __init__(self, source: str, sdk: Sdk, login: Login, version: str, timeout: tuple[float, float]) -> None:
        self._source, self._login, self._version, self._timeout = source, login, version, timeout
        # Made once: each mention of `sdk.crm...` would open connections of its own.
        self._objects = self._versioned(sdk.crm.objects.basic_api)
        self._search = self._versioned(sdk.crm.objects.search_api)
        self._batches = self._versioned(sdk.crm.objects.batch_api)
        self._links = self._versioned(sdk.crm.associations.v4.batch_api)
        self._owners = self._versioned(sdk.crm.owners.owners_api)
        self._pipelines = self._versioned(sdk.crm.pipelines.pipelines_api)

    def account(self) -> Json:
        """The portal: its id, its currency, where people see it."""
        call = self._objects.api_client.call_api
        empty: tuple[Any, ...] = ({}, [], {"Accept": "application/json"})
        return self._ask(
            self._objects,
            lambda **more: call("/account-info/v3/details", "GET", *empty, **more),
            auth_settings=["oauth2"],
        )

    def page(self, kind: str, properties: Sequence[str], limit: int, after: str = "", archived: bool = False) -> Json:
        """One page of the list of all that is archived, or isn't."""
        more = _archived(archived) | ({"after": after} if after else {})
        return self._ask(
            self._objects,
            self._objects.get_page,
            kind,
            limit=limit,
            properties=list(properties),
            **more,
        )

    def search(self, kind: str, request: Json) -> Json:
        return self._ask(self._search, self._search.do_search, kind, request)

    def read(self, kind: str, ids: Sequence[str], properties: Sequence[str], archived: bool = False) -> list[Json]:
        """Those of these that exist (or are archived). An id that was merged away brings the record that it became."""
        found: list[Json] = []
        for some in chunks(ids, BATCH):
            request = {"inputs": [{"id": one} for one in some], "properties": list(properties)}
            answer = self._ask(self._batches, self._batches.read, kind, request, **_archived(archived))
            found += self._whole(answer)["results"]
        return found

    def one(self, kind: str, id: str) -> Json | None:
        """This record, or the one that it became by a merge; None when there is none."""
        return self.optional(lambda: self._ask(self._objects, self._objects.get_by_id, kind, id), None)

    def linked(self, kind: str, other: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """Which `other` each of these is associated with, its primary one first."""
        found: dict[str, dict[str, bool]] = {one: {} for one in ids}
        for some in chunks(ids, LINKED):
            waiting: list[Json] = [{"id": one} for one in some]
            while waiting:
                answer = self._ask(self._links, self._links.get_page, kind, other, {"inputs": waiting})
                told = self._whole(answer)
                for row in told["results"]:
                    _note(found.setdefault(str(row["from"]["id"]), {}), row["to"])
                waiting = [rest for row in told["results"] if (rest := _rest(row, waiting))]
        return {one: sorted(links, key=lambda id: (not links[id], int(id))) for one, links in found.items()}

    def owners(self) -> Iterator[Json]:
        after: str | None = None
        while True:
            told = self._ask(self._owners, self._owners.get_page, limit=OWNERS, **({"after": after} if after else {}))
            yield from told["results"]
            before, after = after, next_after(told)
            if not after or after == before:
                return

    def pipelines(self, kind: str) -> list[Json]:
        return self._ask(self._pipelines, self._pipelines.get_all, kind)["results"]

    def optional(self, call: Callable[[], T], otherwise: T) -> T:
        """The call's result, or `otherwise` when this token may not ask for it or the portal lacks it."""
        try:
            return call()
        except Exception as error:
            answer = answer_of(error)
            if answer is not None and is_lacking(answer):
                return otherwise
            raise

    def _versioned(self, api: Any) -> Any:
        call, version = api.api_client.call_api, self._version

        def dated(path: str, *args: Any, **more: Any) -> Any:
            if not re.fullmatch(r"v\d+", version):
                path = AREA.sub(lambda match: _dated(match, version), path)
            return call(path, *args, **more)

        api.api_client.call_api = dated
        return api

    def _whole(self, answer: Json) -> Json:
        """The answer to a batch, unless a part of it failed: what isn't there is told as an error too, and is none."""
        for error in answer.get("errors") or ():
            if "NOT_FOUND" not in error.get("category", "NOT_FOUND"):
                raise UnavailableError(f"{self._source}: a part of a batch failed")
        return answer

    def _ask(self, api: Any, call: Callable[..., BaseHTTPResponse], *args: Any, **more: Any) -> Json:
        try:
            return self._once(api, call, *args, **more)
        except Exception as error:
            answer = answer_of(error)
            if answer is None or answer.status != 401 or not self._login.renew():
                raise
        return self._once(api, call, *args, **more)

    def _once(self, api: Any, call: Callable[..., BaseHTTPResponse], *args: Any, **more: Any) -> Json:
        api.api_client.configuration.access_token = self._login.token()
        response = call(*args, _preload_content=False, _request_timeout=self._timeout, **more)
        return parsed(response.data)


def chunks(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _archived(archived: bool) -> Json:
    # As text, for the client would send Python's spelling of it.
    return {"archived": "true"} if archived else {}


def _dated(match: re.Match[str], version: str) -> str:
    return f"/crm/{match[1]}/{version}" if match[1] else f"/{match[2]}/{version}"


def _note(links: dict[str, bool], told: Sequence[Json]) -> None:
    """Each associated id, and whether it is the primary one by any of the association's types."""
    for link in told:
        one = str(link["toObjectId"])
        links[one] = links.get(one, False) or _is_primary(link)


def _is_primary(link: Json) -> bool:
    return any((kind.get("label") or "").lower() == "primary" for kind in link.get("associationTypes") or ())


def _rest(row: Json, asked: Sequence[Json]) -> Json | None:
    """What to ask for the rest of a record's associations; None when these were all, or the paging stands still."""
    after = next_after(row)
    rest = {"id": str(row["from"]["id"]), "after": after}
    return rest if after and rest not in asked else None
