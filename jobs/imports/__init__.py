"""Reads what other services give out about reviews, and brings it along."""
