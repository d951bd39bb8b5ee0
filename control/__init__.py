"""The HTTP edge for people: control centre, review form and public profile."""
