"""How the simulator answers requests: routes, limits, faults."""
