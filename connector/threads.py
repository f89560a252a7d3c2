"""Threads of numerical libraries: one each, because our matrices are small and our processes many.

With as many threads as cores, two processes that share a machine wait for each other: a
fit was measured to take ten times as long. Libraries read this when they are loaded.
"""

import os

NAMES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def one_each() -> None:
    """For this process and those that it starts, unless the environment says otherwise."""
    for name in NAMES:
        os.environ.setdefault(name, "1")
