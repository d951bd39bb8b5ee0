"""Use cases of both sides of a case: be heard, answer, comment, add evidence (systems.md §12)."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from store import notices as notice_rows
from store.cases import Message
from store.database import Work
from store.notices import Notice


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody says, with files; ``notice`` is that of a reporter."""

    speaker: Speaker
    text: str
    files: Sequence[Checked]
    notice: Notice | None = None

    def is_by_author_of(self, message: Message) -> bool:
        """Whether the same person has said the message."""
        notice_id = self.notice.id if self.notice else None
        return (message.party, message.notice_id) == (self.speaker, notice_id)


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
        said = _Said(Speaker.REPORTER, text, files, opened.notice)
        _add(work, home, held, said, actor=READER, now=now)
        return
    said = _Said(Speaker.AUTHOR, text, files)
    if held.case.state is not CaseState.AUTHOR_HEARING:
        _add(work, home, held, said, actor=AUTHOR, now=now)
        return
    after = held.case.answer(now, held.calendar)
    told = _say(work, home, held, said, Kind.ANSWER, now=now)
    cases.save(work, held, after, actor=AUTHOR, now=now)
    case_mails.shop_comment(work, held, told, now=now)


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
    said = _Said(Speaker.SHOP, text, files)
    if held.case.state is not CaseState.SHOP_COMMENT:
        _add(work, home, held, said, actor=actor, now=now)
        return
    after = held.case.comment(now, held.calendar)
    _say(work, home, held, said, Kind.COMMENT, now=now)
    cases.save(work, held, after, actor=actor, now=now)


def put(work: Work, held: Held, *, now: datetime) -> None:
    """Put to the author what they have not seen yet of what was reported, by mail."""
    unheard = [each for each in notice_rows.of_case(work.session, held.row.id) if not each.put_at]
    for notice in unheard:
        notice.put_at = now
        work.session.add(notice)
    case_mails.hearing(work, held, unheard, now=now)


def join(work: Work, held: Held, *, actor: Actor, now: datetime) -> None:
    """A further notice has come to a case: who looks at it sees that, and so does its author.

    Once the author's hearing has begun, it begins anew: nothing is decided on grounds that the
    author never saw.
    """
    if held.case.is_put_to_author:
        cases.save(work, held, held.case.hear_again(now, held.calendar), actor=actor, now=now)
        put(work, held, now=now)
        return
    held.row.version += 1
    work.session.add(held.row)


def _add(work: Work, home: Path, held: Held, said: _Said, *, actor: Actor, now: datetime) -> None:
    """Evidence in an open case; the same text twice is a form that was sent twice."""
    before = [m for m in rows.messages(work.session, held.row.id) if said.is_by_author_of(m)]
    is_again = before and before[-1].text == rules.tidied(said.text, field="text")
    if is_again and not said.files:
        return
    _check_open(held.case)
    _say(work, home, held, said, Kind.EVIDENCE, now=now)
    held.row.version += 1
    audit.log(work, actor, "case.evidence", held.row.public_id, now=now)


def _check_open(case: Case) -> None:
    if case.is_open:
        return
    raise HearingOver if case.decided_at is not None else CaseStepForbidden


def _say(work: Work, home: Path, held: Held, said: _Said, kind: Kind, *, now: datetime) -> str:
    text = rules.tidied(said.text, field="text")
    if not text:
        raise NoticeInvalid("Say something about it.", field="text")
    cases.say(work, held, said.speaker, kind, text, now=now, notice=said.notice)
    proofs.keep(work, home, held, said.speaker, said.files, now=now)
    return text
