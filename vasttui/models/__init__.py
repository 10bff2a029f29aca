"""The models room of vasttui."""
