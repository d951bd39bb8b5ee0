"""Results: figures by part, kept with the machine and the versions they were measured on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from bench.figures import Figure
from bench.machine import description, versions

FOLDER: Final = Path(__file__).parent / "results"


@dataclass(slots=True)
class Results:
    """What was found out; ``dates`` says for each part when, as an ISO date."""

    is_quick: bool = False
    parts: dict[str, Sequence[Figure]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    machine: Mapping[str, str] = field(default_factory=description)
    versions: Mapping[str, str] = field(default_factory=versions)

    @property
    def missed(self) -> list[Figure]:
        """The figures that do not keep their bound."""
        every = (figure for figures in self.parts.values() for figure in figures)
        return [figure for figure in every if figure.is_reached is False]

    @property
    def path(self) -> Path:
        """Where the results are kept; a quick run leaves those of a real one alone."""
        return FOLDER / ("quick.json" if self.is_quick else "latest.json")

    def save(self) -> None:
        """Write everything as JSON."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(orjson.dumps(self._plain(), option=orjson.OPT_INDENT_2))

    def _plain(self) -> dict[str, Any]:
        parts = {
            name: {"date": self.dates[name], "figures": [_plain_figure(f) for f in figures]}
            for name, figures in self.parts.items()
        }
        about = {"quick": self.is_quick, "machine": self.machine, "versions": self.versions}
        return {**about, "parts": parts}

    def take_over(self) -> None:
        """Start from an earlier run on the same machine with the same versions."""
        try:
            earlier = orjson.loads(self.path.read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return
        if (earlier["machine"], earlier["versions"]) != (self.machine, self.versions):
            return
        for name, part in earlier["parts"].items():
            self.parts[name] = [_figure(plain) for plain in part["figures"]]
            self.dates[name] = part["date"]


def _plain_figure(figure: Figure) -> dict[str, Any]:
    bound = figure.bound
    return {
        **asdict(figure),
        "bound": f"{bound.sign} {bound.limit:g}" if bound else None,
        "reached": figure.is_reached,
    }


def _figure(plain: Mapping[str, Any]) -> Figure:
    return Figure(**{name: plain[name] for name in Figure.__slots__})
