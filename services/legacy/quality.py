"""A shop's grade over the published window or the days that a client asks for (4.2)."""

from domain import grades
from domain.windows import Period
from schemas.legacy.envelopes import Body
from schemas.legacy.questions import LegacyQuestion
from services.figures import subject_of
from services.legacy import periods
from services.snapshots import Answers
from store import tallies
from widgets.legacy import quality as shapes
from widgets.legacy.views import PeriodQuality, QualityView


def quality(answers: Answers, question: LegacyQuestion) -> Body:
    """P3, P4, C2 and, for the shop itself, ``/quality/reviews`` (R2)."""
    return shapes.body(view(answers, question), question.language)


def view(answers: Answers, question: LegacyQuestion) -> QualityView:
    """The published grade, and the period asked for; that is the published one by default."""
    shown = _shown(answers, periods.of_shop(answers.shop, question))
    return QualityView(answers.view, answers.grade, shown)


def _shown(answers: Answers, period: Period) -> PeriodQuality:
    """What the day buckets of these UTC days add up to, both inclusive."""
    subject = subject_of(answers.shop)
    tally = tallies.total(answers.session, subject, period.start, period.end)
    grade = grades.summarise(
        tally,
        period,
        all_time_count=answers.grade.all_time_count,
        min_reviews=answers.min_reviews,
    )
    criteria = tuple(grades.criterion_grade(tally, c) for c in answers.view.system.criteria)
    return PeriodQuality(period, grade, criteria, tally.distribution)
