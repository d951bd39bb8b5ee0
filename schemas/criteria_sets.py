"""The sets of criteria that ship with this release, one file for each market and version."""

from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson

from domain import criteria_sets as rules
from domain.criteria_sets import CriteriaSet, CriteriaSetNotFound
from domain.markets import MARKETS

VERSIONS: Final = ("2026-11",)
"""All versions, the latest last; none is ever changed or taken away."""


def latest(market: str) -> CriteriaSet:
    """The set with which an audit begins now; raises CriteriaSetNotFound."""
    return of(market, VERSIONS[-1])


@cache
def of(market: str, version: str) -> CriteriaSet:
    """The set of a market in one version; raises CriteriaSetNotFound."""
    if market not in MARKETS or version not in VERSIONS:
        raise CriteriaSetNotFound
    document = _document(market, version)
    return rules.read(document, _document(rules.COMMON, document["common"]))


def _document(name: str, version: str) -> dict[str, Any]:
    text = files("schemas").joinpath("criteria_sets", f"{name}-{version}.json").read_bytes()
    document: dict[str, Any] = orjson.loads(text)
    return document
