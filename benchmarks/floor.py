"""The floor of a lookup: a bare Flask view that answers with the bytes of one Redis GET. Nothing can be cheaper."""

import os

import redis
from flask import Flask, Response

app = Flask("floor")
client = redis.Redis.from_url(os.environ.get("FLOOR_REDIS_URL", "redis://"))


@app.get("/floor/<number>")
def floor(number: str) -> Response:
    return Response(client.get(f"floor:{number}"), content_type="application/json")
