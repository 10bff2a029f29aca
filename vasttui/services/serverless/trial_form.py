"""What is typed for a test request."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vasttui.errors import VastError
from vasttui.services.serverless.trial import TrialRequest, payload_from

MOST_BODY = 60_000
_MOST_PATH = 1024


@dataclass(frozen=True, slots=True)
class TypedTrial:
    """Path, body and load as they stand in the fields; at first a request that most workers with a
    language model answer."""

    path: str = "/v1/completions"
    body: str = '{"prompt": "Say hi.", "max_tokens": 16}'
    load: str = "16"

    def wrong(self) -> dict[str, str]:
        """What is wrong, by field; empty if nothing is."""
        found = {"path": _wrong_path(self.path), "load": _wrong_load(self.load), "body": ""}
        try:
            payload_from(self.body)
        except VastError as error:
            found["body"] = f"{error}"
        return {name: words for name, words in found.items() if words}

    def request(self) -> TrialRequest | None:
        """What is sent; None while something is wrong."""
        if self.wrong():
            return None
        return TrialRequest(self.path, payload_from(self.body), float(self.load))


def _wrong_path(path: str) -> str:
    whole = path.isascii() and path.isprintable() and " " not in path
    if path.startswith("/") and whole and len(path) <= _MOST_PATH:
        return ""
    return "A path starts with / and has no blanks: /v1/completions"


def _wrong_load(text: str) -> str:
    try:
        load = float(text)
    except ValueError:
        load = math.nan
    return "" if 0 < load < math.inf else "Needs a number above 0."
