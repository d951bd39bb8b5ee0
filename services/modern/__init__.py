"""Use cases behind the newer generation's API: its words for ours (systems.md §40)."""
