"""A request to an endpoint as text to copy; its key is read from $ENDPOINT_KEY and never in it."""

from __future__ import annotations

import json
import shlex

from vasttui.services.serverless.trial import TrialRequest

ROOT = "https://console.vast.ai/static/jvastai_root.cer"
"""Vast.ai's own root, which workers' certificates are checked against."""

_REPLAY = 60
"""Seconds for which the router keeps the place of a request that waits."""

_CURL = """\
(
send() {{ curl -sS "$@" -H "Authorization: Bearer $ENDPOINT_KEY" \\
  -H 'Content-Type: application/json' -d @-; }}
index=0
until
  auth=$(printf '{{"endpoint":%s,"api_key":"%s","request_idx":%s,{rest}}}' \\
    {name} "$ENDPOINT_KEY" "$index" | send {address}/route/)
  url=$(printf %s "$auth" | jq -er .url)
do
  printf '%s\\n' "$auth" >&2
  index=$(printf %s "$auth" | jq -er .request_idx) && sleep 1 || exit
done
printf '{{"auth_data":%s,"session_id":null,"payload":%s}}' "$auth" \\
  {payload} |
  send {root}"$url"{path}
)
"""
_ROOT = f"--cacert <(curl -sS {ROOT}) "
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
ask = {{"endpoint": {name}, "api_key": KEY, "cost": {cost}, "request_idx": 0}}
ask["replay_timeout"] = {replay}
while "url" not in (route := post({address} + "/route/", ask, usual)):
    print(route.get("status"))
    ask["request_idx"] = route.get("request_idx", ask["request_idx"])
    time.sleep(1)

if route["url"].startswith("https:"):
    with urllib.request.urlopen({root}, context=usual) as root:
        worker.load_verify_locations(cadata=root.read().decode())
    worker.verify_flags &= ~ssl.VERIFY_X509_STRICT  # the root lacks a usage bit

payload = json.loads({payload})
body = {{"auth_data": route, "session_id": None, "payload": payload}}
print(post(route["url"] + {path}, body, worker))
"""


def curl_text(address: str, name: str, request: TrialRequest) -> str:
    """The request for a shell (bash) with curl and jq; `address` is that of the router, and one
    without TLS names workers without TLS."""
    return _CURL.format(
        address=shlex.quote(address), name=shlex.quote(json.dumps(name)),
        rest=f'"cost":{request.cost:g},"replay_timeout":{_REPLAY}', path=shlex.quote(request.path),
        payload=shlex.quote(json.dumps(request.payload)),
        root=_ROOT if address.startswith("https:") else "",
    )  # fmt: skip


def python_text(address: str, name: str, request: TrialRequest) -> str:
    """The request as a Python program that needs nothing but Python."""
    return _PYTHON.format(
        address=repr(address), name=repr(name), cost=f"{request.cost:g}", replay=_REPLAY,
        root=repr(ROOT), path=repr(request.path), payload=repr(json.dumps(request.payload)),
    )  # fmt: skip
