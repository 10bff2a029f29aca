"""Logs of instances, and commands on stopped ones (docs: "show logs", "execute"; client 1.9.1
`api/instances.py`)."""

from __future__ import annotations

from vasttui.api.engine import Engine
from vasttui.api.log_text import shown_lines
from vasttui.api.operations import OPERATIONS
from vasttui.api.protocol import LogRequest, TextAnswer
from vasttui.api.result_files import ResultFiles
from vasttui.errors import BrokenAnswer
from vasttui.text import MESSAGE_CAP, clean


async def logs(
    engine: Engine, files: ResultFiles, instance_id: int, wanted: LogRequest
) -> TextAnswer:
    """Ask for a log and fetch it. Raises `VastError`."""
    body: dict[str, object] = {"tail": str(wanted.tail)}
    if wanted.filter:
        body["filter"] = wanted.filter
    if wanted.daemon:
        body["daemon_logs"] = "true"
    document = await engine.read(OPERATIONS["logs"].at(id=instance_id), body=body)
    file = await files.fetch(_address(document))
    return TextAnswer(await shown_lines(file.data, cut=file.cut), file.cut)


async def execute(engine: Engine, files: ResultFiles, instance_id: int, command: str) -> TextAnswer:
    """Run a command, once, and fetch what it printed. Raises `VastError`."""
    operation = OPERATIONS["command"].at(id=instance_id)
    document = (await engine.write(operation, {"command": command})).unwrap()
    file = await files.fetch(_address(document))
    data = file.data
    folder = document.get("writeable_path") if isinstance(document, dict) else None
    if isinstance(folder, str) and folder.strip("/ "):
        data = data.replace(folder.encode("utf-8", "replace"), b"")
    return TextAnswer(await shown_lines(data, cut=file.cut), file.cut)


def _address(document: object) -> str:
    """Where the text will be. Without that the service usually says why."""
    answer = document if isinstance(document, dict) else {}
    address, words = answer.get("result_url"), answer.get("msg")
    if isinstance(address, str) and address.strip():
        return address.strip()
    if isinstance(words, str) and words.strip():
        raise BrokenAnswer(f"No text came: {clean(words, MESSAGE_CAP)}", hint="Try again.")
    raise BrokenAnswer("The service did not say where the text is.", hint="Try again.")
