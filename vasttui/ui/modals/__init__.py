"""The modals room of vasttui."""
