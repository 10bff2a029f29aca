"""The texts to copy of a test request: what they send, and to whom, until they have an answer."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import certifi
import pytest

from tests.support.http import KEY
from tests.unit.models.test_decode_serverless import SECRET
from vasttui.services.serverless.snippets import ROOT, curl_text, python_text
from vasttui.services.serverless.trial import TrialRequest

REQUEST = TrialRequest("/v1/completions", {"prompt": "Say 'hi', 100 %."}, 16)
WAITING = {"endpoint": "llama", "status": "loading", "request_idx": 9}
READY = {"endpoint": "llama", "url": "https://w:1", "request_idx": 9, "signature": "s"}
PLAIN = {**READY, "url": "http://127.0.0.1:9/_workers/7"}
SAID = {"choices": [{"text": " Hi!"}]}

TOOLS = """
curl() {
  printf '%s\\n' "> $*" >> "$LOG"
  cat >> "$LOG"
  echo >> "$LOG"
  head -n 1 "$ANSWERS"
  sed -i 1d "$ANSWERS"
}
jq() {
  "$PYTHON" -c 'import json, sys
value = json.load(sys.stdin).get(sys.argv[1])
print("null" if value is None else value)
sys.exit(value is None)' "${2#.}"
}
sleep() { echo "> sleep $1" >> "$LOG"; }
"""
"""In place of the programs; the answers stand in a file, a line for each."""


def asked(index: int) -> dict[str, object]:
    """What the router is asked."""
    body = {"endpoint": "llama", "api_key": "the key", "cost": 16, "request_idx": index}
    return {**body, "replay_timeout": 60}


def work(route: object) -> dict[str, object]:
    """What the worker is sent."""
    return {"auth_data": route, "session_id": None, "payload": REQUEST.payload}


def in_shell(folder: Path, address: str, *answers: object) -> tuple[list[str], str, int]:
    """What curl was called with and given, what came of it, and the exit code."""
    log, left = folder / "log", folder / "answers"
    left.write_text("".join(f"{json.dumps(one)}\n" for one in answers))
    log.write_text("")
    text = curl_text(address, "llama", REQUEST).replace("<(curl -sS ", "<(: ")
    env = {**os.environ, "ENDPOINT_KEY": "the key", "LOG": f"{log}", "ANSWERS": f"{left}",
           "PYTHON": sys.executable}  # fmt: skip
    ran = subprocess.run(
        ["bash", "-c", TOOLS + text],
        text=True,
        capture_output=True,
        env=env,
        check=False,
        timeout=60,
    )
    return log.read_text().splitlines(), ran.stdout.strip(), ran.returncode


def test_in_a_shell_it_asks_until_a_worker_is_named_and_sends_it_the_request(
    tmp_path: Path,
) -> None:
    lines, out, _ = in_shell(tmp_path, "https://r", WAITING, WAITING, READY, SAID)
    calls = [line for line in lines if line.startswith(">")]
    assert [call.split()[1] for call in calls] == ["-sS", "sleep", "-sS", "sleep", "-sS", "-sS"]
    assert all("https://r/route/ -H Authorization: Bearer the key" in calls[at] for at in (0, 2, 4))
    assert "--cacert " in calls[-1]
    assert "https://w:1/v1/completions -H Authorization: Bearer the key" in calls[-1]
    bodies = [json.loads(line) for line in lines if line.startswith("{")]
    assert bodies == [asked(0), asked(9), asked(9), work(READY)]
    assert json.loads(out) == SAID


def test_in_a_shell_a_refusal_ends_it_and_the_key_goes_nowhere_else(tmp_path: Path) -> None:
    lines, out, code = in_shell(tmp_path, "https://r", {"error": "Authentication failed"})
    assert len([line for line in lines if line.startswith(">")]) == 1
    assert (out, code) == ("", 1)


def test_in_a_shell_a_simulator_needs_no_certificate(tmp_path: Path) -> None:
    lines, out, _ = in_shell(tmp_path, "http://127.0.0.1:8", PLAIN, SAID)
    assert "--cacert" not in "".join(lines)
    assert f"{PLAIN['url']}/v1/completions" in "".join(lines)
    assert json.loads(out) == SAID


@pytest.mark.parametrize("ready", [READY, PLAIN])
def test_in_python_it_does_the_same(
    ready: dict[str, object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    left: list[object] = [WAITING, ready, SAID]
    sent: list[tuple[str, Any]] = []

    def answer(request: Any, context: object) -> io.BytesIO:
        if request == ROOT:
            sent.append((ROOT, None))
            return io.BytesIO(certifi.contents().encode())
        assert request.get_header("Authorization") == "Bearer the key"
        sent.append((request.full_url, json.loads(request.data)))
        return io.BytesIO(json.dumps(left.pop(0)).encode())

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setenv("ENDPOINT_KEY", "the key")
    exec(compile(python_text("https://r", "llama", REQUEST), "copied", "exec"), {})
    root = [(ROOT, None)] if ready is READY else []
    assert sent == [
        ("https://r/route/", asked(0)), ("https://r/route/", asked(9)), *root,
        (f"{ready['url']}/v1/completions", work(ready)),
    ]  # fmt: skip
    assert capsys.readouterr().out == f"loading\n{SAID}\n"


def test_no_key_is_in_them() -> None:
    for text in (curl_text("https://r", "llama", REQUEST), python_text("https://r", "l", REQUEST)):
        assert "ENDPOINT_KEY" in text
        assert SECRET not in text
        assert KEY not in text
