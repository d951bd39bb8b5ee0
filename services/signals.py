"""Use cases of signals: note what is noticed about a review, show the queue, close what was seen.

Nothing here touches what is public. ``note`` writes into tables of its own, and what a moderator
does about it is a moderation case like any other (SIG-0).
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain import co_occurrence, ids, prints
from domain import signals as rules
from domain.actors import Actor, Role
from domain.co_occurrence import Reviewed
from domain.ids import Prefix
from domain.moderators import Decider
from domain.orders import OrderStatus
from domain.signals import SIGNALS, Seen, Signal, SignalCaseChanged, SignalCaseNotFound
from domain.windows import day_of
from services import audit, holds
from services.installation import Installation
from store import reviews, users
from store import signals as rows
from store.database import Work
from store.keys import Keyring
from store.orders import Order
from store.reviews import Review
from store.shops import Shop
from store.signals import IntegrityCase, Print, Trace

_BATCH: Final = 500
_PREFIXES: Final = {4: 24, 6: 48}


@dataclass(frozen=True, slots=True)
class Sent:
    """How a review was sent: ``network`` as ``network_hash`` gives it, seconds from the opening.

    ``is_datacentre`` where whoever sent it did so from a listed network; who only opens a link, as
    mail servers do, sends nothing.
    """

    network: str = ""
    seconds: int | None = None
    is_datacentre: bool = False


NOTHING: Final = Sent()


def network_hash(keys: Keyring, address: str, *, now: datetime) -> str:
    """What stands for the network of an address on this day, and for no address (RATE-2).

    Empty where it is none, or one of this machine.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.is_loopback:
        return ""
    network = ipaddress.ip_network(f"{found}/{_PREFIXES[found.version]}", strict=False)
    return keys.keyed_hash(f"network:{day_of(now)}", str(network))


def note(
    work: Work, shop: Shop, review: Review, text: str, sent: Sent = NOTHING, *, now: datetime
) -> None:
    """Notice what there is to notice about a review that has just come in, or its first text.

    ``review`` is stored, with what may be shown of ``text``, which is what the author wrote. What
    was noticed stays so.
    """
    _trace(work, shop, review, sent, now)
    seen = _seen(work, shop, review, text, sent, now)
    _print(work, review)
    _keep(work, review, rules.signals_of(seen), now=now)


def note_replay(work: Work, review: Review, *, now: datetime) -> None:
    """Somebody has tried to write a second review with the link of this one (SIG-1)."""
    _keep(work, review, {Signal.TOKEN_REPLAY}, now=now)


def note_undone(work: Work, order: Order, *, now: datetime) -> None:
    """The order of these reviews has been cancelled or refunded since they came in (SIG-8)."""
    for review in reviews.of_order(work.session, order.id):
        if review.is_public:
            _keep(work, review, {Signal.ORDER_UNDONE}, now=now)


def note_groups(installation: Installation, *, now: datetime) -> int:
    """Notice reviews of authors who keep buying the same things (SIG-7); returns how many."""
    policy = co_occurrence.POLICY
    with installation.database.read() as session:
        since = now - timedelta(days=policy.days)
        found = rows.reviewed_since(session, since, orders=policy.common, most=policy.rows)
    reviewed = (
        Reviewed(review, author, (shop, subject), order)
        for review, author, shop, subject, order in found
    )
    new = 0
    wanted = sorted(co_occurrence.noticed(reviewed))
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        with installation.database.write() as work:
            known = rows.kinds_of(work.session, batch)
            for review_id in batch:
                if Signal.CO_OCCURRENCE not in known.get(review_id, ()):
                    review = work.session.get_one(Review, review_id)
                    _keep(work, review, {Signal.CO_OCCURRENCE}, now=now)
                    new += 1
    return new


def withdrawn(work: Work, review: Review, *, now: datetime) -> None:
    """The author has taken the review back: nobody has to look at it, and its traces go."""
    rows.forget(work.session, review.id)
    rows.close(work.session, review.id, now)


def _trace(work: Work, shop: Shop, review: Review, sent: Sent, now: datetime) -> None:
    if sent == NOTHING or rows.trace_of(work.session, review.id) is not None:
        return
    trace = Trace(
        review_id=review.id,
        shop_id=shop.id,
        network_hash=sent.network,
        seconds=sent.seconds,
        noted_at=now,
    )
    work.session.add(trace)


def _print(work: Work, review: Review) -> None:
    """The print of what is shown, so that a copy of it is found."""
    print_ = prints.print_of(review.comment)
    known = rows.print_of(work.session, review.id)
    if print_ is None:
        if known is not None:
            work.session.delete(known)
        return
    first, second, third, fourth = prints.bands(print_)
    values = {"band_0": first, "band_1": second, "band_2": third, "band_3": fourth}
    row = known or Print(review_id=review.id, simhash=0, **dict.fromkeys(values, 0))
    row.simhash = prints.signed(print_)
    for name, value in values.items():
        setattr(row, name, value)
    work.session.add(row)


def _seen(work: Work, shop: Shop, review: Review, text: str, sent: Sent, now: datetime) -> Seen:
    session = work.session
    order = session.get(Order, review.order_id) if review.order_id else None
    day = timedelta(days=1)
    since = now - day
    counted = (session, shop.id, review.subject_id)
    of_order = _of_order(work, shop, order, now) if order else Seen()
    return Seen(
        is_before_delivery=of_order.is_before_delivery,
        is_cancelled=of_order.is_cancelled,
        is_refunded=of_order.is_refunded,
        is_datacentre=sent.is_datacentre,
        is_staff_address=of_order.is_staff_address,
        is_copy=holds.is_copy(work, text, order.email_hash if order else ""),
        seconds=sent.seconds,
        by_shop=of_order.by_shop,
        network_orders=rows.from_network(session, sent.network, shop.id, order.id)
        if order and sent.network
        else 0,
        today=rows.count_between(*counted, since, now + day),
        before=rows.count_between(*counted, since - SIGNALS.burst_days * day, since),
        mail_domain=of_order.mail_domain,
        shop_domains=of_order.shop_domains,
    )


def _of_order(work: Work, shop: Shop, order: Order, now: datetime) -> Seen:
    """What the order tells: when it arrives, whether it stands, and who has placed it."""
    staff = [user for user, _ in users.of_shop(work.session, shop.id)]
    addresses = [work.keys.decrypt(user.email_cipher) for user in staff if user.email_hash]
    arrives = order.delivered_at or order.estimated_delivery_at
    found = rows.by_address(
        work.session, order.email_hash, now - timedelta(days=SIGNALS.address_days)
    )
    return Seen(
        is_before_delivery=arrives is not None and now < arrives,
        is_cancelled=order.status == OrderStatus.CANCELLED,
        is_refunded=order.status == OrderStatus.REFUNDED,
        is_staff_address=any(user.email_hash == order.email_hash for user in staff),
        by_shop=tuple(number for _, number in found),
        mail_domain=_domain(work.keys.decrypt(order.email_cipher)),
        shop_domains=frozenset({shop.domain, *map(_domain, addresses)}),
    )


def _domain(email: str) -> str:
    return email.rpartition("@")[2].strip().lower()


def _keep(work: Work, review: Review, noticed: Iterable[Signal], *, now: datetime) -> None:
    known = {Signal(kind) for kind in rows.kinds_of(work.session, [review.id]).get(review.id, ())}
    new = set(noticed) - known
    work.session.add_all(
        rows.Signal(review_id=review.id, kind=kind, noted_at=now) for kind in sorted(new)
    )
    everything = known | new
    case = rows.case_of(work.session, review.id)
    if case is not None:
        case.score = rules.score(everything)
        work.session.add(case)
    elif rules.needs_a_look(everything):
        work.session.add(_case(review, rules.score(everything), now))


def _case(review: Review, score: int, now: datetime) -> IntegrityCase:
    return IntegrityCase(
        public_id=ids.new(Prefix.SIGNAL_CASE),
        review_id=review.id,
        shop_id=review.shop_id,
        score=score,
        opened_at=now,
    )


def looked_at(
    work: Work,
    case_id: str,
    note: str,
    decider: Decider,
    *,
    seen: int,
    now: datetime,
    moderation_case: str = "",
) -> None:
    """A person has looked: the line leaves the queue, with what they wrote; the review stays.

    Raises SignalCaseNotFound, SignalCaseChanged, ModeratorPartial or LanguageNotRead.
    """
    row, review, shop = found(work.session, case_id)
    decider.check(shop_key=shop.shop_key, language=review.language)
    if row.version != seen or not row.is_open:
        raise SignalCaseChanged
    row.is_open, row.closed_at, row.closed_by = False, now, decider.moderator.name
    row.note, row.moderation_case = note.strip()[: SIGNALS.note_characters], moderation_case
    row.version += 1
    work.session.add(row)
    actor = Actor(Role.MODERATOR, decider.moderator.name)
    after = {"review": review.public_id, "case": moderation_case}
    audit.log(work, actor, "signals.looked_at", row.public_id, now=now, after=after)


def found(session: Session, case_id: str) -> tuple[IntegrityCase, Review, Shop]:
    """A line of the queue with its review and shop; raises SignalCaseNotFound."""
    row = rows.by_public_id(session, case_id)
    review = session.get(Review, row.review_id) if row else None
    shop = session.get(Shop, row.shop_id) if row else None
    if row is None or review is None or shop is None:
        raise SignalCaseNotFound
    return row, review, shop


def purge(installation: Installation, *, now: datetime) -> int:
    """Remove traces older than 90 days; returns how many (GP-5)."""
    before = now - timedelta(days=SIGNALS.trace_days)
    removed = 0
    while True:
        with installation.database.write() as work:
            batch = rows.purge_traces(work.session, before, most=_BATCH)
        removed += batch
        if batch < _BATCH:
            return removed
