"""``trustwright verify``: whether a signed statement about reviews is genuine."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final
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
from rich_snippets.verification import Checked, Verdict
from schemas import encoding
from schemas.statements import Statement
from services import signing_keys

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    epilog="Example: trustwright verify reviews statement.json --keys keys.json",
)

_WEB: Final = ("http://", "https://")
_UNREADABLE: Final = 2
_MOST: Final = policies.STATEMENTS.bytes + 1


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
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also fetch from your own network.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")] = False,
) -> None:
    """Check a statement about reviews: who signed it, what it says, whether it still holds.

    A statement says how many reviews a grade rests on, what does not count, what was removed and
    why. One changed sign is found. Where nobody changed anything, all it proves is that the
    installation with this key said so: compare it with what the shop shows.

    Status 0: it is valid. 1: it is not. 2: the statement or the keys cannot be read.
    """
    gate = connections.anywhere if allow_private else connections.is_public
    try:
        data = _read(source, gate)
        known = _keys(source, keys, gate)
    except (OSError, ValueError, PageUnusable, NotSigned) as error:
        why = error.strerror if isinstance(error, OSError) else None
        _show({"verdict": "UNREADABLE", "detail": why or str(error)}, as_json=as_json)
        raise typer.Exit(_UNREADABLE) from None
    checked = verification.check(data, known, now=now())
    _show(_document(checked), as_json=as_json, statement=checked.statement)
    raise typer.Exit(0 if checked.verdict is Verdict.VALID else 1)


@app.command(epilog="Example: trustwright verify receipt receipt.json --keys keys.json")
def receipt(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="A receipt of a review, or the JWS in it alone.")
    ],
    keys: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL", help="The key set to trust, else that of the installation here."
        ),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also fetch from your own network.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")] = False,
) -> None:
    """Check the receipt of a review: who signed it, what was received, by when it is answered.

    With a file of keys nothing is asked of any network. Where the day has passed and the review
    is neither public as it was sent nor refused with reasons, the receipt proves a broken promise.

    Status 0: it is valid. 1: it is not. 2: the receipt or the keys cannot be read.
    """
    gate = connections.anywhere if allow_private else connections.is_public
    at = now()
    try:
        data, known = _read(str(source), gate), _keys(str(source), keys, gate)
    except (OSError, ValueError, PageUnusable, NotSigned) as error:
        why = error.strerror if isinstance(error, OSError) else None
        _show({"verdict": "UNREADABLE", "detail": why or str(error)}, as_json=as_json)
        raise typer.Exit(_UNREADABLE) from None
    checked = receipts.check(data, known, now=at)
    found = checked.receipt
    document: dict[str, Any] = {"verdict": checked.verdict, "detail": checked.detail}
    document["kid"] = checked.kid
    if found is not None:
        document["receipt"] = orjson.loads(encoding.to_json(found))
        document["isDue"] = at >= found.answer_by
    _show(document, as_json=as_json)
    for line in _receipt_lines(document) if found and not as_json else ():
        typer.echo("".join(sign if sign.isprintable() else "�" for sign in line))
    raise typer.Exit(0 if checked.verdict is receipts.Verdict.VALID else 1)


@app.command(epilog="Example: trustwright verify badge badge-token.json --keys keys.json")
def badge(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help="An answer of badge-token.json, or the JWS in it; - reads it."
        ),
    ],
    keys: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL", help="The key set to trust, else that of the installation here."
        ),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also fetch from your own network.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")] = False,
) -> None:
    """Check a badge token: whether a shop had a valid mark, on which domain, and until when.

    With a file of keys nothing is asked of any network. A token proves what held when it was
    signed, and no longer than seven days; the certificate page says what holds this minute.

    Status 0: the mark is valid. 1: it is not. 2: the token or the keys cannot be read.
    """
    gate = connections.anywhere if allow_private else connections.is_public
    try:
        data = sys.stdin.buffer.read(_MOST) if source == "-" else _file(source)
        known = _keys(source, keys, gate)
    except (OSError, ValueError, PageUnusable, NotSigned) as error:
        why = error.strerror if isinstance(error, OSError) else None
        _show({"verdict": "UNREADABLE", "detail": why or str(error)}, as_json=as_json)
        raise typer.Exit(_UNREADABLE) from None
    checked = badge_tokens.check(data, known, now=now())
    document: dict[str, Any] = {"verdict": checked.verdict, "detail": checked.detail}
    document["kid"] = checked.kid
    if checked.token is not None:
        document["token"] = orjson.loads(encoding.to_json(checked.token))
    _show(document, as_json=as_json)
    for line in _badge_lines(document["token"]) if checked.token and not as_json else ():
        typer.echo("".join(sign if sign.isprintable() else "�" for sign in line))
    raise typer.Exit(0 if checked.verdict is badge_tokens.Verdict.VALID else 1)


def _badge_lines(token: Mapping[str, Any]) -> Iterator[str]:
    """What was signed, for people to read."""
    yield f"  signed by    {token['issuer']}"
    yield f"  shop         {token['shopName']}, {token['domain']}"
    yield f"  mark         {token['status']}, certificate {token.get('number', 'none')}"
    yield f"  holds        {token['issuedAt']} to {token['expiresAt']}"


def _file(source: str) -> bytes:
    # One byte more than is looked at: a file that has more is not read to its end.
    with Path(source).open("rb") as file:
        return file.read(_MOST)


def _receipt_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """What was signed, for people to read."""
    told = document["receipt"]
    yield f"  signed by    {told['issuer']}"
    yield f"  review       {told['review']}, version {told['number']}"
    yield f"  received     {told['receivedAt']}"
    yield f"  digest       {told['digest']}"
    passed = ", which has passed" if document["isDue"] else ""
    yield f"  published, or answered with reasons, by {told['answerBy']}{passed}"


def _read(source: str, gate: Gate) -> bytes:
    if source.lower().startswith(_WEB):
        return pages.fetch(source, may_visit=gate, wanted=pages.ANYTHING).body
    return _file(source)


def _keys(source: str, keys: str | None, gate: Gate) -> Mapping[str, PublicKey]:
    if keys is None and source.lower().startswith(_WEB):
        keys = urljoin(source, signatures.WELL_KNOWN)
    if keys is not None:
        return verification.read_key_set(_read(keys, gate))
    with opened() as installation:
        published = signing_keys.published(installation.database).keys
    return {key.kid: key for key in published}


def _document(checked: Checked) -> dict[str, Any]:
    """The verdict as JSON; what was signed is there only where the signature fits."""
    document = {"verdict": checked.verdict, "detail": checked.detail, "kid": checked.kid}
    if checked.statement is not None:
        document["statement"] = orjson.loads(encoding.to_json(checked.statement))
    return document


def _show(document: dict[str, Any], *, as_json: bool, statement: Statement | None = None) -> None:
    if as_json:
        show_json(document)
        return
    typer.echo(f"{document['verdict']}: {document['detail']}")
    for line in _lines(statement) if statement else ():
        # What others wrote must not speak to the terminal.
        typer.echo("".join(sign if sign.isprintable() else "�" for sign in line))


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
