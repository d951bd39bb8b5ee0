"""The jobs of audits: look at a shop's pages, remind and end each night, forget old files."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

from domain.errors import PageUnusable
from jobs import connections, pages
from jobs.pages import Fetched, Wanted
from services import audit_decisions, audits, finding_files, prechecks
from services.installation import Installation
from services.prechecks import Proposal, Seen

Fetch = Callable[[str], Fetched]

_WANTED: Final = Wanted(2_000_000, frozenset({"text/html", "application/xhtml+xml"}))
_LINKS: Final = 2_000
_GONE: Final = "gone"

# What the link to a page is called, in the seven languages, by the criterion that asks for it.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ID-NAME": (
        "impressum",
        "imprint",
        "legal notice",
        "mentions légales",
        "mentions legales",
        "aviso legal",
        "note legali",
        "colofon",
        "wettelijke vermeldingen",
        "o nas",
        "dane firmy",
        "about us",
        "über uns",
        "kontakt",
        "contact",
        "contatti",
        "contacto",
    ),
    "DP-NOTICE": (
        "datenschutz",
        "privacy",
        "confidentialité",
        "confidentialite",
        "données personnelles",
        "privacidad",
        "riservatezza",
        "prywatności",
        "prywatnosci",
    ),
    "WR-INFO": (
        "widerruf",
        "withdrawal",
        "right to cancel",
        "rétractation",
        "retractation",
        "desistimiento",
        "recesso",
        "herroeping",
        "odstąpieni",
        "odstapieni",
        "returns",
        "rückgabe",
        "retours",
        "devoluciones",
        "resi",
        "zwrot",
    ),
    "OR-TERMS": (
        "agb",
        "terms",
        "geschäftsbedingungen",
        "conditions générales",
        "cgv",
        "condiciones",
        "condizioni",
        "voorwaarden",
        "regulamin",
    ),
    "DL-COSTS": (
        "versand",
        "lieferung",
        "shipping",
        "delivery",
        "livraison",
        "envío",
        "envio",
        "spedizion",
        "verzend",
        "levering",
        "dostawa",
        "dostawy",
        "wysyłka",
    ),
    "OR-STEPS": (
        "warenkorb",
        "cart",
        "basket",
        "panier",
        "cesta",
        "carrito",
        "carrello",
        "winkelwagen",
        "winkelmand",
        "koszyk",
        "checkout",
        "kasse",
    ),
}
_PRICE: Final = re.compile(
    r"(?:€|£|EUR|CHF|GBP|PLN|zł)\s?\d|\d[\d.,]*\s?(?:€|£|EUR|CHF|GBP|PLN|zł)", re.IGNORECASE
)


def fetch(url: str) -> Fetched:
    """Get a page of the public internet; raises PageUnusable."""
    return pages.fetch(url, wanted=_WANTED, ports=connections.USUAL_PORTS)


def precheck(installation: Installation, *, audit_id: str, fetch: Fetch = fetch) -> str:
    """Open the shop's pages and propose findings, which an auditor confirms or not.

    Returns how many proposals there are, or an error's code.
    """
    with installation.database.read() as session:
        asked = prechecks.asked(session, audit_id)
    if asked is None:
        return _GONE
    proposals = list(_looked(asked.url, fetch))
    with installation.database.write() as work:
        return str(prechecks.propose(work, audit_id, proposals, now=datetime.now(UTC)))


def watch(installation: Installation, *, now: str) -> dict[str, int]:
    """Carry out decisions whose notice is over, remind and end; returns how often each was done.

    One transaction for each: after a crash the next run goes on where this one stopped.
    """
    moment = datetime.fromisoformat(now)
    with installation.database.read() as session:
        decisions = audit_decisions.due(session, now=moment)
        ending = audits.ending(session, now=moment)
    done: dict[str, int] = {}
    for decision_id in decisions:
        with installation.database.write() as work:
            _count(done, audit_decisions.carry_out(work, decision_id, now=moment))
    for audit_id in ending:
        with installation.database.write() as work:
            _count(done, audits.lapse(work, audit_id, now=moment))
    return done


def forget(installation: Installation, *, now: str) -> int:
    """Delete files of audits that were closed long ago; returns how many."""
    return finding_files.purge(installation, now=datetime.fromisoformat(now))


def _count(done: dict[str, int], what: str) -> None:
    if what:
        done[what] = done.get(what, 0) + 1


def _looked(url: str, fetch: Fetch) -> Iterator[Proposal]:
    try:
        home = fetch(url)
    except PageUnusable:
        yield Proposal("DP-TLS", Seen.UNREACHABLE, url)
        return
    is_encrypted = urlsplit(home.url).scheme == "https"
    yield Proposal("DP-TLS", Seen.ENCRYPTED if is_encrypted else Seen.NOT_ENCRYPTED, home.url)
    text = _text(home)
    has_price = _PRICE.search(text) is not None
    yield Proposal("PR-PRICE", Seen.PRICES_SEEN if has_price else Seen.PRICES_NOT_SEEN, home.url)
    links = _links(text)
    for criterion, words in WORDS.items():
        yield _page(criterion, words, links, home.url, fetch)


def _page(
    criterion: str,
    words: tuple[str, ...],
    links: list[tuple[str, str]],
    home: str,
    fetch: Fetch,
) -> Proposal:
    """Whether a link of such a name leads to a page of the same shop that answers."""
    for address, name in links:
        if any(word in name for word in words):
            target = urljoin(home, address)
            if urlsplit(target).hostname != urlsplit(home).hostname:
                continue
            try:
                return Proposal(criterion, Seen.PAGE_FOUND, fetch(target).url)
            except PageUnusable:
                return Proposal(criterion, Seen.UNREACHABLE, target)
    return Proposal(criterion, Seen.PAGE_NOT_FOUND, home)


class _Links(HTMLParser):
    """Collects the addresses of links with what they are called, both in lower case names."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._address: str | None = None
        self._name: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._close()
            given = dict(attrs)
            self._address = given.get("href")
            self._name = [given.get("title") or "", given.get("aria-label") or ""]

    def handle_data(self, data: str) -> None:
        if self._address is not None:
            self._name.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close()

    def close(self) -> None:
        """A link that was never closed is one as well."""
        super().close()
        self._close()

    def _close(self) -> None:
        if self._address is not None and len(self.found) < _LINKS:
            name = " ".join(" ".join(self._name).split()).casefold()
            self.found.append((self._address, f"{name} {self._address.casefold()}"))
        self._address = None


def _links(text: str) -> list[tuple[str, str]]:
    parser = _Links()
    parser.feed(text)
    parser.close()
    return parser.found


def _text(fetched: Fetched) -> str:
    try:
        return fetched.body.decode(fetched.charset or "utf-8", "replace")
    except LookupError:
        return fetched.body.decode("utf-8", "replace")
