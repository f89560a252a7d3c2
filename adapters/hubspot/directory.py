"""What records only name by id: colleagues, pipeline stages, the portal. Read once per run and kept with each item."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.hubspot.client import Client

# A run asks for these once; a worker that lives longer sees a colleague's new name after this time.
KEPT = timedelta(minutes=10)


class Directory:
    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self._client, self._clock = client, clock
        self._kept: dict[str, tuple[datetime, Any]] = {}

    def owner(self, owner_id: str | None) -> Mapping[str, Any] | None:
        if not owner_id:
            return None
        return self._once("owners", self._owners, {}).get(owner_id) or {"id": owner_id}

    def stage(self, kind: str, stage_id: str | None) -> Mapping[str, Any] | None:
        return self._once(f"{kind} pipelines", lambda: self._stages(kind), {}).get(stage_id) if stage_id else None

    def portal(self) -> Mapping[str, Any]:
        return self._once("portal", self._portal, {})

    def _once(self, name: str, call: Callable[[], Any], otherwise: Any) -> Any:
        now = self._clock()
        kept = self._kept.get(name)
        if kept is None or now - kept[0] >= KEPT:
            # Without the right to see it, records are still worth having.
            kept = self._kept[name] = now, self._client.optional(call, otherwise)
        return kept[1]

    def _owners(self) -> dict[str, Mapping[str, Any]]:
        names = ("id", "email", "firstName", "lastName")
        return {str(one["id"]): {name: one.get(name) for name in names} for one in self._client.owners()}

    def _stages(self, kind: str) -> dict[str, Mapping[str, Any]]:
        return {
            stage["id"]: {"label": stage.get("label"), "metadata": stage.get("metadata") or {}}
            for pipeline in self._client.pipelines(kind)
            for stage in pipeline["stages"]
        }

    def _portal(self) -> Mapping[str, Any]:
        told = self._client.account()
        return {"portalId": told["portalId"]} | {name: told.get(name) for name in ("uiDomain", "companyCurrency")}
