"""The demo: a whole company on this machine, from the vendors' stand-ins to the open panel.

It is the program itself with settings of its own; nothing else in the program knows of it.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests
from rich.console import Console
from sqlalchemy import select

from connector.bootstrap import Parts, assemble
from connector.cli.recommendations import run as fit
from connector.cli.sync import run as sync
from connector.cli.terminal import console
from connector.demo_settings import HOST, settings_text
from connector.logs import configure
from connector.panel.session import Sessions
from connector.processes import ProcessError, Processes, need_port, stop_on_signals
from connector.serving import start_web, start_workers
from connector.settings import Settings, load
from connector.store import api_keys
from connector.store.tables import identifiers, members
from sandbox.overlay import settings_of

WORKSPACE = "default"

# What happens in the world between two runs of the demo.
CHANGES = 25

KEY = "demo"


@dataclass(slots=True, kw_only=True)
class Demo:
    """Everything the demo starts, and the folder where it keeps what it made."""

    people: int
    seed: int
    folder: Path
    port: int
    sandbox_port: int

    def run(self, *, once: bool = False) -> None:
        """First sync with progress, then panel and API until Ctrl-C. `once` ends after the sync."""
        stop_on_signals()
        shown, started = console(stderr=True), time.monotonic()
        for port, option in ((self.sandbox_port, "sandbox-port"), (self.port, "port"), (self.port + 1, "port")):
            need_port(HOST, port, f"make demo {option.upper().replace('-', '_')}=... (visavis demo --{option} ...)")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._need_same_world()
        settings, warm = self._settings(), self._world.exists()
        # In this order: the embedded Valkey is left last, when nobody else uses it any more.
        with assemble(settings) as parts, Processes() as processes:
            self._start_vendors(processes)
            if warm:
                self._let_things_happen(shown)
            else:
                shown.print(f"a new world of {self.people:,} people in {self.folder}: the first sync reads all of it")
            self._export_shop()
            sync(parts, parts.sources.names())
            if parts.models.of(WORKSPACE) is None:
                # A worker would do it within seconds, but the panel is to show hints when it opens.
                fit(parts, WORKSPACE, stderr=True)
            if once:
                return
            start_workers(processes, settings)
            start_web(processes, settings)
            announce(shown, parts, self.sandbox_port, time.monotonic() - started)
            processes.wait()

    def _need_same_world(self) -> None:
        """Raise ProcessError when the folder holds another world: its vendors would refuse to start."""
        known = settings_of(self._world)
        if known and (known["people"], str(known["seed"])) != (self.people, str(self.seed)):
            raise ProcessError(
                f"{self.folder} holds a world of {known['people']} people, seed {known['seed']}: ask for the same "
                f"(make demo PEOPLE={known['people']}), remove the folder, or choose another with --data-dir"
            )

    def _start_vendors(self, processes: Processes) -> None:
        # The webhooks' address is a part of what HubSpot signs, so it is told to both sides.
        webhooks = f"http://{HOST}:{self.port}/v1/webhooks/hubspot"
        command = ["-m", "sandbox", "serve", "--port", str(self.sandbox_port), "--webhooks", webhooks]
        command += ["--people", str(self.people), "--seed", str(self.seed), "--state", str(self._world)]
        with (self.folder / "sandbox.log").open("ab") as words:
            processes.start("the sandbox", [sys.executable, *command], words=words)
        processes.wait_for_port("the sandbox", HOST, self.sandbox_port)

    def _settings(self) -> Settings:
        file = self.folder / "visavis.toml"
        text = settings_text(self.folder.resolve(), self.port, self._sandbox, self._shop.resolve())
        file.write_text(text, encoding="utf-8")
        # The programs that we start read the same file.
        os.environ["VISAVIS_CONFIG"] = str(file.resolve())
        settings = load(os.environ)
        configure(settings["log_level"])
        return settings

    def _let_things_happen(self, shown: Console) -> None:
        told = requests.post(f"{self._sandbox}/control/tick", json={"count": CHANGES, "webhooks": ""}, timeout=60)
        told.raise_for_status()
        shown.print(f"going on in {self.folder}: {CHANGES} things have happened in its world meanwhile")

    def _export_shop(self) -> None:
        command = [sys.executable, "-m", "sandbox", "shop-export", str(self._shop), "--state", str(self._world)]
        command += ["--people", str(self.people), "--seed", str(self.seed)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603

    @property
    def _sandbox(self) -> str:
        return f"http://{HOST}:{self.sandbox_port}"

    @property
    def _world(self) -> Path:
        return self.folder / "world.json"

    @property
    def _shop(self) -> Path:
        return self.folder / "shop"


def announce(shown: Console, parts: Parts, sandbox_port: int, seconds: float) -> None:
    """What to open and what to curl."""
    key, email = fresh_key(parts), somebody(parts)
    url = parts.settings.web_url
    link = f"{url}/panel/sign-in?link={Sessions(parts.settings, parts.store, parts.redis).link(key.id)}"
    bearer = f"-H 'Authorization: Bearer {key.text}'"
    lines = [
        f"\n[bold green]ready after {seconds:.0f} s[/]",
        f"\n[bold]open[/]  {link}",
        "      (signs you in once, for ten minutes from now; later sign in with the key below)",
        "\n[bold]look somebody up[/]",
        f"curl {bearer} '{url}/v1/profiles/lookup?email={quote(email)}'",
        "\n[bold]let a contact arrive, and watch the open panel[/]",
        f"curl {bearer} -H 'Content-Type: application/json' {url}/v1/contacts \\\n"
        f'     -d \'{{"channel": "email", "identifier": "{email}", "agent": "you"}}\'',
        "\n[bold]let 10 things happen at the vendors[/] (HubSpot tells at once, the others are asked every 30 s)",
        f"{Path(sys.executable).parent / 'python'} -m sandbox tick 10 --url http://{HOST}:{sandbox_port}",
        f"\nthe API is described at {url}/docs; Ctrl-C stops everything\n",
    ]
    for line in lines:
        # Whole lines, to be copied: wrapped ones could not be.
        shown.print(line, soft_wrap=True)


def fresh_key(parts: Parts) -> api_keys.NewKey:
    """A new key for this run; the one of the run before ends."""
    with parts.store.transaction() as connection:
        for old in api_keys.list_(connection, WORKSPACE):
            if old.name == KEY and not old.revoked_at:
                api_keys.revoke(connection, old.id, parts.clock())
        return api_keys.create(connection, WORKSPACE, KEY, ["admin"], parts.clock())


def somebody(parts: Parts) -> str:
    """The address of somebody whom several systems know and who has a story to tell."""
    wanted = (
        select(identifiers.c.value)
        .join(members, members.c.record_id == identifiers.c.record_id)
        .where(identifiers.c.workspace == WORKSPACE, identifiers.c.kind == "email", identifiers.c.valid)
        .distinct()
        .order_by(identifiers.c.value)
        .limit(300)
    )
    with parts.store.reading() as connection:
        candidates = list(connection.scalars(wanted))
    best, most = "nobody@example.com", -1
    for value in candidates:
        worth = _worth(parts, value)
        if worth > most:
            best, most = value, worth
    return best


def _worth(parts: Parts, value: str) -> int:
    import orjson  # noqa: PLC0415

    from schemas import Identifier  # noqa: PLC0415

    found = parts.lookup.find(WORKSPACE, Identifier(kind="email", value=value, shown=value))
    if found.outcome != "one":
        return -1
    card = orjson.loads(found.document)
    sources = {record["source"] for record in card["records"]}
    return 10 * len(sources) + min(card["orders"]["count"], 10) + 5 * len(card["open"])
