"""The commands of ``trustwright``, one file each, loaded when it is called."""
