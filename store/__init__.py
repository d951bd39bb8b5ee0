"""Persistence: tables, queries, snapshots, cache and migrations."""
