"""``trustwright verify``: whether a statement, a receipt or a badge token is genuine."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn
from urllib.parse import urljoin

import orjson
import typer

from api.commands.installations import now, opened
from api.commands.terminal import show_json
from domain import policies
from domain.errors import PageUnusable
from jobs import connections, pages
from jobs.connections import Gate
from rich_snippets import badge_tokens, receipts, signatures, verification
from rich_snippets.signatures import NotSigned, PublicKey
from schemas import encoding
from schemas.certificates import BadgeToken
from schemas.receipts import Receipt
from schemas.shapes import Shape
from schemas.statements import Statement
from services import signing_keys

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    epilog="Example: trustwright verify reviews statement.json --keys keys.json",
)

_WEB: Final = ("http://", "https://")
_UNREADABLE: Final = 2
_VALID: Final = "VALID"
_MOST: Final = policies.STATEMENTS.bytes + 1

Keys = Mapping[str, PublicKey]
KeySet = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|URL", help="The key set to trust, else that of the installation here."
    ),
]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Also fetch from your own network.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]


@app.callback()
def verify() -> None:
    """Check what an installation has signed."""


@app.command(
    epilog="Example: trustwright verify reviews https://trust.example/v1/shops/X…/statement.json"
)
def reviews(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL", help="An answer of statement.json, or the JWS in it alone."
        ),
    ],
    keys: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="The key set to trust. Else that of the URL's own host, and for a file that of "
            "the installation here.",
        ),
    ] = None,
    allow_private: AllowPrivate = False,
    as_json: AsJson = False,
) -> None:
    """Check a statement about reviews: who signed it, what it says, whether it still holds.

    A statement says how many reviews a grade rests on, what does not count, what was removed and
    why. One changed sign is found. Where nobody changed anything, all it proves is that the
    installation with this key said so: compare it with what the shop shows.

    Status 0: it is valid. 1: it is not. 2: the statement or the keys cannot be read.
    """
    gate = _gate(allow_private)
    data, known = _taken(lambda: _read(source, gate), source, keys, gate, as_json=as_json)
    checked = verification.check(data, known, now=now())
    signed = checked.statement
    _tell(checked, "statement", signed, _lines(signed) if signed else (), as_json=as_json)


@app.command(epilog="Example: trustwright verify receipt receipt.json --keys keys.json")
def receipt(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="A receipt of a review, or the JWS in it alone.")
    ],
    keys: KeySet = None,
    allow_private: AllowPrivate = False,
    as_json: AsJson = False,
) -> None:
    """Check the receipt of a review: who signed it, what was received, by when it is answered.

    With a file of keys nothing is asked of any network. Where the day has passed and the review
    is neither public as it was sent nor refused with reasons, the receipt proves a broken promise.

    Status 0: it is valid. 1: it is not. 2: the receipt or the keys cannot be read.
    """
    gate, at = _gate(allow_private), now()
    data, known = _taken(lambda: _file(source), source, keys, gate, as_json=as_json)
    checked = receipts.check(data, known, now=at)
    signed = checked.receipt
    is_due = signed is not None and at >= signed.answer_by
    lines = _receipt_lines(signed, is_due=is_due) if signed else ()
    _tell(checked, "receipt", signed, lines, as_json=as_json, more={"isDue": is_due})


@app.command(epilog="Example: trustwright verify badge badge-token.json --keys keys.json")
def badge(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help="An answer of badge-token.json, or the JWS in it; - reads it."
        ),
    ],
    keys: KeySet = None,
    allow_private: AllowPrivate = False,
    as_json: AsJson = False,
) -> None:
    """Check a badge token: whether a shop had a valid mark, on which domain, and until when.

    With a file of keys nothing is asked of any network. A token proves what held when it was
    signed, and no longer than seven days; the certificate page says what holds this minute.

    Status 0: the mark is valid. 1: it is not. 2: the token or the keys cannot be read.
    """
    gate = _gate(allow_private)

    def read() -> bytes:
        return sys.stdin.buffer.read(_MOST) if source == "-" else _file(source)

    data, known = _taken(read, source, keys, gate, as_json=as_json)
    checked = badge_tokens.check(data, known, now=now())
    signed = checked.token
    _tell(checked, "token", signed, _badge_lines(signed) if signed else (), as_json=as_json)


def _gate(allow_private: bool) -> Gate:
    return connections.anywhere if allow_private else connections.is_public


def _taken(
    read: Callable[[], bytes], source: str, keys: str | None, gate: Gate, *, as_json: bool
) -> tuple[bytes, Keys]:
    """What ``read`` gives and the keys; ends the command where either cannot be read."""
    try:
        return read(), _keys(source, keys, gate)
    except (OSError, ValueError, PageUnusable, NotSigned) as error:
        why = error.strerror if isinstance(error, OSError) else None
        _say({"verdict": "UNREADABLE", "detail": why or str(error)}, as_json=as_json)
        raise typer.Exit(_UNREADABLE) from None


def _tell(
    checked: badge_tokens.Checked | receipts.Checked | verification.Checked,
    name: str,
    signed: Shape | None,
    lines: Iterable[str],
    *,
    as_json: bool,
    more: Mapping[str, Any] | None = None,
) -> NoReturn:
    """Write the verdict and, where the signature fits, what was signed; ends the command."""
    document = {"verdict": checked.verdict, "detail": checked.detail, "kid": checked.kid}
    if signed is not None:
        document |= {name: orjson.loads(encoding.to_json(signed)), **(more or {})}
    _say(document, as_json=as_json)
    for line in () if as_json else lines:
        # What others wrote must not speak to the terminal.
        typer.echo("".join(sign if sign.isprintable() else "�" for sign in line))
    raise typer.Exit(0 if checked.verdict == _VALID else 1)


def _say(document: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(document)
    else:
        typer.echo(f"{document['verdict']}: {document['detail']}")


def _badge_lines(token: BadgeToken) -> Iterator[str]:
    """What was signed, for people to read."""
    yield f"  signed by    {token.issuer}"
    yield f"  shop         {token.shop_name}, {token.domain}"
    yield f"  mark         {token.status}, certificate {token.number or 'none'}"
    yield f"  holds        {token.issued_at.isoformat()} to {token.expires_at.isoformat()}"


def _file(source: str) -> bytes:
    # One byte more than is looked at: a file that has more is not read to its end.
    with Path(source).open("rb") as file:
        return file.read(_MOST)


def _receipt_lines(receipt: Receipt, *, is_due: bool) -> Iterator[str]:
    """What was signed, for people to read."""
    yield f"  signed by    {receipt.issuer}"
    yield f"  review       {receipt.review}, version {receipt.number}"
    yield f"  received     {receipt.received_at.isoformat()}"
    yield f"  digest       {receipt.digest}"
    passed = ", which has passed" if is_due else ""
    yield f"  published, or answered with reasons, by {receipt.answer_by.isoformat()}{passed}"


def _read(source: str, gate: Gate) -> bytes:
    if source.lower().startswith(_WEB):
        return pages.fetch(source, may_visit=gate, wanted=pages.ANYTHING).body
    return _file(source)


def _keys(source: str, keys: str | None, gate: Gate) -> Keys:
    if keys is None and source.lower().startswith(_WEB):
        keys = urljoin(source, signatures.WELL_KNOWN)
    if keys is not None:
        return verification.read_key_set(_read(keys, gate))
    with opened() as installation:
        published = signing_keys.published(installation.database).keys
    return {key.kid: key for key in published}


def _lines(statement: Statement) -> Iterator[str]:
    """What was signed, for people to read; with every value its count and period."""
    period, shop, origin = statement.period, statement.shop, statement.provenance
    yield f"  signed by    {statement.issuer}"
    yield f"  about        {shop.name}, {shop.url}"
    if statement.product is not None:
        yield f"  product      {statement.product.name}, SKU {statement.product.sku}"
    value = f"{statement.rating.value:.2f} of 5" if statement.rating else statement.state
    yield f"  grade        {value}, {statement.count} reviews, {period.start} to {period.end}"
    if statement.distribution is not None:
        numbers = statement.distribution.model_dump().values()
        yield f"  1 to 5 stars {', '.join(map(str, numbers))}"
    outside = ", ".join(f"{each.count} {each.reason}" for each in origin.outside_rating)
    yield f"  not counted  {outside}"
    removed = ", ".join(f"{each.count} {each.ground}" for each in origin.removed)
    yield f"  removed      {removed}"
    yield (
        f"  received     {origin.received}: {origin.published} published, "
        f"{origin.waiting} waiting, {origin.withdrawn} withdrawn by their authors"
    )
    yield f"  of published {origin.verified.count} verified, {origin.invited.count} invited"
    yield f"  holds        {statement.issued_at.isoformat()} to {statement.expires_at.isoformat()}"
