"""Replay: a real order history, played through the real use cases with a simulated clock."""
