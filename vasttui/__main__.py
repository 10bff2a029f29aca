"""`python -m vasttui`."""

from __future__ import annotations

import sys

from vasttui.cli import main

sys.exit(main())
