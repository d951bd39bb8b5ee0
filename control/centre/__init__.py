"""The control centre: screens for signed-in people, and the pages around signing in."""
