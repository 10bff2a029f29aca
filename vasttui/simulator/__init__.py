"""The Vast.ai service, simulated: for the demo, for `vasttui simulate` and for tests."""
