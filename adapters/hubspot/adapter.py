"""The adapter: HubSpot's settings, its five streams, what its refusals mean."""

from collections import Counter
from collections.abc import Iterable

from adapters.base import (
    Adapter,
    AdapterError,
    Answer,
    AuthError,
    Change,
    ConfigError,
    Delivery,
    QuotaSpentError,
    RateLimitError,
    Setting,
)
from adapters.base.http import retry_after
from adapters.hubspot import webhooks
from adapters.hubspot.answers import answer_of, is_lacking, told
from adapters.hubspot.client import Client, sdk
from adapters.hubspot.directory import Directory
from adapters.hubspot.login import OAuth, PrivateApp
from adapters.hubspot.people import Companies, Contacts
from adapters.hubspot.sales import Deals, Orders, Tickets

OAUTH = ("client_id", "client_secret", "refresh_token")
# Seconds until a limit of that name has certainly passed.
WAITS = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 10.0}

# Locked for a moment; the portal is being moved to another data centre, which can take a day.
BUSY = (423, 477)


class HubSpot(Adapter):
    name = "hubspot"
    stream_types = (Contacts, Companies, Deals, Orders, Tickets)
    known_settings = (
        Setting(name="access_token", help="A private app's token (pat-...).", secret=True),
        Setting(name="client_id", help="The app's id, for OAuth."),
        Setting(name="client_secret", help="The app's secret: for OAuth, and to verify webhooks.", secret=True),
        Setting(name="refresh_token", help="The refresh token that the app was given, for OAuth.", secret=True),
        Setting(name="login_url", help="Where tokens are renewed, when not under base_url."),
        Setting(name="streams", help="Which streams to read; all five when not named.", type=list),
        Setting(name="properties", help="More properties to keep with the items, by stream.", type=dict),
        Setting(
            name="external_ids",
            help="Contact properties that hold the person's id in another source, and that source's name.",
            type=dict,
            default={"salesforcecontactid": "salesforce"},
        ),
        Setting(
            name="archived_pages",
            help="Most pages of the archived list that one run compares; the next run goes on.",
            type=int,
            default=100,
        ),
        Setting(
            name="satisfaction_scale",
            help="Worst and best rating of the portal's CSAT surveys, like 1-5; without it ratings are not read.",
        ),
        Setting(name="api_version", help="Version in the paths: v3, or a dated one (2026-03).", default="v3"),
    )

    def prepare(self) -> None:
        settings = self.settings
        self._refuse_contradictions()
        if settings["streams"] is not None:
            self.stream_types = tuple(one for one in type(self).stream_types if one.name in settings["streams"])
        if settings["access_token"]:
            login = PrivateApp(settings["access_token"])
        else:
            base = settings["login_url"] or settings["base_url"]
            login = OAuth(sdk(base), self.source, settings, self.clock, self.remember, self.recall)
        timeout = (settings["connect_timeout"], settings["read_timeout"])
        self.client = Client(self.source, sdk(settings["base_url"]), login, settings["api_version"], timeout)
        self.directory = Directory(self.client, self.clock)
        # Deliveries bring subscriptions that we don't read; how often, by type.
        self.unknown: Counter[str] = Counter()

    def check(self) -> None:
        self.client.account()

    def verify(self, delivery: Delivery) -> None:
        webhooks.verify(self.source, self.settings["client_secret"], delivery, self.clock())

    def unwrap(self, delivery: Delivery) -> Iterable[Change]:
        known = {stream.name for stream in self.stream_types}
        return [change for change in webhooks.changes(delivery.body, self.unknown) if change.stream in known]

    def answer_of(self, error: Exception) -> Answer | None:
        return answer_of(error)

    def sort(self, where: str, answer: Answer) -> AdapterError:
        policy = told(answer).get("policyName")
        if answer.status == 429 and policy == "DAILY":
            return QuotaSpentError(f"{where}: the day's requests are used up (429 DAILY)")
        if answer.status in BUSY:
            return RateLimitError(f"{where}: is busy ({answer.status})", retry_after(answer.headers, self.clock))
        sorted_error = super().sort(where, answer)
        if isinstance(sorted_error, RateLimitError) and sorted_error.retry_after is None:
            return RateLimitError(str(sorted_error), WAITS.get(str(policy)))
        if answer.status == 403 and is_lacking(answer):
            return AuthError(f"{where}: the token lacks a scope that this needs (403 MISSING_SCOPES)")
        return sorted_error

    def _refuse_contradictions(self) -> None:
        settings, problems = self.settings, []
        missing = [name for name in OAUTH if not settings[name]]
        if not settings["access_token"] and missing:
            problems.append(f"{self.source}: access_token is missing, or for OAuth {', '.join(missing)}")
        if settings["access_token"] and settings["refresh_token"]:
            problems.append(f"{self.source}: access_token and refresh_token are two ways to log in; set one")
        names = [one.name for one in type(self).stream_types]
        for name in ("streams", "properties"):
            unknown = [str(one) for one in settings[name] or () if one not in names]
            if unknown:
                problems.append(f"{self.source}: {name} names {', '.join(unknown)}; known: {', '.join(names)}")
        if problems:
            raise ConfigError(problems)
