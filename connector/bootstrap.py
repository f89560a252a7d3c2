"""The one place that picks the real store, cache, queue and sources.

Everything else takes what it needs as an argument.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from adapters.base import Adapter, ConfigError, registry
from connector import clock as real_clock
from connector.cache.events import Events
from connector.cache.profiles import ProfileCache
from connector.cache.server import EmbeddedServer
from connector.identity import in_force
from connector.identity.brake import Thresholds
from connector.identity.brakes import Brakes
from connector.identity.resolver import Resolver
from connector.profile.identity import Identity
from connector.profile.lookup import Lookup
from connector.profile.rebuild import Rebuild
from connector.profile.reviewing import Reviewing
from connector.recommendations import limits
from connector.recommendations.offers import Offers
from connector.recommendations.serving import Models
from connector.recommendations.suggestions import Suggestions
from connector.recommendations.training import Training
from connector.settings import Settings, SettingsError, SourceSettings
from connector.store import Store, rotated
from connector.sync.doorbell import Doorbell
from connector.sync.intake import Intake
from connector.sync.pull import Pull
from connector.sync.push import Push
from connector.sync.quarantine import Quarantine
from connector.sync.recheck import Recheck
from connector.sync.status import Status

# A lookup must not wait for a cache that does not answer: the store can.
CACHE_TIMEOUT = 0.5


@dataclass(slots=True)
class Sources:
    """The sources as this company set them up. An adapter, and its client library, is made when it is first used."""

    settings: tuple[SourceSettings, ...]
    store: Store
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    _made: dict[str, Adapter] = field(default_factory=dict)

    def adapter(self, name: str) -> Adapter:
        """Raises ConfigError for a source that is not set up, or not rightly."""
        if name not in self._made:
            found = next((source for source in self.settings if source.name == name), None)
            if found is None:
                raise ConfigError([f"{name}: there is no such source; known: {', '.join(self.names()) or 'none'}"])
            self._made[name] = registry.find(found.adapter)(
                found.given,
                source=name,
                clock=self.clock,
                sleep=self.sleep,
                remember=partial(self._remember, found.workspace, name),
                recall=partial(self._recall, found.workspace, name),
            )
        return self._made[name]

    def names(self, workspace: str | None = None) -> list[str]:
        return [source.name for source in self.settings if workspace in (None, source.workspace)]

    def workspace(self, name: str) -> str:
        return next(source.workspace for source in self.settings if source.name == name)

    def _remember(self, workspace: str, source: str, name: str, value: str) -> None:
        with self.store.transaction() as connection:
            rotated.put(connection, workspace, source, name, value, self.clock())

    def _recall(self, workspace: str, source: str, name: str) -> str | None:
        with self.store.reading() as connection:
            return rotated.get(connection, workspace, source, name)


@dataclass(slots=True, kw_only=True, repr=False)
class Parts:
    """The running program's parts, put together."""

    settings: Settings
    clock: Callable[[], datetime]
    store: Store
    redis_url: str
    redis: redis.Redis
    cache: ProfileCache
    events: Events
    lookup: Lookup
    rebuild: Rebuild
    identity: Identity
    reviewing: Reviewing
    suggestions: Suggestions
    intake: Intake
    pull: Pull
    push: Push
    recheck: Recheck
    quarantine: Quarantine
    status: Status
    sources: Sources
    models: Models
    training: Training
    queue: Doorbell
    server: EmbeddedServer | None = None

    def adapter(self, source: str) -> Adapter:
        return self.sources.adapter(source)

    def close(self) -> None:
        """Let go of connections, and of the embedded server if it is ours."""
        self.redis.close()
        self.store.close()
        if self.server:
            self.server.leave()

    def __enter__(self) -> "Parts":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def assemble(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = real_clock.now,
    sleep: Callable[[float], None] = time.sleep,
    migrate: bool = True,
    store_cache: int = 64,
) -> Parts:
    """The program's parts as the settings say. Starts the embedded Valkey when no other is named.

    `store_cache`: MiB, see `Store`.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = Store(settings.database_url, cache=store_cache)
    if migrate:
        store.migrate()
    server = None if settings["redis_url"] else EmbeddedServer(settings.data_dir)
    url = settings["redis_url"] or server.join()
    client = connect(url)
    cache, events = ProfileCache(client), Events(client, clock)
    models = Models(store, clock)
    offers = offering(settings, models, clock)
    how = in_force.of(settings)
    intake = Intake(store, Resolver(clock, how, brakes(settings)), clock)
    rebuild = Rebuild(store, cache, events, offers, clock)
    identity = Identity(store, intake.resolver, rebuild, clock)
    return Parts(
        settings=settings,
        clock=clock,
        store=store,
        redis_url=url,
        redis=client,
        cache=cache,
        events=events,
        lookup=Lookup(store, cache, clock, how=how),
        rebuild=rebuild,
        identity=identity,
        reviewing=Reviewing(store, clock, intake.resolver, identity),
        suggestions=Suggestions(store, offers),
        intake=intake,
        pull=Pull(store, intake, clock, sleep),
        push=Push(store, intake, clock),
        recheck=Recheck(store, intake, clock, sleep),
        quarantine=Quarantine(store, intake, clock),
        status=Status(store, clock, adapters={source.name: source.adapter for source in settings.sources}),
        sources=Sources(settings.sources, store, clock, sleep),
        models=models,
        training=Training(store, clock, consent=settings["recommendations.consent"]),
        queue=Doorbell(client),
        server=server,
    )


def offering(settings: Settings, models: Models, clock: Callable[[], datetime]) -> Offers:
    """What cards suggest, within the company's limits."""
    share, weeks = (settings[f"recommendations.{name}"] for name in ("holdout", "horizon_weeks"))
    return Offers(models, limits.of(settings), clock, share=share, weeks=weeks)


def brakes(settings: Settings) -> Brakes:
    """When a source joins too many."""
    return Brakes(Thresholds(**{name: settings[f"identity.brake_{name}"] for name in ("joins", "percent", "times")}))


def connect(url: str, timeout: float | None = CACHE_TIMEOUT) -> redis.Redis:
    """A client that gives up soon: who waits for it has a customer on the line."""
    # Without tries of its own: whoever asks knows better whether to ask again.
    once = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=CACHE_TIMEOUT, retry=once)


def check_sources(settings: Settings) -> None:
    """Raise SettingsError with every problem of every source, of rules of one's own, and of what may be suggested.

    Makes no call, imports what is set up, and looks for the files that are named.
    """
    problems: list[str] = []
    for read in (limits.of, in_force.of):
        try:
            read(settings)
        except SettingsError as error:
            problems += error.problems
    for source in settings.sources:
        try:
            registry.find(source.adapter)(source.given, source=source.name)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise SettingsError(problems)
