"""Names of products: their category in English, else as it stands there, else the product's id."""

from collections import Counter
from pathlib import Path
from typing import Final

from jobs.replay import ledger as codes
from jobs.replay.ledger import Ledger, Place
from jobs.replay.rows import Row, read

PRODUCTS: Final = "products.csv"
TRANSLATION: Final = "product_category_name_translation.csv"
_CATEGORY: Final = "product_category_name"
_ENGLISH: Final = "product_category_name_english"


class Catalogue:
    """What the folder says about products; either file may be missing."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._products = _by_id(folder / PRODUCTS, ("product_id", _CATEGORY), ledger)
        self._english = _by_id(folder / TRANSLATION, (_CATEGORY, _ENGLISH), ledger)
        self._rules: dict[str, str] = {}

    def name(self, product_id: str) -> tuple[str, tuple[Place, ...]]:
        """The product's name, and the rows it was taken from."""
        product = self._products.get(product_id)
        category = product[_CATEGORY] if product else ""
        translation = self._english.get(category)
        english = translation[_ENGLISH] if translation else ""
        places = tuple(row.place for row in (product, translation) if row)
        if english:
            self._rules[product_id] = "English category"
        elif category:
            self._rules[product_id] = "Portuguese category"
        else:
            self._rules[product_id] = "product id"
        return english or category or product_id, places

    @property
    def filling(self) -> str:
        """How many products were named by which rule."""
        counts = Counter(self._rules.values()).most_common()
        return "; ".join(f"{number} by {rule}" for rule, number in counts)


def _by_id(path: Path, columns: tuple[str, ...], ledger: Ledger) -> dict[str, Row]:
    """The file's rows by their first column; the first row of an id stands."""
    found: dict[str, Row] = {}
    for row in read(path, columns=columns, names=1, ledger=ledger) if path.exists() else ():
        if row[columns[0]] in found:
            ledger.refuse(row.place, codes.DUPLICATE, f"{columns[0]} stands there twice")
        else:
            found[row[columns[0]]] = row
    return found
