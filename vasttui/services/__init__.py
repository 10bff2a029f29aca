"""Background work without a screen: polling, searching, actions, renting, SSH."""
