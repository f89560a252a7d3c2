"""Files as they lie there: which ones a stream means, what they hold by digest, how they are encoded."""

import codecs
import gzip
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import glob
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file. `digest` names its content, `encoding` is what that content looks like."""

    path: Path
    stamp: tuple[int, ...]
    digest: str
    encoding: str

    @property
    def name(self) -> str:
        return self.path.name

    def format(self) -> str | None:
        """What its name says it is."""
        return FORMATS.get(Path(self.path.name.removesuffix(".gz")).suffix.lower())

    def changed(self) -> bool:
        """Whether somebody has written to it since it was looked at."""
        return stamp(self.path) != self.stamp


def paths(patterns: Sequence[str], folder: str | None) -> list[Path]:
    """The files that patterns mean, by name, each once."""
    base = Path(folder or ".")
    found: set[Path] = set()
    for pattern in patterns:
        # A name that exists is meant as it is, even with a bracket in it.
        exact = base / pattern
        matches = [str(exact)] if exact.is_file() else glob(str(exact), recursive=True)
        found |= {Path(match) for match in matches if os.path.isfile(match)}
    return sorted(found)


def look(path: Path, *, most: int | None = None) -> Found:
    """Read the file once, for its digest and its encoding; or only so many bytes, for a glance."""
    before, digest, decoder = stamp(path), blake2b(digest_size=16), codecs.getincrementaldecoder("utf-8")()
    first, readable = b"", True
    with opened(path) as file:
        for block in _blocks(file, most):
            first = first or block[:4]
            digest.update(block)
            if readable:
                readable = _decodes(decoder, block)
    # A glance may end within a letter.
    readable = readable and (most is not None or _decodes(decoder, b"", final=True))
    marked = next((encoding for mark, encoding in MARKS if first.startswith(mark)), None)
    encoding = marked or ("utf-8" if readable else "cp1252")
    return Found(path=path, stamp=before, digest=digest.hexdigest(), encoding=encoding)


def opened(path: Path) -> BinaryIO:
    """The file's bytes, unpacked."""
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")


def stamp(path: Path) -> tuple[int, ...]:
    told = path.stat()
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns


def _blocks(file: BinaryIO, most: int | None) -> Iterator[bytes]:
    if most is not None:
        yield file.read(most)
        return
    while block := file.read(BLOCK):
        yield block


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True
