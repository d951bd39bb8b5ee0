"""Target markets: languages offered and the zone in which pages show times (systems.md §1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain import languages
from domain.errors import ShopInvalid


@dataclass(frozen=True, slots=True)
class Market:
    """One target market; ``alpha3`` is what legacy wires call it."""

    code: str
    alpha3: str
    languages: tuple[str, ...]
    zone: str

    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2; empty for a market of several countries."""
        return "" if self.code == "EUO" else {"UK": "GB"}.get(self.code, self.code[:2])


MARKETS: Final[Mapping[str, Market]] = {
    market.code: market
    for market in (
        Market("DE", "DEU", ("de", "en"), "Europe/Berlin"),
        Market("AT", "AUT", ("de", "en"), "Europe/Vienna"),
        Market("CH", "CHE", ("de", "fr", "it", "en"), "Europe/Zurich"),
        Market("FR", "FRA", ("fr", "en"), "Europe/Paris"),
        Market("ES", "ESP", ("es", "en"), "Europe/Madrid"),
        Market("IT", "ITA", ("it", "de", "en"), "Europe/Rome"),
        Market("NL", "NLD", ("nl", "en"), "Europe/Amsterdam"),
        Market("PL", "POL", ("pl", "en"), "Europe/Warsaw"),
        Market("UK", "GBR", ("en",), "Europe/London"),
        Market("BE-FR", "BEL", ("fr", "en"), "Europe/Brussels"),
        Market("BE-NL", "BEL", ("nl", "en"), "Europe/Brussels"),
        Market("EUO", "EUO", languages.SUPPORTED, "UTC"),
    )
}


def get(code: str, *, language: str) -> Market:
    """The market, if it offers ``language``.

    Raises ShopInvalid for an unknown market or a language it does not offer (systems.md §1).
    """
    market = MARKETS.get(code)
    if market is None:
        known = ", ".join(MARKETS)
        raise ShopInvalid(f"{code[:40]!r} is not one of the markets {known}.", field="market")
    if language not in market.languages:
        offered = ", ".join(market.languages)
        raise ShopInvalid(
            f"Market {code} offers {offered}, not {language[:40]!r}.", field="language"
        )
    return market
