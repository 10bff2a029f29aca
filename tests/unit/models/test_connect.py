"""Texts to copy and commands to run: exact, one line each, nothing of a stranger's in them."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from tests.unit.models.test_ssh_address import HOSTILE
from vasttui.models.connect import (
    CONSOLE,
    config_block,
    connect_options,
    host_name,
    jupyter_url,
    port_lines,
    ssh_argv,
    ssh_command,
    web_url,
)
from vasttui.models.instance import Instance, PortMapping
from vasttui.models.ssh_address import SshAddress
