"""The screens of the review booster: upload a file, its report, confirm, follow, cancel (§25)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from control.centre.screens import Answer, File, Form, Page, Screen, See, Visit
from domain.errors import PageNotFound
from domain.packs import PRICE_LISTS, Pack, PackRequired
from domain.rights import Action, may
from domain.uploads import (
    POLICY,
    Statement,
    UploadColumnsMissing,
    UploadState,
    UploadTimeInvalid,
    UploadTooLarge,
    UploadUnreadable,
)
from services import packs, upload_files, upload_views, uploads
from services.upload_views import UploadRecord

_LIST: Final = "/control/shops/{shop_key}/uploads"
_ONE: Final = f"{_LIST}/{{upload_id}}"
_MENU: Final = "uploads"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV: Final = "text/csv; charset=utf-8"
_HOUR: Final = 10


def _listed(visit: Visit) -> Answer:
    title = visit.words.say("menu.uploads")
    if not _is_booked(visit):
        values: dict[str, object] = {
            "why": visit.words.say(f"packWhy.{Pack.BOOSTER}"),
            "pack": Pack.BOOSTER,
            "may_book": may(visit.person.grants, Action.PACKS_BOOK, visit.shop_key),
        }
        return Page("centre/uploads_pack.html", title, values, active=_MENU)
    with visit.installation.database.read() as session:
        found = upload_views.listed(session, visit.shop_key, before=visit.number("before"))
    values = {
        "uploads": found,
        "older": found[-1].number if len(found) == upload_views.PAGE else None,
        "rows": visit.words.number(POLICY.rows),
        "url": _LIST.format(shop_key=visit.shop_key),
    }
    return Page("centre/uploads.html", title, values, active=_MENU)


def _add(visit: Visit, form: Form) -> Answer:
    if not _is_booked(visit):
        raise PackRequired(field=Pack.BOOSTER)
    sent = form.files.get("file")
    if sent is None:
        raise UploadUnreadable(field="file")
    database = visit.installation.database
    # Reading takes a moment, in which nobody else has to wait for the database.
    try:
        file = uploads.read(database.keys, sent.name, sent.body, now=visit.now)
    except UploadColumnsMissing:
        # The column stands in the file; what has to change on this page is the file.
        raise UploadColumnsMissing(field="file") from None
    with database.write() as work:
        home = visit.installation.settings.home
        upload_id = uploads.add(work, home, visit.shop_key, file, actor=visit.actor, now=visit.now)
    return See(_url(visit, upload_id), "uploads.added")


def _one(visit: Visit) -> Answer:
    words, database = visit.words, visit.installation.database
    is_refused = visit.query.get("show") == "refused"
    with database.read() as session:
        upload = upload_views.shown(session, visit.shop_key, visit.path["upload_id"])
        lines = upload_views.lines(
            session,
            database.keys,
            visit.shop_key,
            upload.upload_id,
            is_refused=is_refused,
            after=visit.number("after") or 0,
        )
    values = {
        "upload": upload,
        "facts": _facts(visit, upload),
        "counts": [
            (words.say(f"uploads.outcome.{outcome}"), number)
            for outcome, number in upload.counts.items()
        ],
        "sent": [(words.say(f"uploads.sent.{state}"), n) for state, n in upload.sent.items()],
        "lines": lines,
        "is_refused": is_refused,
        "is_followed": "followed" in visit.query,
        "after": lines[-1].number if len(lines) == upload_views.PAGE else None,
        "url": _url(visit),
        "list_url": _LIST.format(shop_key=visit.shop_key),
        "done": words.say(
            "uploads.done", done=words.number(upload.done), ready=words.number(upload.ready)
        ),
        "leaves": _leaves(visit, upload),
        "gone": words.say("uploads.gone", days=words.number(POLICY.kept_days)),
        "may_confirm": upload.state is UploadState.READ
        and bool(upload.ready)
        and not upload.is_removed,
        "statements": [(each, words.say(f"uploads.say.{each}")) for each in Statement],
        **_times(visit),
    }
    return Page("centre/upload.html", upload.file_name, values, active=_MENU)


def _facts(visit: Visit, upload: UploadRecord) -> list[tuple[str, str]]:
    words = visit.words
    numbers = {
        "lines": upload.rows,
        "orders": upload.orders,
        "good": upload.ready,
        "refused": upload.refused,
    }
    facts = [(words.say(f"uploads.{name}"), words.number(n)) for name, n in numbers.items()]
    facts.append((words.say("uploads.state"), words.say(f"uploads.state.{upload.state}")))
    return facts


def _leaves(visit: Visit, upload: UploadRecord) -> str:
    if upload.send_at is None:
        return ""
    when = visit.words.moment(upload.send_at, _zone(visit))
    return visit.words.say("uploads.leaves", when=when)


def _times(visit: Visit) -> Mapping[str, object]:
    """What the form offers: tomorrow at ten, on the clocks of the shop's market."""
    today = visit.now.astimezone(ZoneInfo(_zone(visit))).date()
    return {
        "day": (today + timedelta(days=1)).isoformat(),
        "first": today.isoformat(),
        "last": (today + timedelta(days=POLICY.ahead_days)).isoformat(),
        "time": f"{_HOUR}:00",
        "time_hint": visit.words.say("uploads.timeHint", zone=_zone(visit)),
    }


def _confirm(visit: Visit, form: Form) -> Answer:
    try:
        local = datetime.fromisoformat(f"{form.text('day')}T{form.text('time')}")
        send_at = local.replace(tzinfo=ZoneInfo(_zone(visit))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UploadTimeInvalid(field="day") from None
    with visit.installation.database.write() as work:
        uploads.confirm(
            work,
            visit.shop_key,
            visit.path["upload_id"],
            form.listed("said"),
            send_at,
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "uploads.confirmed")


def _cancel(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        uploads.cancel(
            work, visit.shop_key, visit.path["upload_id"], actor=visit.actor, now=visit.now
        )
    return See(_url(visit), "uploads.cancelled")


def _cancel_line(visit: Visit, form: Form) -> Answer:
    text = form.text("line")
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise PageNotFound
    with visit.installation.database.write() as work:
        uploads.cancel_line(
            work,
            visit.shop_key,
            visit.path["upload_id"],
            int(text),
            actor=visit.actor,
            now=visit.now,
        )
    return See(f"{_url(visit)}#lines", "uploads.lineCancelled")


def _download(visit: Visit) -> Answer:
    with visit.installation.database.write() as work:
        body = upload_views.refused_csv(
            work,
            visit.shop_key,
            visit.path["upload_id"],
            lambda outcome: visit.words.say(f"uploads.outcome.{outcome}"),
            actor=visit.actor,
            now=visit.now,
        )
    return File(f"refused-{visit.path['upload_id'][:12]}.csv", _CSV, body)


def _template(visit: Visit) -> Answer:
    if visit.path["form"] == "xlsx":
        return File("orders.xlsx", _XLSX, upload_files.template_xlsx())
    if visit.path["form"] == "csv":
        return File("orders.csv", _CSV, upload_files.template_csv())
    raise PageNotFound


def _is_booked(visit: Visit) -> bool:
    prices = PRICE_LISTS[visit.installation.settings.prices]
    try:
        with visit.installation.database.read() as session:
            packs.require(session, visit.shop_key, Pack.BOOSTER, prices)
    except PackRequired:
        return False
    return True


def _zone(visit: Visit) -> str:
    return visit.shop.zone if visit.shop else "UTC"


def _url(visit: Visit, upload_id: str = "") -> str:
    return _ONE.format(shop_key=visit.shop_key, upload_id=upload_id or visit.path["upload_id"])


_USE: Final = Action.UPLOADS_MANAGE
_TOO_LARGE: Final = partial(UploadTooLarge, field="file")
SCREENS: Final[tuple[Screen, ...]] = (
    Screen(
        _LIST,
        _USE,
        _listed,
        _add,
        menu=_MENU,
        upload_bytes=POLICY.bytes,
        too_large=_TOO_LARGE,
    ),
    Screen(f"{_LIST}/template.{{form}}", _USE, _template),
    Screen(_ONE, _USE, _one),
    Screen(f"{_ONE}/confirmation", _USE, write=_confirm, again=_one),
    Screen(f"{_ONE}/cancellation", _USE, write=_cancel, again=_one),
    Screen(f"{_ONE}/line", _USE, write=_cancel_line, again=_one),
    Screen(f"{_ONE}/refused.csv", _USE, _download),
)
