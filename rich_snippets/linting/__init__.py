"""Reads the markup of other people's pages and says what a search engine would say about it."""
