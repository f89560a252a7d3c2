"""A model in a file: arrays and JSON, never pickled objects, so that reading one runs no code."""

import io
import os
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import orjson
from scipy import sparse

from connector.recommendations.model import Model

FORMAT = 1


class ModelFileError(Exception):
    """The file is no model that this version can read: fit anew."""


def dump(model: Model) -> bytes:
    """The same model gives the same bytes."""
    arrays: dict[str, np.ndarray] = {"format": np.array(FORMAT)}
    flatten("", model, arrays)
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def parse(content: bytes) -> Model:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            if int(arrays["format"]) != FORMAT:
                raise ModelFileError(f"model: format {int(arrays['format'])}, not {FORMAT}: fit anew")
            return build("", Model, arrays)
    except (KeyError, ValueError, OSError, EOFError) as error:
        raise ModelFileError(f"model: cannot be read: {type(error).__name__}") from error


def save(model: Model, path: Path) -> None:
    """Swapped in whole: whoever reads meanwhile gets the old one or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(dump(model))
    beside.replace(path)


def load(path: Path) -> Model:
    return parse(path.read_bytes())


def flatten(name: str, value: Any, arrays: dict[str, np.ndarray]) -> None:
    if is_dataclass(value):
        for field in fields(value):
            flatten(f"{name}.{field.name}", getattr(value, field.name), arrays)
    elif isinstance(value, sparse.csr_array):
        arrays |= {f"{name}.data": value.data, f"{name}.indices": value.indices, f"{name}.indptr": value.indptr}
        arrays[f"{name}.shape"] = np.array(value.shape)
    elif isinstance(value, np.ndarray):
        arrays[name] = value
    else:
        # Names, numbers and settings: text, as bytes.
        arrays[name] = np.frombuffer(orjson.dumps(value), np.uint8)


def build(name: str, kind: Any, arrays: Any) -> Any:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: build(f"{name}.{field.name}", hints[field.name], arrays) for field in fields(kind)})
    if kind is sparse.csr_array:
        parts = (arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.indptr"])
        return sparse.csr_array(parts, shape=tuple(arrays[f"{name}.shape"]))
    if getattr(kind, "__origin__", None) is np.ndarray:
        return arrays[name]
    value = orjson.loads(arrays[name].tobytes())
    return tuple(value) if isinstance(value, list) else value
