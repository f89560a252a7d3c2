"""The vendors that the sandbox plays, one module each: `app(world, faults)` is its WSGI app."""
