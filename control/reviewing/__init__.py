"""The review form: what the link in an invitation opens, for buyers without a login."""
