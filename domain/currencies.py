"""Currencies in circulation and how many decimals each has (ISO 4217)."""

from typing import Final

EURO: Final = "EUR"

_WITH_TWO_DECIMALS: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
    QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW
"""
_WITH_NONE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_TWO: Final = frozenset(_WITH_TWO_DECIMALS.split())
_NONE: Final = frozenset(_WITH_NONE.split())
_KNOWN: Final = _TWO | _NONE


def is_known(code: str) -> bool:
    """Whether amounts in this currency can be told apart from those in any other.

    The few with three decimals are unknown here: whoever hands over an order in one of them has
    two decimals in mind, and an amount that is wrong by ten must not be covered.
    """
    return code in _KNOWN


def decimals(code: str) -> int:
    """Digits after the decimal point of a known currency: 2, or 0 as for the yen."""
    return 0 if code in _NONE else 2
