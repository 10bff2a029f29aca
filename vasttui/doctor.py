"""`vasttui doctor`: what the program finds on this computer, without sending anything."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vasttui import __version__
from vasttui.errors import VastError
from vasttui.paths import Paths, user_paths
from vasttui.settings import load_settings
from vasttui.text import clean


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `wrong` when the dashboard would not open because of it."""

    topic: str
    text: str
    wrong: bool = False

    def __str__(self) -> str:
        return f"{self.topic:<14} {clean(self.text, cap=400)}"
