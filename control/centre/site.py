"""The control centre as routes: every screen that there is, and who answers it.

A module of a feature has ``SCREENS``, ``PUBLIC_SCREENS``, or both; joining them here is all that
it takes to put them on the air and into the table of rights that a test walks.
"""

import re
from collections.abc import Iterator
from typing import Final

from starlette.routing import Route, compile_path

from control.centre import (
    account,
    audit_documents,
    audits,
    bookings,
    buyer_claims,
    buyers,
    cases,
    certificates,
    claim_desk,
    claims,
    clients,
    companies,
    devices,
    erasures,
    exports,
    factors,
    feeds,
    frame_desk,
    frames,
    groups,
    guarantors,
    holds,
    inbox,
    indicators,
    invitations,
    invite_rules,
    law_letters,
    logins,
    mails,
    moderation,
    my_data,
    notices,
    notifications,
    offers,
    oidc,
    operator,
    opt_outs,
    order_history,
    order_hooks,
    outbox,
    overview,
    packs,
    passwords,
    payouts,
    people,
    protections,
    push,
    questions,
    rate_buttons,
    receipts,
    reply_templates,
    reviews,
    shop_audits,
    shop_settings,
    shops,
    signals,
    signups,
    snippets,
    staff_tasks,
    tickets,
    uploads,
    webhooks,
    widgets,
)
from control.centre.edge import Edge
from control.centre.private import PrivateStation
from control.centre.public import PublicStation
from control.centre.screens import Answer, PublicScreen, Screen, Visit
from domain.errors import PageNotFound
from domain.rights import Action

ALL_SCREENS: Final[tuple[Screen, ...]] = (
    *shops.SCREENS,
    *account.SCREENS,
    *offers.SCREENS,
    *factors.SCREENS,
    *devices.SCREENS,
    *push.SCREENS,
    *people.SCREENS,
    *packs.SCREENS,
    *groups.SCREENS,
    *signups.SCREENS,
    *clients.SCREENS,
    *webhooks.SCREENS,
    *order_hooks.SCREENS,
    *order_history.SCREENS,
    *invitations.SCREENS,
    *invite_rules.SCREENS,
    *opt_outs.SCREENS,
    *uploads.SCREENS,
    *operator.SCREENS,
    *bookings.SCREENS,
    *mails.SCREENS,
    *overview.SCREENS,
    *inbox.SCREENS,
    *reply_templates.SCREENS,
    *reviews.SCREENS,
    *exports.SCREENS,
    *shop_settings.SCREENS,
    *companies.SCREENS,
    *notifications.SCREENS,
    *widgets.SCREENS,
    *snippets.SCREENS,
    *rate_buttons.SCREENS,
    *feeds.SCREENS,
    *outbox.SCREENS,
    *cases.SCREENS,
    *claims.SCREENS,
    *moderation.SCREENS,
    *claim_desk.SCREENS,
    *holds.SCREENS,
    *protections.SCREENS,
    *guarantors.SCREENS,
    *signals.SCREENS,
    *shop_audits.SCREENS,
    *audits.SCREENS,
    *certificates.SCREENS,
    *staff_tasks.SCREENS,
    *erasures.SCREENS,
    *payouts.SCREENS,
    *frames.SCREENS,
    *frame_desk.SCREENS,
    *tickets.SCREENS,
    *questions.SCREENS,
    *law_letters.SCREENS,
    *indicators.SCREENS,
    *audit_documents.SCREENS,
)
ALL_PUBLIC: Final[tuple[PublicScreen, ...]] = (
    *logins.PUBLIC_SCREENS,
    *oidc.PUBLIC_SCREENS,
    *devices.PUBLIC_SCREENS,
    *passwords.PUBLIC_SCREENS,
    *signups.PUBLIC_SCREENS,
    *notices.PUBLIC_SCREENS,
    *receipts.PUBLIC_SCREENS,
    *certificates.PUBLIC_SCREENS,
    *my_data.PUBLIC_SCREENS,
    *tickets.PUBLIC_SCREENS,
    *buyer_claims.PUBLIC_SCREENS,
    *buyers.PUBLIC_SCREENS,
)
_ROOT: Final = "/control"


def _nothing(_visit: Visit) -> Answer:
    raise PageNotFound


_UNKNOWN: Final = Screen(f"{_ROOT}/{{rest:path}}", Action.ACCOUNT_OWN, _nothing)


def _pattern(path: str) -> re.Pattern[str]:
    return compile_path(path)[0]


_UPLOADS: Final = tuple(
    (_pattern(path), most)
    for path, most, is_upload in (
        *((screen.path, screen.most_bytes, screen.upload_bytes) for screen in ALL_SCREENS),
        *((screen.path, screen.most_bytes, screen.upload_bytes) for screen in ALL_PUBLIC),
    )
    if is_upload
)
_PUBLIC: Final = tuple((_pattern(screen.path), screen.is_guarded) for screen in ALL_PUBLIC)


def routes(edge: Edge) -> Iterator[Route]:
    """A route for each screen, and one that refuses what is none in the person's language."""
    for public in ALL_PUBLIC:
        yield Route(public.path, PublicStation(public, edge))
    for screen in ALL_SCREENS:
        yield Route(screen.path, PrivateStation(screen, ALL_SCREENS, edge))
    yield Route(_UNKNOWN.path, PrivateStation(_UNKNOWN, ALL_SCREENS, edge))


def most_bytes(path: str) -> int | None:
    """How large a form may be that is sent to this path, where it may hold files."""
    return next((most for pattern, most in _UPLOADS if pattern.match(path)), None)


def is_guarded(path: str) -> bool:
    """Whether secrets could be guessed at this path, so that forms are counted apart."""
    return any(guarded and pattern.match(path) for pattern, guarded in _PUBLIC)


def is_page(path: str) -> bool:
    """Whether people look at what this path answers, also where there is nothing."""
    if path == _ROOT or path.startswith(f"{_ROOT}/"):
        return True
    return any(pattern.match(path) for pattern, _ in _PUBLIC)
