"""A request to an endpoint as text to copy; its key is read from $ENDPOINT_KEY and never in it."""

from __future__ import annotations

import json
import shlex

from vasttui.services.serverless.trial import TrialRequest

ROOT = "https://console.vast.ai/static/jvastai_root.cer"
"""Vast.ai's own root, which workers' certificates are checked against."""

_CURL = """\
auth=$(printf '{{"endpoint": %s, "api_key": "%s", "cost": {cost}, "request_idx": 0}}' \\
  {name} "$ENDPOINT_KEY" |
  curl -sS {address}/route/ -H "Authorization: Bearer $ENDPOINT_KEY" \\
    -H 'Content-Type: application/json' -d @-)
url=$(printf %s "$auth" | jq -er .url) || printf '%s\\n' "$auth"  # no url: ask again
printf '{{"auth_data": %s, "session_id": null, "payload": %s}}' "$auth" \\
  {payload} |
  curl -sS --cacert <(curl -sS {root}) "$url"{path} \\
    -H "Authorization: Bearer $ENDPOINT_KEY" -H 'Content-Type: application/json' -d @-
"""
_PYTHON = """\
import json
import os
import ssl
import time
import urllib.request

KEY = os.environ["ENDPOINT_KEY"]


def post(url, body, tls):
    request = urllib.request.Request(
        url,
        json.dumps(body).encode(),
        {{"Authorization": f"Bearer {{KEY}}", "Content-Type": "application/json"}},
    )
    with urllib.request.urlopen(request, context=tls) as answer:
        return json.load(answer)


usual, worker = ssl.create_default_context(), ssl.create_default_context()
with urllib.request.urlopen({root}, context=usual) as root:
    worker.load_verify_locations(cadata=root.read().decode())
worker.verify_flags &= ~ssl.VERIFY_X509_STRICT  # the root lacks a usage bit

ask = {{"endpoint": {name}, "api_key": KEY, "cost": {cost}, "request_idx": 0}}
while "url" not in (route := post({address} + "/route/", ask, usual)):
    ask["request_idx"] = route.get("request_idx", ask["request_idx"])
    time.sleep(1)

payload = json.loads({payload})
body = {{"auth_data": route, "session_id": None, "payload": payload}}
print(post(route["url"] + {path}, body, worker))
"""


def curl_text(address: str, name: str, request: TrialRequest) -> str:
    """The request for a shell (bash) with curl and jq; `address` is that of the router."""
    return _CURL.format(
        address=shlex.quote(address), name=shlex.quote(json.dumps(name)),
        cost=f"{request.cost:g}", root=ROOT, path=shlex.quote(request.path),
        payload=shlex.quote(json.dumps(request.payload)),
    )  # fmt: skip


def python_text(address: str, name: str, request: TrialRequest) -> str:
    """The request as a Python program that needs nothing but Python."""
    return _PYTHON.format(
        address=repr(address), name=repr(name), cost=f"{request.cost:g}", root=repr(ROOT),
        path=repr(request.path), payload=repr(json.dumps(request.payload)),
    )  # fmt: skip
