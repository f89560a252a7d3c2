"""The entry for servers: `granian --interface wsgi app:app`, `gunicorn app:app`; event streams: `--interface asgi
app:events`.

Both are made from the environment (docs/settings.md) when the server asks for them: importing this opens nothing.
"""

import atexit
import os
from typing import Any


def __getattr__(name: str) -> Any:
    if name not in ("app", "events"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from connector import logs, settings, threads  # noqa: PLC0415

    threads.one_each()
    from connector.api.stream import create_streams  # noqa: PLC0415
    from connector.bootstrap import assemble  # noqa: PLC0415
    from connector.factory import create_app  # noqa: PLC0415

    told = settings.load(os.environ)
    logs.configure(told["log_level"])
    parts = assemble(told)
    # The last one to leave stops the embedded Valkey.
    atexit.register(parts.close)
    made = create_app(parts) if name == "app" else create_streams(parts)
    globals()[name] = made
    return made
