"""Adobe's structured data validator, which is modelled on the Rich Results Test."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.architecture.tree import ROOT
from tests.validators import programs

_TERMS = json.loads((ROOT / "tests/rich_snippets/vocabulary.json").read_text(encoding="utf-8"))

# It wants of every Product what a merchant listing needs. Without offers a product is none, and
# with a rating or a review it is a product snippet all the same (P1).
_OF_A_LISTING = {f'Required attribute "{name}" is missing' for name in ("image", "offers")}


@dataclass(frozen=True, slots=True)
class Issue:
    """An error about one item: the way to it, its type, and the properties that it has."""

    message: str
    path: str
    type: str
    properties: frozenset[str]

    @property
    def is_excused(self) -> bool:
        """Whether it wants a valid product snippet to be a merchant listing (§8, CI2)."""
        return (
            self.message in _OF_A_LISTING
            and self.type == "Product"
            and "offers" not in self.properties
            and not self.properties.isdisjoint({"aggregateRating", "review"})
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The items that were found in a document, such as ``jsonld:Product``, and its errors."""

    items: tuple[str, ...]
    errors: tuple[Issue, ...]

    @property
    def messages(self) -> set[str]:
        """What is said about errors that are not excused."""
        return {issue.message for issue in self.errors if not issue.is_excused}


def check(documents: Mapping[str, str]) -> dict[str, Verdict]:
    """The verdict about each HTML document; warnings are about what is optional, and left out."""
    programs.packaged("@adobe/structured-data-validator")
    said = subprocess.run(
        [programs.program("node"), programs.HERE / "adobe.mjs"],
        input=json.dumps({"vocabulary": _vocabulary(), "documents": documents}),
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
        timeout=120,
    ).stdout
    return {name: _verdict(found) for name, found in json.loads(said).items()}


def _verdict(found: Mapping[str, Any]) -> Verdict:
    errors = (
        Issue(each["message"], each["path"], each["type"], frozenset(each["properties"]))
        for each in found["issues"]
        if each["severity"] == "ERROR"
    )
    return Verdict(tuple(found["items"]), tuple(errors))


def _vocabulary() -> dict[str, Any]:
    """Our terms in the form of schema.org's own file; a type that is not among them is an error."""
    known = {name for ancestors in _TERMS["types"].values() for name in ancestors}
    classes = [
        {"@id": f"schema:{name}", "@type": "rdfs:Class", "rdfs:subClassOf": _above(name)}
        for name in sorted(known)
    ]
    properties = [
        {
            "@id": f"schema:{name}",
            "@type": "rdf:Property",
            "schema:domainIncludes": [{"@id": f"schema:{kind}"} for kind in term["domains"]],
        }
        for name, term in _TERMS["properties"].items()
    ]
    return {"@graph": classes + properties}


def _above(name: str) -> list[dict[str, str]]:
    ancestors = _TERMS["types"].get(name, [])
    return [{"@id": f"schema:{above}"} for above in ancestors if above != name]
