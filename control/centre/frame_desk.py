"""Protection frames for finance and the insurer: list, one member, reviews, seasons, bordereaux."""

from datetime import date
from typing import Final

from control.centre.frames import euros, shown_values, times
from control.centre.holds import seen_in
from control.centre.overview import share
from control.centre.screens import Answer, File, Form, Page, Screen, See, Visit, Words
from domain import frames as rules
from domain import seasons as season_rules
from domain.errors import Invalid
from domain.frame_reviews import Cause, FrameReviewState
from domain.frames import FrameStep
from domain.markets import MARKETS
from domain.rights import Action, may
from domain.windows import day_of
from services import (
    bordereau_documents,
    bordereaux,
    frame_keepers,
    frame_reviews,
    frame_views,
    frames,
    seasons,
)
from services.frame_reviews import Approval
from services.frames import Setting

_ROOT: Final = "/control/operator/frames"
_ONE: Final = f"{_ROOT}/{{account_id}}"
_SEASONS: Final = f"{_ROOT}/seasons"
_MENU: Final = "frames"
_CSV: Final = "text/csv; charset=utf-8"
_PDF: Final = "application/pdf"
_LEAP_YEAR: Final = 2024
_REASON_CHARACTERS: Final = 1_000


def _list(visit: Visit) -> Answer:
    words = visit.words
    with visit.installation.database.read() as session:
        found = frame_views.listed(session, visit.person, now=visit.now)
        queue = frame_views.queue(session, visit.person)
        documents = bordereau_documents.listed(session, visit.person)
    lines = [
        (
            each,
            euros(each.amount_eur_minor, words),
            euros(each.use_eur_minor, words),
            share(each.percent, words),
        )
        for each in found
    ]
    values = {
        "lines": lines,
        "queue": [(each, words.day(each.opened_at.date())) for each in queue],
        "url": _ROOT,
        "documents": [(each, words.day(each.made_at.date())) for each in documents],
        "month": str(rules.checked_month("", today=day_of(visit.now))),
        "may_change": may(visit.person.grants, Action.FRAMES_CHANGE, None),
    }
    return Page("centre/frames.html", words.say("menu.frames"), values, active=_MENU)


def _show(visit: Visit) -> Answer:
    words, database = visit.words, visit.installation.database
    with database.read() as session:
        file = frame_views.file(
            session, database.keys, visit.person, visit.path["account_id"], now=visit.now
        )
    url = _url(visit)
    values = {
        **shown_values(file.shown, words),
        "file": file,
        "turnover": euros(file.turnover_eur_minor, words),
        "basket": euros(file.basket_eur_minor, words),
        "reviews": [
            (
                each,
                words.day(each.opened_at.date()),
                euros(each.approved_eur_minor, words),
                [(step, words.say(f"frame.do.{step}")) for step in each.steps],
            )
            for each in file.reviews
        ],
        "is_reviewed": any(each.state.is_open for each in file.reviews),
        "steps": [
            (step, words.say(f"frame.step.{step}")) for step in rules.steps(file.shown.state)
        ],
        "may_change": may(visit.person.grants, Action.FRAMES_CHANGE, None),
        "most": _REASON_CHARACTERS,
        "today": day_of(visit.now).isoformat(),
        "url": url,
        "back": _ROOT,
    }
    title = f"{words.say('menu.frame')}: {file.shown.company}"
    return Page("centre/frame_desk.html", title, values, active=_MENU)


def _set(visit: Visit, form: Form) -> Answer:
    setting = Setting(
        rules.checked_amount(form.text("amount")),
        rules.checked_reason(form.text("reason")),
        rules.checked_reference(form.text("insurer_ref")),
    )
    with visit.installation.database.write() as work:
        keeper = frame_keepers.keeper(work.session, visit.person, visit.path["account_id"])
        frames.change(work, keeper, setting, seen=seen_in(form), now=visit.now)
    return See(_url(visit), "frame.saved")


def _step(visit: Visit, form: Form) -> Answer:
    try:
        wanted = FrameStep(form.text("step"))
    except ValueError:
        raise Invalid(field="step") from None
    with visit.installation.database.write() as work:
        keeper = frame_keepers.keeper(work.session, visit.person, visit.path["account_id"])
        reason = form.text("why")
        frames.step(work, keeper, wanted, reason, seen=seen_in(form), now=visit.now)
    return See(_url(visit), "frame.saved")


def _open(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        keeper = frame_keepers.keeper(work.session, visit.person, visit.path["account_id"])
        frame_reviews.open_(
            work, keeper.account.id, Cause.MANUAL, now=visit.now, actor=keeper.actor
        )
    return See(_url(visit), "frame.reviewOpened")


def _review(visit: Visit, form: Form) -> Answer:
    """One step of a review; what each needs is checked by its use case."""
    review_id, seen, now = visit.path["frame_review_id"], seen_in(form), visit.now
    text, reference = form.text("text"), form.text("insurer_ref")
    with visit.installation.database.write() as work:
        keeper = frame_keepers.keeper(work.session, visit.person, visit.path["account_id"])
        match form.text("to"):
            case FrameReviewState.INFO_REQUESTED:
                frame_reviews.ask(work, keeper, review_id, text, seen=seen, now=now)
            case FrameReviewState.AT_INSURER:
                frame_reviews.send(work, keeper, review_id, reference, seen=seen, now=now)
            case FrameReviewState.APPROVED:
                approval = Approval(
                    rules.checked_amount(form.text("amount")),
                    rules.checked_day(form.text("valid_from")),
                    reference,
                )
                frame_reviews.approve(work, keeper, review_id, approval, text, seen=seen, now=now)
            case FrameReviewState.REFUSED:
                frame_reviews.refuse(work, keeper, review_id, text, seen=seen, now=now)
            case FrameReviewState.CLOSED:
                frame_reviews.close(work, keeper, review_id, text, seen=seen, now=now)
            case _:
                raise Invalid(field="to")
    return See(_url(visit), "frame.saved")


def _seasons(visit: Visit) -> Answer:
    words = visit.words
    with visit.installation.database.read() as session:
        found = seasons.listed(session)
    markets = {
        season_rules.ANYWHERE: words.say("frame.everyMarket"),
        **{market: words.market_name(market) for market in MARKETS},
    }
    values = {
        "lines": [
            (
                number,
                markets[each.market],
                _day_of_year(each.begins, words),
                _day_of_year(each.ends, words),
                times(each.factor_percent, words),
            )
            for number, each in found
        ],
        "markets": list(markets.items()),
        "url": _SEASONS,
        "back": _ROOT,
        "may_change": may(visit.person.grants, Action.FRAMES_CHANGE, None),
    }
    return Page("centre/frame_seasons.html", words.say("frame.seasons"), values, active=_MENU)


def _day_of_year(day: str, words: Words) -> str:
    """A season's day, ``11-15``, as it is written: ``15 Nov``."""
    return words.short_day(date.fromisoformat(f"{_LEAP_YEAR}-{day}"))


def _add_season(visit: Visit, form: Form) -> Answer:
    season = season_rules.checked(
        form.text("market"), form.text("begins"), form.text("ends"), form.text("factor")
    )
    with visit.installation.database.write() as work:
        seasons.add(work, visit.person, season, now=visit.now)
    return See(_SEASONS, "frame.saved")


def _remove_season(visit: Visit, _form: Form) -> Answer:
    number = visit.path["number"]
    is_one = number.isascii() and number.isdecimal() and len(number) <= len("2147483647") - 1
    if not is_one:
        raise season_rules.SeasonNotFound
    with visit.installation.database.write() as work:
        seasons.remove(work, visit.person, int(number), now=visit.now)
    return See(_SEASONS, "frame.saved")


def _summary(visit: Visit) -> Answer:
    month = rules.checked_month(visit.query.get("month", ""), today=day_of(visit.now))
    body = bordereaux.summary(visit.installation, visit.person, month, now=visit.now)
    return File(f"bordereau-{month}.csv", _CSV, body)


def _protections(visit: Visit) -> Answer:
    month = rules.checked_month(visit.query.get("month", ""), today=day_of(visit.now))
    body = bordereaux.protections(visit.installation, visit.person, month, now=visit.now)
    return File(f"protections-{month}.csv", _CSV, body)


def _document(visit: Visit) -> Answer:
    month = rules.checked_month(visit.query.get("month", ""), today=day_of(visit.now))
    number, pdf = bordereau_documents.download(
        visit.installation, visit.person, month, now=visit.now
    )
    return File(f"{number}.pdf", _PDF, pdf)


def _url(visit: Visit) -> str:
    return _ONE.format(account_id=visit.path["account_id"])


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.FRAMES_SEE, read=_list, menu=_MENU),
    Screen(f"{_ROOT}/bordereau.csv", Action.FRAMES_SEE, read=_summary),
    Screen(f"{_ROOT}/bordereau.pdf", Action.FRAMES_SEE, read=_document),
    Screen(f"{_ROOT}/protections.csv", Action.FRAMES_SEE, read=_protections),
    Screen(_SEASONS, Action.FRAMES_SEE, read=_seasons),
    Screen(f"{_SEASONS}/add", Action.FRAMES_CHANGE, write=_add_season, again=_seasons),
    Screen(
        f"{_SEASONS}/{{number}}/remove", Action.FRAMES_CHANGE, write=_remove_season, again=_seasons
    ),
    Screen(_ONE, Action.FRAMES_SEE, read=_show),
    Screen(f"{_ONE}/amount", Action.FRAMES_CHANGE, write=_set, again=_show),
    Screen(f"{_ONE}/step", Action.FRAMES_CHANGE, write=_step, again=_show),
    Screen(f"{_ONE}/review", Action.FRAMES_CHANGE, write=_open, again=_show),
    Screen(f"{_ONE}/reviews/{{frame_review_id}}", Action.FRAMES_CHANGE, write=_review, again=_show),
)
