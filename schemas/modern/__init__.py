"""The wire shapes of the newer generation's API (systems.md §40)."""
