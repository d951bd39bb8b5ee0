"""The newer generation's API over HTTP (systems.md §40)."""
