"""Use cases of both sides of a case: answer, comment, and add evidence (systems.md §12)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from domain import notices as rules
from domain.actors import AUTHOR, READER, Actor
from domain.cases import Case, CaseState, CaseStepForbidden, HearingOver
from domain.notice_links import Party
from domain.notices import NoticeInvalid
from services import audit, case_mails, cases, proofs
from services.cases import Held, Kind, Speaker
from services.proofs import Checked
from store import cases as rows
from store.database import Work


def answer(
    work: Work,
    home: Path,
    token: str,
    text: str,
    files: Sequence[Checked] = (),
    *,
    now: datetime,
) -> None:
    """What an author or a reporter says by their link, with proofs.

    An author's first answer in the hearing lets the shop comment for 7 days; whatever else comes
    before the decision is evidence. Raises NoticeLinkForged, NoticeLinkExpired, HearingOver,
    CaseStepForbidden once it is decided, NoticeInvalid, or ProofsTooMany.
    """
    opened = cases.opened(work.session, work.keys, token, now=now)
    held = cases.held(work, opened.row.public_id)
    if opened.party is Party.REPORTER:
        _add(work, home, held, Speaker.REPORTER, text, files, actor=READER, now=now)
        return
    if held.case.state is not CaseState.AUTHOR_HEARING:
        _add(work, home, held, Speaker.AUTHOR, text, files, actor=AUTHOR, now=now)
        return
    after = held.case.answer(now, held.calendar)
    said = _said(work, home, held, Speaker.AUTHOR, Kind.ANSWER, text, files, now=now)
    cases.save(work, held, after, actor=AUTHOR, now=now)
    case_mails.shop_comment(work, held, said, now=now)


def comment(
    work: Work,
    home: Path,
    shop_key: str,
    case_id: str,
    text: str,
    files: Sequence[Checked] = (),
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """What the shop says to the author's answer, once; before and after that it is evidence.

    Raises CaseNotFound, also for another shop's, and as ``answer`` does.
    """
    held = cases.of_shop(work, shop_key, case_id)
    if held.case.state is not CaseState.SHOP_COMMENT:
        _add(work, home, held, Speaker.SHOP, text, files, actor=actor, now=now)
        return
    after = held.case.comment(now, held.calendar)
    _said(work, home, held, Speaker.SHOP, Kind.COMMENT, text, files, now=now)
    cases.save(work, held, after, actor=actor, now=now)


def _add(
    work: Work,
    home: Path,
    held: Held,
    speaker: Speaker,
    text: str,
    files: Sequence[Checked],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Evidence in an open case; the same text twice is a form that was sent twice."""
    said = rows.messages(work.session, held.row.id)
    last = next((message for message in reversed(said) if message.party == speaker), None)
    if last is not None and last.text == rules.tidied(text, field="text") and not files:
        return
    _check_open(held.case)
    _said(work, home, held, speaker, Kind.EVIDENCE, text, files, now=now)
    held.row.version += 1
    audit.log(work, actor, "case.evidence", held.row.public_id, now=now)


def _check_open(case: Case) -> None:
    if case.is_open:
        return
    raise HearingOver if case.decided_at is not None else CaseStepForbidden


def _said(
    work: Work,
    home: Path,
    held: Held,
    speaker: Speaker,
    kind: Kind,
    text: str,
    files: Sequence[Checked],
    *,
    now: datetime,
) -> str:
    said = rules.tidied(text, field="text")
    if not said:
        raise NoticeInvalid("Say something about it.", field="text")
    cases.say(work, held, speaker, kind, said, now=now)
    proofs.keep(work, home, held, speaker, files, now=now)
    return said
