"""What state an instance is in, read from the four fields in which the service says so."""

from __future__ import annotations

from enum import Enum


class Phase(Enum):
    """The state of an instance in one word; the value is that word on the screen."""

    RUNNING = "running"
    PROVISIONING = "creating"
    LOADING = "loading"
    STARTING = "starting"
    SCHEDULING = "scheduling"
    STOPPING = "stopping"
    STOPPED = "stopped"
    OUTBID = "outbid"
    REBOOTING = "rebooting"
    RECYCLING = "recycling"
    FROZEN = "frozen"
    EXITED = "exited"
    FAILED = "failed"
    OFFLINE = "offline"
    LOST = "no signal"
    UNREADABLE = "unreadable"
