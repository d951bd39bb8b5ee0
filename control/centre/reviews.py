"""One review in the control centre: everything about it, the reply, the report, the buyer."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from control import review_items, sharing
from control.centre import inbox as lists
from control.centre import review_filters
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import policies, replies, rights, texts
from domain.criteria import CriteriaSystem
from domain.errors import TextInvalid
from domain.inbox import Moderation
from domain.invitations import ReviewKind
from domain.notices import NewNotice, NoticeReason, Reporter, ReporterKind, reason_of
from domain.policies import NOTICES
from domain.reviews import ReviewState
from domain.rights import Action
from schemas.profiles import PageKind, PageQuestion
from services import inbox, notices, reply_templates
from services import replies as answers
from services.inbox import Opened

_ONE: Final = f"{lists.LIST}/{{review_id}}"
_TEMPLATE: Final = "centre/review.html"


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that is looked at before it is public."""

    text: str
    tells_buyer: bool


def _show(visit: Visit) -> Answer:
    opened = _opened(visit)
    may_answer = rights.may(visit.person.grants, Action.REVIEWS_ANSWER, visit.shop_key)
    if opened.is_unread and may_answer and not visit.person.impersonated_by:
        with visit.installation.database.write() as work:
            inbox.mark(work, visit.shop_key, [opened.id], is_unread=False)
    return _page(visit, opened)


def _opened(visit: Visit) -> Opened:
    with visit.installation.database.read() as session:
        return inbox.one(session, visit.shop_key, visit.path["review_id"], now=visit.now)


def _page(visit: Visit, opened: Opened, *, buyer: str = "", draft: Draft | None = None) -> Page:
    words, grants = visit.words, visit.person.grants
    may_answer = rights.may(grants, Action.REVIEWS_ANSWER, visit.shop_key)
    may_report = rights.may(grants, Action.REVIEWS_REPORT, visit.shop_key)
    here = review_filters.kept(visit.query, (*review_filters.NAMES, *review_filters.PLACES))
    public_url = _public_url(visit, opened)
    values = {
        "review": opened,
        "stars": review_items.stars(Decimal(opened.stars), words),
        "marks": _marks(visit, opened),
        "facts": _facts(visit, opened),
        "tags": _tags(visit, opened),
        "written_in": _written_in(visit, opened),
        "reply": _reply(visit, opened),
        "seen": opened.reply.version if opened.reply else answers.NONE,
        "text": draft.text if draft else _text(visit, opened, may_answer),
        "draft": draft,
        "today": words.day(visit.now.date()),
        "buyer": buyer,
        "may_answer": may_answer and opened.may_be_answered,
        "may_report": may_report and opened.state is ReviewState.APPROVED,
        "may_ask": may_answer and opened.purchase is not None,
        "templates": _templates(visit) if may_answer else (),
        "most": policies.REVIEWS.reply_characters,
        "url": f"{lists.list_url(visit)}/{opened.id}",
        "newer_url": f"{lists.list_url(visit)}/{opened.newer}{here}" if opened.newer else "",
        "older_url": f"{lists.list_url(visit)}/{opened.older}{here}" if opened.older else "",
        "public_url": public_url if opened.state.is_public else "",
        "share": sharing.links(_absolute(visit, public_url), _title(visit, opened), words),
    }
    shown = lists.shown_list(visit, opened.id) | values
    return Page(_TEMPLATE, _title(visit, opened), shown, active=lists.MENU)


def _title(visit: Visit, opened: Opened) -> str:
    return opened.title or visit.words.count("stars", opened.stars)


def _write(visit: Visit, form: Form) -> Answer:
    if form.text("deed") == "preview":
        text = texts.clean(form.text("text"), most=policies.REVIEWS.reply_characters, field="text")
        if not text:
            raise TextInvalid("A reply has a text.", field="text")
        return _page(visit, _opened(visit), draft=Draft(text, form.is_ticked("tell_buyer")))
    with visit.installation.database.write() as work:
        answers.write(
            work,
            visit.shop_key,
            visit.path["review_id"],
            form.text("text"),
            actor=visit.actor,
            now=visit.now,
            seen=form.text("seen"),
            tell_buyer=form.is_ticked("tell_buyer"),
        )
    return _back(visit, form, "inbox.replied")


def _delete(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        answers.delete(
            work,
            visit.shop_key,
            visit.path["review_id"],
            actor=visit.actor,
            now=visit.now,
            seen=form.text("seen"),
        )
    return _back(visit, form, "inbox.replyDeleted")


def _look_up(visit: Visit, form: Form) -> Answer:
    """The buyer's address, shown once and logged (systems.md §0.7)."""
    del form
    with visit.installation.database.write() as work:
        buyer = inbox.buyer_of(
            work, visit.shop_key, visit.path["review_id"], actor=visit.actor, now=visit.now
        )
    return _page(visit, _opened(visit), buyer=buyer)


def _show_report(visit: Visit) -> Answer:
    opened = _opened(visit)
    values = {
        "review": opened,
        "stars": review_items.stars(Decimal(opened.stars), visit.words),
        "reasons": [(each, visit.words.say(f"notice.reason.{each}")) for each in NoticeReason],
        "most": NOTICES.text_characters,
        "url": f"{lists.list_url(visit)}/{opened.id}",
    }
    title = visit.words.say("inbox.report.title")
    return Page("centre/review_report.html", title, values, active=lists.MENU)


def _report(visit: Visit, form: Form) -> Answer:
    person = visit.person
    reporter = Reporter(
        ReporterKind.SHOP, person.name, person.email, visit.language, visit.shop_key
    )
    notice = NewNotice(
        visit.path["review_id"],
        reporter,
        reason_of(form.text("reason")),
        form.text("explanation"),
        form.is_ticked("good_faith"),
    )
    with visit.installation.database.write() as work:
        notices.file(work, notice, actor=visit.actor, now=visit.now)
    return See(f"{lists.list_url(visit)}/{notice.review_id}", "inbox.reported")


def _back(visit: Visit, form: Form, notice: str) -> See:
    end = review_filters.returned(form.text("here"))
    return See(f"{lists.list_url(visit)}/{visit.path['review_id']}{end}", notice)


def _text(visit: Visit, opened: Opened, may_answer: bool) -> str:
    """What stands in the field: the template that was chosen, or else the reply there is."""
    chosen = visit.query.get("template", "")
    found = {each.id: each.text for each in _templates(visit)} if chosen and may_answer else {}
    if chosen in found:
        shop = visit.shop.name if visit.shop else ""
        return replies.filled(found[chosen], {"name": opened.author_name, "shop": shop})
    return opened.reply.text if opened.reply else ""


def _templates(visit: Visit) -> list[reply_templates.Template]:
    with visit.installation.database.read() as session:
        return list(reply_templates.listed(session, visit.shop_key))


def _reply(visit: Visit, opened: Opened) -> dict[str, str] | None:
    reply = opened.reply
    if reply is None:
        return None
    edited = visit.words.moment(reply.edited_at, _zone(visit)) if reply.edited_at else ""
    created = visit.words.moment(reply.created_at, _zone(visit))
    return {"text": reply.text, "author": reply.author, "created": created, "edited": edited}


def _marks(visit: Visit, opened: Opened) -> list[tuple[str, str]]:
    if len(opened.marks) < 2:
        return []
    return [
        (visit.words.say(f"criterion.{each}"), visit.words.count("stars", opened.marks[each]))
        for each in CriteriaSystem.THREE.criteria
        if each in opened.marks
    ]


def _facts(visit: Visit, opened: Opened) -> list[tuple[str, str]]:
    words, zone = visit.words, _zone(visit)
    purchase = opened.purchase
    told = [
        ("inbox.fact.author", opened.author_name or words.say("review.anonymous")),
        ("inbox.fact.submitted", words.moment(opened.submitted_at, zone)),
        ("inbox.fact.edited", words.moment(opened.edited_at, zone) if opened.edited_at else ""),
        (
            "inbox.fact.experienced",
            words.day(opened.experienced_on) if opened.experienced_on else "",
        ),
        ("inbox.fact.order", purchase.reference if purchase else ""),
        ("inbox.fact.ordered", words.moment(purchase.ordered_at, zone) if purchase else ""),
        ("inbox.fact.product", f"{opened.product} ({opened.sku})" if opened.product else ""),
        ("inbox.fact.proof", words.say(f"level.{opened.level:d}")),
        ("inbox.fact.imported", opened.imported_from or ""),
        ("inbox.fact.original", opened.original_rating or ""),
        ("inbox.fact.hidden", opened.explanation),
    ]
    return [(words.say(key), text) for key, text in told if text]


def _tags(visit: Visit, opened: Opened) -> list[tuple[str, str]]:
    told = [
        (not opened.state.is_public, "bad", "inbox.tag.rejected"),
        (opened.moderation is Moderation.OPEN, "warn", "inbox.tag.open"),
        (opened.moderation is Moderation.CLOSED, "", "inbox.tag.closed"),
        (opened.reply is not None, "good", "inbox.tag.answered"),
        (opened.incentivised, "warn", "inbox.tag.incentivised"),
        (opened.kind is ReviewKind.PRODUCT_REVIEW, "", "inbox.kind.product"),
    ]
    return [(style, visit.words.say(key)) for is_told, style, key in told if is_told]


def _written_in(visit: Visit, opened: Opened) -> str:
    if not opened.language or opened.language == visit.language:
        return ""
    name = visit.words.language_name(opened.language)
    return visit.words.say("review.writtenIn", language=name)


def _public_url(visit: Visit, opened: Opened) -> str:
    return PageQuestion(PageKind.PROFILE, visit.shop_key, review=opened.id).url


def _absolute(visit: Visit, url: str) -> str:
    return visit.installation.settings.base_url + url


def _zone(visit: Visit) -> str:
    return visit.shop.zone if visit.shop else "UTC"


SCREENS: Final = (
    Screen(_ONE, Action.REVIEWS_READ, read=_show),
    Screen(f"{_ONE}/reply", Action.REVIEWS_ANSWER, write=_write, again=_show),
    Screen(f"{_ONE}/reply/delete", Action.REVIEWS_ANSWER, write=_delete, again=_show),
    Screen(f"{_ONE}/buyer", Action.REVIEWS_ANSWER, write=_look_up, again=_show),
    Screen(f"{_ONE}/report", Action.REVIEWS_REPORT, read=_show_report, write=_report),
)
