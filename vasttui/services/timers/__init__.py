"""Timers: jobs of Vast.ai set and checked, what came of them, idle GPUs, stops from inside."""
