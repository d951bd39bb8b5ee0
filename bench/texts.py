"""Words for synthetic reviews: varied enough that compression has to work."""

from random import Random
from typing import Final

_OPENINGS: Final = (
    "Arrived two days after I ordered",
    "The parcel came later than promised",
    "I asked for an exchange",
    "This was my third order here",
    "Very easy to order from my phone",
    "The jacket is smaller than the table says",
    "A present for my sister",
    "The lamp was broken when I unpacked it",
    "Exactly what the pictures show",
    "Good advice on the telephone",
    "I paid by invoice without any trouble",
    "The colour is a little darker than expected",
    "Spare parts were in stock",
    "I had to write twice before somebody answered",
    "Well packed without any plastic",
    "The courier left it with a neighbour",
)
_MIDDLES: Final = (
    "and the receipt was in the box",
    "but the shop answered within an hour",
    "and the fabric feels solid",
    "although nobody had told me about the delay",
    "and the refund came after nine days",
    "so I kept it anyway",
    "and the manual is only in German",
    "but the price was fair for what it is",
    "and everything fitted together at once",
    "which I had not expected at this price",
    "and it still works after four weeks of daily use",
    "but one screw was missing",
)
_ENDS: Final = (
    "I would order here again.",
    "Next time I will choose another carrier.",
    "Thank you to the team!",
    "Three stars because of the waiting.",
    "My neighbour has ordered one too.",
    "Please offer it in green as well.",
    "Not perfect, but good enough for me.",
    "The return was free of charge.",
    "I am happy with it.",
    "Once and never again.",
)
TITLES: Final = (
    "As described",
    "Quick delivery",
    "Good, with one remark",
    "Would buy again",
    "Not for me",
    "Friendly service",
    "Took its time",
    "Nice quality",
)
NAMES: Final = ("Dario", "Anna K.", "B. M.", "Johanna", "Luc", "S. Nowak", "Pieter", "Chiara R.")


def pool(random: Random, size: int = 2_000) -> list[str]:
    """``size`` texts of 60 to 150 characters."""
    return [
        f"{random.choice(_OPENINGS)} {random.choice(_MIDDLES)}. {random.choice(_ENDS)}"
        for _ in range(size)
    ]
