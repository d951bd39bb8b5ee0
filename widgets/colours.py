"""The colours of the images that we draw."""

from typing import Final

INK: Final = "#102a43"
QUIET: Final = "#486581"
ACCENT: Final = "#0f766e"
EMPTY: Final = "#d9e2ec"
