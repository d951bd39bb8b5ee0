"""What an invitation never says: rewards, conditions, stars set beforehand (GP-3, ISO-6).

A closed list in the platform's languages. It finds the plain cases; the shop answers for all
others, as its contract says.
"""

import re
from typing import Final

_REWARDS: Final = (
    # German, English, French, Spanish, Italian, Dutch, Polish
    r"gutschein\w*",
    r"gewinnspiel\w*",
    r"verlosung\w*",
    r"belohn\w+",
    r"geschenkt?\w*",
    r"prämie\w*",
    r"vouchers?",
    r"coupons?",
    r"discounts?",
    r"gift ?cards?",
    r"free gifts?",
    r"rewards?",
    r"prize draws?",
    r"sweepstakes?",
    r"cashback",
    r"bons? d['\u2019]achat",
    r"bons? de réduction",
    r"codes? promo\w*",
    r"(?:\d+ ?% de remise|remise de \d+)",
    r"cadeaux?",
    r"tirage au sort",
    r"récompens\w+",
    r"cup[oó]n(?:es)?",
    r"descuentos?",
    r"regalos?",
    r"sorteos?",
    r"recompensas?",
    r"buon[oi] (?:sconto|regalo|acquisto)",
    r"sconto",
    r"sconti",
    r"omaggi\w*",
    r"regal[oi]",
    r"premi[oi]?",
    r"korting\w*",
    r"cadeau\w*",
    r"tegoedbon\w*",
    r"waardebon\w*",
    r"beloning\w*",
    r"winactie\w*",
    r"rabat(?:t\w*|u|y|em|ów|owy)?",
    r"kupon\w*",
    r"zniżk\w+",
    r"nagrod\w+",
    r"upomin\w+",
)
_CONDITIONS: Final = (
    r"(?:wenn|falls|sofern) sie (?:\w+ ){0,3}(?:zufrieden|glücklich|begeistert)",
    r"(?:waren|sind) sie (?:\w+ ){0,2}zufrieden\s?\?",
    r"(?:if|provided|as long as) you(?:['\u2019]re| are| were)? (?:\w+ ){0,2}"
    r"(?:happy|satisfied|pleased|enjoyed|liked)",
    r"(?:si|dès lors que) vous (?:\w+ ){0,3}"
    r"(?:satisfaits?|satisfaites?|contents?|contentes?|ravis?)",
    r"si (?:\w+ ){0,3}(?:satisfech[oa]s?|content[oa]s?)",
    r"se (?:\w+ ){0,3}(?:soddisfatt[oaie]|content[oaie])",
    r"(?:als|indien) u (?:\w+ ){0,3}(?:tevreden|blij)",
    r"(?:jeśli|jeżeli) (?:\w+ ){0,4}zadowol\w+",
)
_STARS: Final = (
    r"[★⭐✭✩🌟]",
    r"(?:5|fünf)[ -]sterne\w*",
    r"(?:5|five)[ -]stars?",
    r"(?:5|cinq) étoiles",
    r"(?:5|cinco) estrellas",
    r"(?:5|cinque) stelle",
    r"(?:5|vijf) sterren",
    r"(?:5|pięć|pięciu) gwiazd\w+",
)
_FORBIDDEN: Final = re.compile(
    r"(?<!\w)(?:" + "|".join((*_REWARDS, *_CONDITIONS)) + r")(?!\w)|" + "|".join(_STARS),
    re.IGNORECASE,
)


def forbidden(text: str) -> str:
    """The first words of ``text`` that no invitation may say, empty when there are none."""
    found = _FORBIDDEN.search(" ".join(text.split()))
    return found[0] if found else ""
