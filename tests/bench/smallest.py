"""The smallest Textual program: the lower bound for start-up and for one changed line."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Smallest(App[None]):
    """One line of text; any key changes it."""

    def compose(self) -> ComposeResult:
        yield Static("ready 0", id="line")

    def on_mount(self) -> None:
        self.keys = 0

    def on_key(self) -> None:
        self.keys += 1
        self.query_one("#line", Static).update(f"ready {self.keys}")


if __name__ == "__main__":
    Smallest().run()
