"""Use cases of reply templates: what a shop's staff answers with again and again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import ids, policies
from domain import replies as rules
from domain.actors import Actor
from domain.ids import Prefix
from domain.replies import NewTemplate, TemplateExists, TemplateNotFound, TemplatesFull
from services import audit, shops
from store import reply_templates
from store import shops as shop_rows
from store.database import Work
from store.reply_templates import ReplyTemplate


@dataclass(frozen=True, slots=True)
class Template:
    """A template as the shop's staff sees it."""

    id: str
    name: str
    language: str
    text: str


def listed(session: Session, shop_key: str) -> Sequence[Template]:
    """The shop's templates by language and name; none of an unknown shop."""
    shop = shop_rows.by_key(session, shop_key)
    rows = reply_templates.of_shop(session, shop.id) if shop else ()
    return [Template(row.public_id, row.name, row.language, row.text) for row in rows]


def add(work: Work, shop_key: str, template: NewTemplate, *, actor: Actor, now: datetime) -> str:
    """Keep a new template; returns its id.

    Raises TextInvalid, ParameterInvalid, TemplateExists, or TemplatesFull at the fiftieth.
    """
    shop = shops.required(work, shop_key)
    template = rules.checked(template)
    if reply_templates.count(work.session, shop.id) >= policies.INBOX.templates:
        raise TemplatesFull
    _check_name(work, shop.id, template, None)
    row = ReplyTemplate(
        public_id=ids.new(Prefix.REPLY_TEMPLATE),
        shop_id=shop.id,
        language=template.language,
        name=template.name,
        text=template.text,
        changed_at=now,
    )
    work.session.add(row)
    audit.log(work, actor, "reply_template.added", row.public_id, now=now, after=_told(row))
    return row.public_id


def change(
    work: Work,
    shop_key: str,
    template_id: str,
    template: NewTemplate,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Replace a template; raises TemplateNotFound, also for another shop's, and as ``add``."""
    shop = shops.required(work, shop_key)
    row = _required(work, shop.id, template_id)
    template = rules.checked(template)
    _check_name(work, shop.id, template, row)
    before = _told(row)
    row.language, row.name, row.text = template.language, template.name, template.text
    row.changed_at = now
    work.session.add(row)
    audit.log(
        work,
        actor,
        "reply_template.changed",
        row.public_id,
        now=now,
        before=before,
        after=_told(row),
    )


def delete(work: Work, shop_key: str, template_id: str, *, actor: Actor, now: datetime) -> None:
    """Forget a template; raises TemplateNotFound, also for another shop's."""
    shop = shops.required(work, shop_key)
    row = _required(work, shop.id, template_id)
    work.session.delete(row)
    audit.log(work, actor, "reply_template.deleted", row.public_id, now=now, before=_told(row))


def _required(work: Work, shop_id: int, template_id: str) -> ReplyTemplate:
    row = reply_templates.by_public_id(work.session, shop_id, template_id)
    if row is None:
        raise TemplateNotFound
    return row


def _check_name(work: Work, shop_id: int, template: NewTemplate, row: ReplyTemplate | None) -> None:
    holder = reply_templates.by_name(work.session, shop_id, template.language, template.name)
    if holder is not None and (row is None or holder.id != row.id):
        raise TemplateExists(field="name")


def _told(row: ReplyTemplate) -> dict[str, str]:
    return {"name": row.name, "language": row.language}
