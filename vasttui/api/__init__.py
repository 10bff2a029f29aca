"""The api room of vasttui."""
