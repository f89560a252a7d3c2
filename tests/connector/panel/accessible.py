"""What a page must have so that everybody can use it: names, labels, landmarks, headings, contrast.

A few checks of our own that run in the page; what they find is said in words.
"""

from pathlib import Path
from typing import Any

CHECKS = Path(__file__).with_suffix(".js").read_text("utf-8")


def problems(page: Any) -> list[str]:
    """What keeps somebody from using this page; empty when nothing was found."""
    return page.evaluate(CHECKS)
