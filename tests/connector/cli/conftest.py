"""The commands run in this process, over a real store and a real Redis, with a shop's files to sync."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from connector.cli import main

SHOP = """
[sources.shop]
adapter = "files"
folder = "{folder}"
region = "DE"
max_retry_wait = 0.01

[sources.shop.contacts]
path = "customers.csv"
complete = true

[sources.shop.contacts.columns]
external_id = "id"
name = "name"
emails = "email"
phones = "phone"
birth_date = "born"
"""
CUSTOMERS = """id,name,email,phone,born
1,Ada Example,ada@example.com,030 901820,1815-12-10
2,Grace Example,grace@example.com,,1906-12-09
3,Bea Example,two@example.com,,
4,Cleo Sample,two@example.com,,
"""


@dataclass
class Ran:
    """How a command ended, and what it said where."""

    code: int
    out: str
    err: str


@dataclass
class Company:
    """The folder with the settings and the files."""

    folder: Path
    run: Callable[..., Ran]

    def customers(self, text: str) -> None:
        (self.folder / "customers.csv").write_text(text)

    def settings(self, text: str) -> None:
        (self.folder / "visavis.toml").write_text(text)


@pytest.fixture
def run(capfd) -> Callable[..., Ran]:
    """Runs `visavis` as the console script does."""

    def ran(*arguments: object) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Ran(ended.value.code or 0, said.out, said.err)

    return ran


@pytest.fixture
def company(tmp_path, monkeypatch, redis, redis_url, run) -> Company:
    for name in [name for name in os.environ if name.startswith(("VISAVIS_", "DATABASE_URL"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("VISAVIS_CONFIG", str(tmp_path / "visavis.toml"))
    monkeypatch.setenv("VISAVIS_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("VISAVIS_LOG_LEVEL", "error")
    monkeypatch.setenv("REDIS_URL", redis_url)
    company = Company(tmp_path, run)
    company.settings(SHOP.format(folder=tmp_path))
    company.customers(CUSTOMERS)
    return company
