"""What can be copied of an endpoint and of a deployment: requests, and the official client's
commands (client 1.9.1 `endpoints.py`, `deployments.py`)."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from vasttui.lists.serverless_rows import Line
from vasttui.models.endpoint_settings import settings_of
from vasttui.models.serverless import Deployment, Endpoint, WorkerGroup
from vasttui.services.copy_as import CopyText
from vasttui.services.serverless.snippets import curl_text, python_text
from vasttui.services.serverless.trial import TrialRequest
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show

_SENT_OTHERWISE = ("client_id", "autoscaler_instance", "endpoint_state")


def endpoint_texts(line: Line, address: str, request: TrialRequest) -> list[CopyText]:
    """A request to the endpoint with its key from $ENDPOINT_KEY, then commands about it or, for a
    worker group, about that. `address` is that of the router."""
    endpoint = line.endpoint.endpoint
    requests = [
        CopyText("curl", curl_text(address, endpoint.name, request)),
        CopyText("Python", python_text(address, endpoint.name, request)),
    ]
    if line.group is not None and line.worker is None:
        return [*requests, *_group_commands(line.group.group)]
    return [*requests, *_endpoint_commands(endpoint)]


def _endpoint_commands(endpoint: Endpoint) -> list[CopyText]:
    texts = [
        CopyText("vastai: workers", f"vastai get endpt-workers {endpoint.id}"),
        CopyText("vastai: logs", f"vastai get endpt-logs {endpoint.id} --level 1 --tail 200"),
    ]
    settings = settings_of(endpoint)
    if settings is not None:
        limits = {
            name: value for name, value in settings.body.items()
            if name not in _SENT_OTHERWISE and value is not None
        }  # fmt: skip
        options = " ".join(_option(name, value) for name, value in limits.items())
        state = f" --endpoint_state {settings.endpoint_state}" if settings.endpoint_state else ""
        texts += [
            CopyText("vastai: as it is", f"vastai update endpoint {endpoint.id} {options}{state}"),
            CopyText("vastai: another", f"vastai create endpoint {options}"),
        ]
    return texts


def _group_commands(group: WorkerGroup) -> list[CopyText]:
    return [
        CopyText("vastai: logs", f"vastai get wrkgrp-logs {group.id} --level 1 --tail 200"),
        CopyText("vastai: update", f"vastai update workers {group.id}"),
        CopyText("Search", group.search),
    ]


def deployment_texts(one: Deployment) -> Sequence[CopyText]:
    """Commands about a deployment."""
    return [
        CopyText("vastai: show", f"vastai show deployment {one.id}"),
        CopyText("vastai: versions", f"vastai show deployment-versions {one.id}"),
        CopyText("vastai: start", f"vastai start deployment {one.id}"),
        CopyText("vastai: stop", f"vastai stop deployment {one.id}"),
    ]


def _option(name: str, value: object) -> str:
    text = f"{value:.10g}" if isinstance(value, int | float) else f"{value}"
    return f"--{name} {shlex.quote(text)}"


async def choose_and_copy(app: AppContext, texts: Sequence[CopyText]) -> None:
    """Show these texts in full, and copy the one that is chosen."""
    # start-up: the dialogs and their widgets take 25 ms to import
    from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption

    options = [CopyOption(one.label, one.text) for one in texts]
    chosen = await app.push_screen_wait(CopyAsModal(options))
    if chosen is not None:
        await copy_and_show(app, app.session.clipboard, chosen.text)
