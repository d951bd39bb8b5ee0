"""The pages on which a review comes about: stars first, then the text, then products (§4)."""

import contextlib
from collections.abc import Callable
from typing import Final

from control.centre.screens import Answer, Caller, File, Form, Page, See
from control.reviewing import links, marks
from domain.criteria import BEST, PRODUCT_CRITERIA, WORST
from domain.errors import InvitationAlreadyUsed, ReviewExists
from domain.markets import MARKETS
from domain.pictures import PICTURES, PictureRefused, PictureTooLarge
from domain.policies import REVIEWS
from domain.reviews import ReviewState, Submission
from domain.windows import day_of
from schemas import messages
from services import datacentres, pictures, review_forms, signals
from services.review_forms import Own, ReviewForm
from services.review_mails import last_day
from services.signals import Sent

SAID: Final = frozenset({"draft", "picture", "removed"})
"""What a page may be told to say, by the key of its words."""
_DIGITS: Final = 12
_REMOVE: Final = "remove-"
_PREVIEW: Final = "240.webp"
_PAGES: Final = ("", "text", "products", "about", "thanks", "withdraw", "later", "draft", "receipt")


def opened(caller: Caller) -> ReviewForm:
    """What the link opens; raises InvitationMalformed or InvitationForged."""
    database = caller.installation.database
    with database.read() as session:
        return review_forms.read(session, database.keys, links.token_of(caller), now=caller.now)


def about(form: ReviewForm) -> str:
    """What is reviewed: the product, or the shop itself."""
    return form.product or form.shop_name


def head(caller: Caller, form: ReviewForm) -> dict[str, object]:
    """What every page says of the purchase, and where it leads."""
    words, said = caller.words, caller.query.get("said", "")
    return {
        "form": form,
        "about": about(form),
        "ordered": words.say(
            "write.order",
            reference=form.reference,
            date=words.day(day_of(form.ordered_at)),
            shop=form.shop_name,
        ),
        "until": words.day(last_day(form.ordered_at)),
        "picture_most": PICTURES.bytes,
        "too_large": messages.title(PictureTooLarge.code, caller.language),
        "urls": {name or "start": links.to(caller, name) for name in _PAGES},
        "said": words.say(f"write.said.{said}") if said in SAID else "",
    }


def _stars(caller: Caller) -> Answer:
    form = opened(caller)
    if form.review is not None or form.is_written or not form.is_open:
        return standing(caller, form)
    refusal = caller.refusal
    typed = marks.typed(refusal.input if refusal else form.draft, form.criteria)
    values = {
        **head(caller, form),
        "groups": marks.groups(form.criteria, typed, caller.words),
        "opened": int(caller.now.timestamp()),
    }
    return Page("reviewing/stars.html", caller.words.say("write.title", about=about(form)), values)


def _submit(caller: Caller, form: Form) -> Answer:
    """The stars are the review; whoever sends them twice goes on with the first."""
    shown, token = opened(caller), links.token_of(caller)
    if form.text("step") == "draft":
        return keep(caller, form)
    stars = Submission(marks.given(form, shown.criteria), language=caller.language)
    database, sent = caller.installation.database, _sent(caller, form)
    try:
        with database.write() as work:
            token = review_forms.submit(work, token, stars, sent=sent, now=caller.now)
    except InvitationAlreadyUsed:
        with database.write() as work:
            review_forms.again(work, token, stars, now=caller.now)
    return See(links.to(caller, "text", token=token))


def _sent(caller: Caller, form: Form) -> Sent:
    """From which network, and how long after the page was opened; both only ever queue (SIG-0)."""
    installation, address = caller.installation, caller.address
    network = signals.network_hash(installation.database.keys, address, now=caller.now)
    is_datacentre = datacentres.is_one(installation.settings, address)
    return Sent(network, seconds_open(caller, form), is_datacentre)


def seconds_open(caller: Caller, form: Form) -> int | None:
    """How long ago the form was opened, as it says itself; None where it says nothing."""
    opened_at = form.text("opened")
    is_moment = opened_at.isascii() and opened_at.isdecimal() and len(opened_at) <= _DIGITS
    seconds = int(caller.now.timestamp()) - int(opened_at) if is_moment else None
    return seconds if seconds is not None and seconds >= 0 else None


def standing(caller: Caller, form: ReviewForm) -> Answer:
    """Where a review stands that cannot be begun any more: its text, or why there is none."""
    own = form.review
    if form.is_written:
        return _end(caller, form, "written", status=409)
    if own is None:
        return _end(caller, form, "expired", status=410)
    if form.is_another:
        raise ReviewExists
    if own.state is ReviewState.DISCARDED:
        return _end(caller, form, "withdrawn", status=410)
    if own.state is ReviewState.REJECTED:
        return _end(caller, form, "hidden", may_withdraw=True)
    if not form.is_open:
        return _end(caller, form, "closed", status=410, may_withdraw=True)
    return See(links.to(caller, "text"))


def _end(
    caller: Caller, form: ReviewForm, why: str, *, status: int = 200, may_withdraw: bool = False
) -> Page:
    words = caller.words
    values = {
        **head(caller, form),
        "why": words.say(f"write.end.{why}"),
        "may_withdraw": may_withdraw,
        "profile": f"/profile/{form.shop_key}",
    }
    return Page(
        "reviewing/end.html", words.say("write.title", about=about(form)), values, status=status
    )


def writing(caller: Caller) -> tuple[ReviewForm, Own] | Answer:
    """The form with the review that may be changed, or what is answered in their place."""
    form = opened(caller)
    own = form.review
    if own is None:
        return See(links.to(caller))
    if form.is_another or not form.is_open or not own.state.is_public:
        return standing(caller, form)
    return form, own


def on_own(show: Callable[[Caller, ReviewForm, Own], Answer]) -> Callable[[Caller], Answer]:
    """A page that there is only with a review which its author may change."""

    def read(caller: Caller) -> Answer:
        found = writing(caller)
        return show(caller, *found) if isinstance(found, tuple) else found

    return read


def _text(caller: Caller, form: ReviewForm, own: Own) -> Answer:
    words, refusal = caller.words, caller.refusal
    typed = dict(refusal.input if refusal else form.draft)
    chosen = marks.typed(typed, form.criteria) or own.marks
    stored = {"title": own.title, "comment": own.comment, "name": own.author_name}
    values = {
        **head(caller, form),
        "own": own,
        "groups": marks.groups(form.criteria, chosen, words),
        "fields": {name: typed.get(name, value) for name, value in stored.items()},
        "is_incentivised": "incentivised" in typed if typed else own.incentivised,
        "stars": words.count("stars", own.stars),
        "edited": words.say(
            "review.edited", date=words.moment(own.edited_at, MARKETS[form.market].zone)
        )
        if own.edited_at
        else "",
        "prompt": words.say(f"write.prompt.{_prompt(own.stars)}"),
        "limits": REVIEWS,
        "pictures": [
            (
                each,
                links.to(caller, "picture", id=each.public_id),
                words.say("write.pictures.number", number=str(number)),
                words.say("write.pictures.remove", number=str(number)),
            )
            for number, each in enumerate(own.pictures, start=1)
        ],
        "may_add": len(own.pictures) < PICTURES.per_review,
        "alternative_most": PICTURES.alternative_characters,
    }
    return Page("reviewing/text.html", words.say("write.text.title", about=about(form)), values)


def _prompt(stars: int) -> str:
    """Neutral either way: what is asked may vary with the stars, where it leads never does."""
    return "clear" if stars in (WORST, BEST) else "mixed"


def _finish(caller: Caller, form: Form) -> Answer:
    step = form.text("step")
    if step == "draft":
        return keep(caller, form)
    shown = opened(caller)
    own = shown.review
    if own is None:
        return See(links.to(caller))
    if step == "picture" or step.startswith(_REMOVE):
        return _change_pictures(caller, form, step.removeprefix(_REMOVE))
    submission = Submission(
        marks=marks.given(form, shown.criteria) or own.marks,
        title=form.text("title"),
        comment=form.text("comment"),
        language=caller.language,
        author_name=form.text("name"),
        incentivised=form.is_ticked("incentivised"),
    )
    token = links.token_of(caller)
    with caller.installation.database.write() as work:
        review_forms.finish(work, token, submission, now=caller.now)
    return See(links.to(caller, _after_text(shown)))


def _change_pictures(caller: Caller, form: Form, picture_id: str) -> Answer:
    """Add or remove a picture; what was typed beside it is kept."""
    installation, token = caller.installation, links.token_of(caller)
    with installation.database.write() as work:
        review_forms.keep_draft(work, token, form.values, now=caller.now)
    if picture_id != "picture":
        with installation.database.write() as work:
            pictures.remove(work, token, picture_id, now=caller.now)
        return See(links.to(caller, "text", said="removed"))
    file = form.files.get("picture")
    if file is None:
        raise PictureRefused(field="picture")
    alternative = form.text("alternative")
    pictures.add(installation, token, file.body, alternative, now=caller.now)
    return See(links.to(caller, "text", said="picture"))


def _after_text(form: ReviewForm) -> str:
    if any(not product.is_reviewed for product in form.products):
        return "products"
    return "thanks" if form.product else "about"


def keep(caller: Caller, form: Form) -> Answer:
    """Keep what was typed, and show the page again that it was typed on."""
    with caller.installation.database.write() as work:
        review_forms.keep_draft(work, links.token_of(caller), form.values, now=caller.now)
    return See(links.to(caller, said="draft"))


def _products(caller: Caller, form: ReviewForm, own: Own) -> Answer:
    del own
    left = [product for product in form.products if not product.is_reviewed]
    if not left:
        return See(links.to(caller, "thanks"))
    values = {
        **head(caller, form),
        "products": [
            (product, marks.groups(PRODUCT_CRITERIA, {}, caller.words)[0]) for product in left
        ],
        "onward": links.to(caller, "thanks" if form.product else "about"),
    }
    return Page("reviewing/products.html", caller.words.say("write.products.title"), values)


def _rate_product(caller: Caller, form: Form) -> Answer:
    """Stars of one product: a review of its own, with an invitation and a token of its own."""
    stars = Submission(marks.given(form, PRODUCT_CRITERIA), language=caller.language)
    database, token = caller.installation.database, links.token_of(caller)
    with database.write() as work:
        own = review_forms.open_product(work, token, form.text("sku"), now=caller.now)
        with contextlib.suppress(InvitationAlreadyUsed):
            own = review_forms.submit(work, own, stars, sent=_sent(caller, form), now=caller.now)
    return See(links.to(caller, "text", token=own))


def _picture(caller: Caller, form: ReviewForm, own: Own) -> Answer:
    """A picture as its author sees it, also before it is public."""
    del form
    wanted = caller.query.get("id", "")
    body = pictures.own_file(caller.installation, own.row_id, wanted, _PREVIEW)
    return File(f"{wanted}.webp", pictures.MEDIA_TYPES["webp"], body)


READS: Final = {
    "": _stars,
    "text": on_own(_text),
    "products": on_own(_products),
    "picture": on_own(_picture),
}
WRITES: Final = {
    "": _submit,
    "text": _finish,
    "products": _rate_product,
    "draft": keep,
}
