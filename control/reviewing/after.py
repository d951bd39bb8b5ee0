"""What comes after a review: facts about its author, thanks and sharing, taking it back."""

from typing import Final

from control import sharing
from control.centre.screens import Answer, Caller, Form, Page, See
from control.reviewing import links
from control.reviewing.form import about, head, on_own, opened, standing
from domain.reviews import ReviewState
from domain.social_proofs import TOWN_CHARACTERS, AgeBand, Shown
from services import pictures, review_forms, social_proofs
from services.review_forms import Own, ReviewForm

_FACTS: Final = (Shown.TOWN, Shown.AGE_BAND, Shown.CUSTOMER_SINCE)


def _about(caller: Caller, form: ReviewForm, own: Own) -> Answer:
    words, refusal = caller.words, caller.refusal
    typed = refusal.input if refusal else own.facts
    ticked = (
        {field for field in _FACTS if f"show_{field}" in refusal.input}
        if refusal
        else set(own.facts)
    )
    values = {
        **head(caller, form),
        "fields": {field.value: typed.get(field.value, "") for field in _FACTS},
        "ticked": {field.value: field in ticked for field in _FACTS},
        "age_bands": [(band.value, words.say(f"write.age.{band.name}")) for band in AgeBand],
        "avatar": links.to(caller, "picture", id=own.avatar.public_id) if own.avatar else "",
        "town_most": TOWN_CHARACTERS,
        "year": caller.now.year,
        "onward": links.to(caller, "thanks"),
    }
    return Page("reviewing/about.html", words.say("write.about.title"), values)


def _show(caller: Caller, form: Form) -> Answer:
    ticked = frozenset(field for field in _FACTS if form.is_ticked(f"show_{field}"))
    installation, token = caller.installation, links.token_of(caller)
    with installation.database.write() as work:
        social_proofs.save(work, token, form.values, ticked, now=caller.now)
    own, file = opened(caller).review, form.files.get(Shown.AVATAR)
    if form.is_ticked(f"show_{Shown.AVATAR}"):
        if file is not None:
            pictures.add(installation, token, file.body, "", is_avatar=True, now=caller.now)
    elif own is not None and own.avatar is not None:
        with installation.database.write() as work:
            pictures.remove(work, token, own.avatar.public_id, now=caller.now)
    return See(links.to(caller, "thanks"))


def _thanks(caller: Caller, form: ReviewForm, own: Own) -> Answer:
    words = caller.words
    base = caller.installation.settings.base_url
    page = f"/profile/{form.shop_key}?review={own.review_id}"
    title = words.say("write.share.title", shop=about(form))
    values = {
        **head(caller, form),
        "own": own,
        "stars": words.count("stars", own.stars),
        "page": page,
        "shares": sharing.links(f"{base}{page}", title, words),
        "products": [each for each in form.products if not each.is_reviewed],
    }
    return Page("reviewing/thanks.html", words.say("write.thanks.title"), values)


def _withdrawal(caller: Caller) -> Answer:
    form = opened(caller)
    own = form.review
    if own is None or form.is_another or own.state is ReviewState.DISCARDED:
        return standing(caller, form) if own else See(links.to(caller))
    values = {**head(caller, form), "own": own, "stars": caller.words.count("stars", own.stars)}
    return Page("reviewing/withdraw.html", caller.words.say("write.withdraw.title"), values)


def _withdraw(caller: Caller, _form: Form) -> Answer:
    with caller.installation.database.write() as work:
        review_forms.withdraw(work, links.token_of(caller), now=caller.now)
    return See(links.to(caller))


READS: Final = {
    "about": on_own(_about),
    "thanks": on_own(_thanks),
    "withdraw": _withdrawal,
}
WRITES: Final = {
    "about": _show,
    "withdraw": _withdraw,
}
