"""The Nu HTML checker, which browsers' makers and the W3C use; it does not read JSON-LD."""

import json
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from tests.validators import programs

_JAR = "vnu-jar/build/dist/vnu.jar"
# It recurses deeply, and lives too short for the second compiler to be worth its time.
_JVM = ("-Xss4m", "-XX:TieredStopAtLevel=1")


def check(documents: Mapping[str, str], folder: Path) -> dict[str, set[str]]:
    """What is wrong with each HTML document that has an error; they are written to ``folder``."""
    files = {f"{number}.html": name for number, name in enumerate(documents)}
    for file, name in files.items():
        (folder / file).write_text(documents[name], encoding="utf-8")
    jar, java = programs.packaged(_JAR), programs.program("java")
    said = subprocess.run(
        [java, *_JVM, "-jar", jar, "--stdout", "--format", "json", "--exit-zero-always", folder],
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
        timeout=120,
    ).stdout
    errors: dict[str, set[str]] = defaultdict(set)
    for message in json.loads(said)["messages"]:
        if message["type"] != "info":
            errors[files[Path(message["url"]).name]].add(message["message"])
    return dict(errors)
