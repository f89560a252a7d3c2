"""Likelihood to buy and worth, beside the published figures for the CDNOW sample.

    python -m benchmarks.likelihood [FILE]

FILE has one line per customer: ID, x, t_x, T, zbar. Without it, the sample is taken from
the package Lifetimes 0.11.3 (MIT licence; data by Fader and Hardie), which pip downloads into
a temporary folder. The orders of the 39 weeks after, for the correlation, are in the same package.
"""

import argparse
import csv
import io
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.machine import console, introduce, table
from connector.recommendations.likelihood import Ordering, Worth, fit_ordering, fit_worth

PACKAGE = "Lifetimes==0.11.3"
SUMMARY, ORDERS = "cdnow_customers_summary_with_transactions.csv", "CDNOW_sample.txt"
# Fader, Hardie, Lee 2005 (table 2 and the holdout correlation); Fader, Hardie 2013.
PUBLISHED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426, "log-likelihood": -9582.4, "correlation": 0.626}
# Rounded figures of a fit that stopped a little short: ours has the higher likelihood (-4055.9232 to -4055.9242).
PUBLISHED_WORTH = {"p": 6.23, "q": 3.75, "gamma": 15.51}
WEEKS = 39
FIRST, LAST = date(1997, 9, 30), date(1998, 6, 30)


def downloaded() -> dict[str, str]:
    """The two files from the package; says what to do where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        asked = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
        done = subprocess.run(asked, check=False, capture_output=True, text=True)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            sys.exit(
                f"The CDNOW sample is in the package {PACKAGE}, which pip could not download. Get its wheel where "
                f"there is a network, unpack lifetimes/datasets/{SUMMARY}, and name that file."
            )
        with zipfile.ZipFile(wheels[0]) as wheel:
            return {name: wheel.read(f"lifetimes/datasets/{name}").decode() for name in (SUMMARY, ORDERS)}


def columns(text: str) -> dict[str, np.ndarray]:
    rows = list(csv.DictReader(io.StringIO(text)))
    return {name: np.array([float(row[name]) for row in rows]) for name in ("ID", "x", "t_x", "T", "zbar")}


def later(text: str, customers: np.ndarray) -> np.ndarray:
    """How many days with orders each customer had in the weeks after those of the fit."""
    days = {customer: set() for customer in customers.astype(int)}
    for line in text.splitlines():
        _master, customer, day, *_rest = line.split()
        made = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        if FIRST < made <= LAST:
            days[int(customer)].add(made)
    return np.array([len(held) for held in days.values()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help=f"{SUMMARY}; beside it maybe {ORDERS}")
    asked = parser.parse_args()
    introduce("Likelihood to buy and worth: the CDNOW sample")
    if asked.file:
        beside = asked.file.with_name(ORDERS)
        texts = {SUMMARY: asked.file.read_text(), ORDERS: beside.read_text() if beside.exists() else None}
    else:
        texts = downloaded()
    told = columns(texts[SUMMARY])
    began = time.perf_counter()
    ordering = fit_ordering(told["x"], told["t_x"], told["T"])
    middle = time.perf_counter()
    worth = fit_worth(told["x"], told["zbar"])
    seconds = (middle - began, time.perf_counter() - middle)
    show(ordering, worth, told, texts[ORDERS], seconds)


def show(
    ordering: Ordering, worth: Worth, told: dict[str, np.ndarray], orders: str | None, seconds: tuple[float, float]
) -> None:
    figures = {name: getattr(ordering, name) for name in ("r", "alpha", "a", "b")}
    figures["log-likelihood"] = ordering.log_likelihood
    if orders:
        expected = ordering.expected(WEEKS, told["x"], told["t_x"], told["T"])
        figures["correlation"] = float(np.corrcoef(expected, later(orders, told["ID"]))[0, 1])
    made = table("figure:", "ours", "published", "difference")
    for name, value in figures.items():
        made.add_row(f"BG/NBD {name}", f"{value:.3f}", str(PUBLISHED[name]), f"{value - PUBLISHED[name]:+.3f}")
    for name, published in PUBLISHED_WORTH.items():
        value = getattr(worth, name)
        made.add_row(f"Gamma-Gamma {name}", f"{value:.2f}", str(published), f"{value - published:+.2f}")
    console.print(made)
    console.print(f"{ordering.customers:,} customers; fits took {seconds[0]:.2f} s and {seconds[1]:.2f} s", style="dim")


if __name__ == "__main__":
    main()
