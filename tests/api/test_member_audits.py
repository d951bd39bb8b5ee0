"""Audits over HTTP: what a member's own programs read of them, and what nobody reads there."""

from datetime import timedelta

import pytest

from domain.findings import MessageKind, Verdict
from schemas import criteria_sets
from services import audits, findings
from services.installation import Installation
from store import findings as finding_rows
from store.shops import by_key
from tests.api.conftest import Reviewed
from tests.api.test_members import NEVER, Member
from tests.api.test_members import member as member
from tests.services import audited, steps
from tests.services.steps import ANNA, NOON


def ordered(member: Member, reviewed: Reviewed, days: int = 0) -> str:
    """An audit of the member's shop, ordered so many days after noon."""
    at = NOON + timedelta(days=days)
    return audited.order_again(reviewed.installation, member.key, now=at)


def end(member: Member, audit_id: str) -> None:
    """The shop ends its audit."""
    with member.database.write() as work:
        audits.cancel(work, member.key, audit_id, actor=ANNA, now=NOON)


def reported(installation: Installation, audit_id: str) -> None:
    audited.begin(installation, audit_id)
    audited.judge(installation, audit_id, audited.OPEN)
    audited.report(installation, audit_id)


def test_an_audit_is_told_without_findings_until_a_report_was_sent(
    member: Member, reviewed: Reviewed
) -> None:
    audit_id = ordered(member, reviewed)
    audited.begin(reviewed.installation, audit_id)
    audited.judge(reviewed.installation, audit_id, audited.OPEN)
    (line,) = member.get("audits").json()["audits"]
    reply = member.get(f"audits/{audit_id}")
    told = reply.json()
    assert (reply.status, reply.headers["cache-control"]) == (200, NEVER)
    assert (line["id"], line["state"], line["market"]) == (audit_id, "IN_AUDIT", "EUO")
    assert line["isSelfAudit"] is False
    assert "progress" not in line
    assert line.items() <= told.items()
    assert (told["findings"], told["open"]) == ([], [])
    assert [each["step"] for each in told["steps"]] == ["CONTACT", "START"]
    assert audited.WHY[0].encode() not in reply.body


def test_a_report_is_told_with_explanation_and_advice_and_without_names(
    member: Member, reviewed: Reviewed
) -> None:
    audit_id = ordered(member, reviewed)
    reported(reviewed.installation, audit_id)
    said = "A mobile number will do."
    with member.database.write() as work:
        findings.reply(
            work,
            audit_id,
            "ID-PHONE",
            MessageKind.COMMENT,
            said,
            audited.ADA,
            actor=audited.AS_ADA,
            now=NOON,
        )
    reply = member.get(f"audits/{audit_id}")
    told = reply.json()
    found = {each["criterion"]: each for each in told["findings"]}
    assert (told["state"], told["open"]) == ("REPORT_SENT", ["ID-PHONE"])
    assert told["progress"] == {"fulfilled": len(found) - 2, "total": len(found)}
    phone = found["ID-PHONE"]
    assert (phone["verdict"], phone["severity"], phone["group"]) == ("NOT_OK", "MUST", 1)
    assert (phone["explanation"], phone["advice"]) == audited.WHY
    assert phone["evidence"] == "https://shop.example/imprint"
    assert (phone["files"], "closedAt" in phone) == (0, False)
    assert [(each["party"], each["text"]) for each in phone["messages"]] == [("AUDITOR", said)]
    assert {each["verdict"] for each in found.values()} == {"OK", "NOT_OK", "HINT"}
    assert audited.ADA.name.encode() not in reply.body


def test_criteria_speak_the_language_of_the_shop(member: Member, reviewed: Reviewed) -> None:
    audit_id = ordered(member, reviewed)
    reported(reviewed.installation, audit_id)
    with member.database.read() as session:
        shop = by_key(session, member.key)
        assert shop is not None
        language = shop.language
    told = member.get(f"audits/{audit_id}").json()
    row = audited.audit(reviewed.installation, audit_id)
    criteria = criteria_sets.of(row.market, row.criteria_version).criteria
    texts = {each.code: each.text(language) for each in criteria}
    assert told["language"] == language
    assert {each["criterion"]: each["text"] for each in told["findings"]} == texts


def test_what_a_program_has_seen_is_not_told_as_a_finding(
    member: Member, reviewed: Reviewed
) -> None:
    audit_id = ordered(member, reviewed)
    reported(reviewed.installation, audit_id)
    row = audited.audit(reviewed.installation, audit_id)
    with member.database.write() as work:
        found = {each.criterion: each for each in finding_rows.of_audit(work.session, row.id)}
        codes, phone = set(found), found["ID-PHONE"]
        phone.verdict, phone.proposed, phone.proposal = "", Verdict.NOT_OK, "quagga"
        work.session.add(phone)
    reply = member.get(f"audits/{audit_id}")
    assert {each["criterion"] for each in reply.json()["findings"]} == codes - {"ID-PHONE"}
    assert b"quagga" not in reply.body


def test_audits_are_listed_page_by_page_the_latest_first(
    member: Member, reviewed: Reviewed
) -> None:
    first = ordered(member, reviewed)
    end(member, first)
    second = ordered(member, reviewed, days=1)
    page = member.get("audits?limit=1").json()
    assert [each["id"] for each in page["audits"]] == [second]
    rest = member.get(f"audits?limit=1&after={page['after']}").json()
    assert [each["id"] for each in rest["audits"]] == [first]
    assert "after" not in rest


def test_audits_are_filtered_by_state_and_moment(member: Member, reviewed: Reviewed) -> None:
    first = ordered(member, reviewed)
    end(member, first)
    second = ordered(member, reviewed, days=1)
    since = (NOON + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for query, ids in (
        ("state=WITHDRAWN", [first]),
        ("state=WITHDRAWN,ORDERED", [second, first]),
        ("state=CERTIFIED", []),
        (f"since={since}", [second]),
    ):
        told = member.get(f"audits?{query}").json()["audits"]
        assert [each["id"] for each in told] == ids, query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=OPEN", "state"),
        ("state=SHOP_ASKED", "state"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("since=yesterday", "since"),
        ("after=unknown", "after"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused(member: Member, query: str, field: str) -> None:
    reply = member.get(f"audits?{query}")
    assert (reply.status, reply.json()["code"]) == (400, "PARAMETER_INVALID")
    assert reply.json()["field"] == field
    assert reply.headers["cache-control"] == NEVER


def test_another_shops_audit_is_like_one_that_does_not_exist(
    member: Member, reviewed: Reviewed
) -> None:
    other = steps.open_shop(member.database, domain="other.example")
    foreign = audited.order_again(reviewed.installation, other)
    reply, unknown = member.get(f"audits/{foreign}"), member.get("audits/unknown")
    assert (reply.status, reply.json()["code"]) == (404, "AUDIT_NOT_FOUND")
    assert reply.body == unknown.body
    assert reply.headers["cache-control"] == NEVER
    assert member.get(f"audits?after={foreign}").status == 400
    assert member.get("audits").json() == {"audits": []}
