"""Checks whether the tags of a shop's page work: those of our own embed and those it replaces."""
