"""The looks of the program: two of its own, and those that Textual has. Colour is never the only
sign of anything."""

from __future__ import annotations

from dataclasses import replace

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="vasttui-dark",
    primary="#7aa2f7",
    secondary="#7dcfff",
    accent="#e0af68",
    foreground="#c8d3f5",
    background="#16161e",
    surface="#1a1b26",
    panel="#24283b",
    success="#9ece6a",
    warning="#e0af68",
    error="#f7768e",
    dark=True,
    variables={
        "block-cursor-background": "#364a82",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#292e42",
        "input-selection-background": "#364a82",
        "border": "#7aa2f7",
        "border-blurred": "#3b4261",
        "text-muted": "#8a93b8",  # the default, "auto 60%", is white in Content
    },
)

LIGHT = Theme(
    name="vasttui-light",
    primary="#1f5fbf",
    secondary="#00708a",
    accent="#8f5e00",
    foreground="#1b1f24",
    background="#ffffff",
    surface="#f6f8fa",
    panel="#e4e9ef",
    success="#1a7f37",
    warning="#8f5e00",
    error="#b3261e",
    dark=False,
    variables={
        "block-cursor-background": "#1f5fbf",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#d0d9e4",
        "input-selection-background": "#b6d3ff",
        "border": "#1f5fbf",
        "border-blurred": "#c3ccd6",
        "text-muted": "#57606a",
    },
)

THEMES = (DARK, LIGHT)

_MUTED, _LINE = 0.38, 0.75
"""How far muted text, and lines, are from the text to the background."""


def more_themes() -> list[Theme]:
    """The themes of Textual that name their colours, with a colour for muted text, which Textual
    leaves to the styles, and one for lines, which in most are hardly seen."""
    found = []
    for theme in BUILTIN_THEMES.values():
        text, ground = theme.foreground, theme.background
        if text and ground and text.startswith("#"):
            from_text, to = Color.parse(text), Color.parse(ground)
            more = {
                "text-muted": from_text.blend(to, _MUTED).hex,
                "border-blurred": from_text.blend(to, _LINE).hex,
            }
            found.append(replace(theme, variables={**theme.variables, **more}))
    return sorted(found, key=lambda theme: theme.name)
