"""The public ledger and the export of reasons say what happened, and name nobody."""

from datetime import timedelta

import orjson

from domain.actors import Actor, Role
from domain.cases import Outcome
from domain.notices import ReporterKind
from services import ledgers
from services.installation import Installation
from services.rulings import Step
from tests.services import reported, steps
from tests.services.reported import new_notice
from tests.services.steps import NOON

MONA = Actor(Role.MODERATOR, "usr-mona")


def test_f6_the_ledger_counts_reports_by_stars_and_requester(installation: Installation) -> None:
    database = installation.database
    made = reported.reported(database, stars=1)
    kept = reported.reported(database, domain="b.example", stars=5)
    reported.file(database, new_notice(made.written.review_id, shop_key=made.shop_key))
    for each, step in ((made, Step.REMOVE_OBVIOUS), (kept, Step.REJECT_OBVIOUS)):
        reported.step(database, each.case_id, Step.TAKE)
        reported.step(database, each.case_id, step)
    with database.read() as session:
        ledger = ledgers.read(session, now=NOON)
        shops = ledgers.of_shop(session, kept.shop_key, now=NOON)
        later = ledgers.read(session, now=NOON + timedelta(days=400))
        nothing = ledgers.of_shop(session, "X" + "0" * 32, now=NOON)
    by_stars = {each.stars: each for each in ledger.classes}
    one, five = by_stars[1], by_stars[5]
    assert (one.by_readers, one.by_shops, one.removed, one.reviews) == (1, 1, 2, 0)
    assert (five.by_readers, five.by_shops, five.kept, five.reviews) == (1, 0, 1, 1)
    assert [(e.stars, e.requester, e.outcome) for e in shops.entries] == [
        (5, ReporterKind.READER, Outcome.KEPT)
    ]
    assert later.entries == nothing.entries == ()
    assert not ledger.is_uneven


def test_dsa_6_a_statement_is_a_line_of_json_without_personal_data(
    installation: Installation,
) -> None:
    database = installation.database
    made = reported.reported(database)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REMOVE)
    reported.reported(database, domain="b.example")
    lines = list(ledgers.statements(installation, actor=MONA, now=NOON))
    [statement] = [orjson.loads(line) for line in lines]
    assert statement["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"
    assert statement["source_type"] == "SOURCE_ARTICLE_16"
    assert statement["decision_facts"] == "Facts are untrue"
    text = lines[0].decode()
    for secret in ("eve@", "dario", "usr-mona", "3 November", steps.NOON.isoformat()):
        assert secret not in text
