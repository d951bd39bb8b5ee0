"""Screens of moderators: the queue, the file of a case, complaints, and the export of reasons."""

from collections.abc import Mapping, Sequence
from typing import Final

from control.centre import review_filters
from control.centre import words as catalogues
from control.centre.screens import Answer, File, Form, Page, Screen, See, Visit, Words
from domain import languages
from domain.cases import CaseState, CaseStepForbidden
from domain.complaints import ComplaintState
from domain.decisions import Ground, Scope
from domain.errors import Invalid
from domain.markets import MARKETS
from domain.policies import NOTICES
from domain.proofs import ProofType
from domain.rights import Action
from services import (
    case_lists,
    case_views,
    complaints,
    holds,
    ledgers,
    moderators,
    pictures,
    proofs,
    rulings,
)
from services.case_views import File as CaseFile
from services.pictures import Look
from services.rulings import Reasons, Step

_ROOT: Final = "/control/operator/moderation"
_PICTURES: Final = "/control/operator/pictures"
_COMPLAINTS: Final = "/control/operator/complaints"
_ZONES: Final = {market.code: market.zone for market in MARKETS.values()}
_UPHELD: Final = "UPHELD"
_DISMISSED: Final = "DISMISSED"
_NUMBER_CHARACTERS: Final = 9


def _queue(visit: Visit) -> Answer:
    state, language = visit.query.get("state", ""), visit.query.get("language", "")
    say = visit.words.say
    with visit.installation.database.read() as session:
        found = case_lists.queue(
            session,
            state=state,
            language=language,
            after=visit.query.get("after", ""),
            now=visit.now,
        )
        own = moderators.decider(session, visit.person).languages
    tongues = sorted({*languages.SUPPORTED, *own})
    values = {
        "found": found.items,
        "next": review_filters.kept(visit.query, ("state", "language"), after=found.after)
        if found.after
        else "",
        "url": _ROOT,
        "zones": _ZONES,
        "state": state,
        "chosen": language,
        "states": [
            ("", say("moderation.allOpen")),
            *((each, say(f"case.state.{each}")) for each in CaseState),
        ],
        "tongues": [
            ("", say("moderation.allLanguages")),
            *((tag, visit.words.language_name(tag)) for tag in tongues),
        ],
        "own": " ".join(sorted(own)),
    }
    return Page("centre/moderation.html", say("moderation.title"), values, active="moderation")


def _declare(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        moderators.declare(work, form.text("languages"), actor=visit.actor, now=visit.now)
    return See(_ROOT, "moderation.languagesSaved")


def _case(visit: Visit) -> Answer:
    with visit.installation.database.write() as work:
        file = case_views.seen(work, visit.path["case_id"], actor=visit.actor, now=visit.now)
    with visit.installation.database.read() as session:
        ledger = ledgers.of_shop(session, file.head.shop_key, now=visit.now)
    steps = [(step, visit.words.say(f"case.step.{step}")) for step in file.steps]
    values = _of_file(visit, file) | {
        "steps": steps,
        "needs_reasons": file.steps != (Step.TAKE,),
        "uneven": ledger.is_uneven,
    }
    return Page("centre/moderation_case.html", _title(visit, file), values, active="moderation")


def _of_file(visit: Visit, file: CaseFile) -> dict[str, object]:
    """What the pages of a case and of a complaint show alike."""
    say = visit.words.say
    spoken = catalogues.of(file.review.language or visit.language)
    review_id, database = file.review.review_id, visit.installation.database
    with database.read() as session:
        is_partial = file.head.shop_key in moderators.decider(session, visit.person).shops
        sent = [] if is_partial else pictures.sent_of(session, review_id)
        held = None if is_partial else holds.of_review(session, database.keys, review_id)
    return {
        "file": file,
        "pictures": looks(sent, visit.words),
        "held": held,
        "root": _ROOT,
        "zone": _ZONES[file.head.market],
        "grounds": [
            ("", say("case.noGround")),
            *((ground, say(f"ground.{ground}")) for ground in Ground),
        ],
        "texts": _texts(visit.words, spoken),
        "texts_language": spoken.language,
        "redress": "",
        "most": NOTICES.text_characters,
    }


def _texts(own: Words, spoken: Words) -> list[tuple[str, str]]:
    """Template texts in the review's language, named in the moderator's."""
    kept = (own.say("case.step.KEEP"), spoken.say("case.text.KEEP"))
    return [kept, *((own.say(f"ground.{g}"), spoken.say(f"case.text.{g}")) for g in Ground)]


def looks(sent: Sequence[Look], words: Words) -> list[tuple[str, str, bool]]:
    """The address of each picture for moderators, what it shows, and whether it is hidden."""
    return [
        (
            f"{_PICTURES}/{each.public_id}",
            each.alternative or words.say("write.pictures.number", number=str(number)),
            each.is_hidden,
        )
        for number, each in enumerate(sent, start=1)
    ]


def _picture(visit: Visit) -> Answer:
    picture_id = visit.path["picture_id"]
    with visit.installation.database.read() as session:
        decider = moderators.decider(session, visit.person)
    body = pictures.looked_at(
        visit.installation, picture_id, decider, actor=visit.actor, now=visit.now
    )
    return File(f"{picture_id}.webp", pictures.MEDIA_TYPES["webp"], body)


def _title(visit: Visit, file: CaseFile) -> str:
    return f"{visit.words.say('case.title')}: {file.head.shop_name}"


def _decide(visit: Visit, form: Form) -> Answer:
    case_id = visit.path["case_id"]
    try:
        step = Step(form.text("step"))
    except ValueError:
        raise Invalid(field="step") from None
    with visit.installation.database.write() as work:
        decider = moderators.decider(work.session, visit.person)
        rulings.decide(
            work, case_id, step, _reasons(form), decider, seen=_seen(form), now=visit.now
        )
    return See(f"{_ROOT}/{case_id}", "case.done")


def _reasons(form: Form) -> Reasons:
    scope = Scope.IMAGES if form.is_ticked("only_pictures") else Scope.REVIEW
    return Reasons(form.text("explanation"), form.text("ground"), form.text("facts"), scope)


def _seen(form: Form) -> int:
    text = form.text("seen")
    return int(text) if text.isdecimal() and len(text) <= _NUMBER_CHARACTERS else 0


def _proof(visit: Visit) -> Answer:
    proof, body = proofs.read(
        visit.installation,
        visit.path["case_id"],
        visit.path["proof_id"],
        actor=visit.actor,
        now=visit.now,
    )
    kind = ProofType(proof.media_type)
    return File(f"{proof.public_id}.{kind.extension}", kind, body)


def _statements(visit: Visit) -> Answer:
    body = ledgers.statements(visit.installation, actor=visit.actor, now=visit.now)
    return File("statements.jsonl", "application/x-ndjson", body)


def _complaints(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        found = case_lists.complaints(session, after=visit.query.get("after", ""))
    values = {
        "found": found.items,
        "next": review_filters.kept({}, after=found.after) if found.after else "",
        "url": _COMPLAINTS,
        "zones": _ZONES,
    }
    title = visit.words.say("complaint.title")
    return Page("centre/complaints.html", title, values, active="complaints")


def _complaint(visit: Visit) -> Answer:
    with visit.installation.database.write() as work:
        complaint, case_id = case_views.complaint(work.session, visit.path["complaint_id"])
        file = case_views.seen(work, case_id, actor=visit.actor, now=visit.now)
    upheld = visit.words.say(f"complaint.uphold.{complaint.side}")
    own: Mapping[str, object] = {
        "complaint": complaint,
        "url": f"{_COMPLAINTS}/{complaint.complaint_id}",
        "verdicts": [(_UPHELD, upheld), (_DISMISSED, visit.words.say("complaint.dismiss"))],
        "is_one_of_several": sum(c.state is ComplaintState.OPEN for c in file.complaints) > 1,
        "uneven": False,
    }
    values = _of_file(visit, file) | dict(own)
    title = f"{visit.words.say('complaint.one')}: {file.head.shop_name}"
    return Page("centre/complaint.html", title, values, active="complaints")


def _decide_complaint(visit: Visit, form: Form) -> Answer:
    complaint_id, verdict = visit.path["complaint_id"], form.text("verdict")
    if verdict not in (_UPHELD, _DISMISSED):
        raise CaseStepForbidden(field="verdict")
    with visit.installation.database.write() as work:
        complaints.decide(
            work,
            complaint_id,
            _reasons(form),
            moderators.decider(work.session, visit.person),
            is_upheld=verdict == _UPHELD,
            seen=_seen(form),
            now=visit.now,
        )
    return See(f"{_COMPLAINTS}/{complaint_id}", "case.done")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.MODERATE, read=_queue, menu="moderation"),
    Screen(f"{_ROOT}/languages", Action.MODERATE, write=_declare, again=_queue),
    Screen(f"{_ROOT}/statements", Action.MODERATE, read=_statements),
    Screen(f"{_ROOT}/{{case_id}}", Action.MODERATE, read=_case, write=_decide),
    Screen(f"{_ROOT}/{{case_id}}/proofs/{{proof_id}}", Action.MODERATE, read=_proof),
    Screen(f"{_PICTURES}/{{picture_id}}", Action.MODERATE, read=_picture),
    Screen(_COMPLAINTS, Action.MODERATE, read=_complaints, menu="complaints"),
    Screen(
        f"{_COMPLAINTS}/{{complaint_id}}",
        Action.MODERATE,
        read=_complaint,
        write=_decide_complaint,
    ),
)
