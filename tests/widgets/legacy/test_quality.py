"""Grades of the legacy contract: its example to the byte, and the body where nothing counts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from domain import languages
from domain.criteria import CriteriaSystem, Criterion
from domain.grades import CriterionGrade, GradeState, Label, Tally, summarise
from domain.windows import Period
from schemas.legacy import encoding
from tests.widgets.legacy import examples
from widgets import texts
from widgets.legacy import quality
from widgets.legacy.views import PeriodQuality, QualityView

EXAMPLE = (
    '{"response":{"code":200,"data":{"shop":{' + examples.SHOP_JSON + ","
    '"qualityIndicators":{"reviewIndicator":{'
    '"activePeriodInDays":365,"activeReviewCount":41,"reviewsCountedSince":"2003-11-26",'
    '"totalReviewCount":222,"overallMark":4.75,"overallMarkDescription":"EXCELLENT",'
    '"overallMarkDescriptionGUILang":"SEHR GUT",'
    '"reviewIndicatorPeriodSummary":{"reviewIndicatorPeriods":[{'
    '"startDate":"2015-07-01","endDate":"2016-07-01","periodReviewCount":41,'
    '"activeReviewCount":41,"overallMark":4.75,"overallMarkDescription":"EXCELLENT",'
    '"overallMarkDescriptionGUILang":"SEHR GUT","reviewIndicatorCriteria":['
    '{"criterionDescription":"DELIVERY","criterionDescriptionGUILanguage":"LIEFERUNG",'
    '"periodCriterionCount":39,"mark":4.74,"markDescription":"EXCELLENT",'
    '"markDescriptionGUILanguage":"SEHR GUT"},'
    '{"criterionDescription":"GOODS","criterionDescriptionGUILanguage":"WARE",'
    '"periodCriterionCount":39,"mark":5.00,"markDescription":"EXCELLENT",'
    '"markDescriptionGUILanguage":"SEHR GUT"},'
    '{"criterionDescription":"SERVICE","criterionDescriptionGUILanguage":"KUNDENSERVICE",'
    '"periodCriterionCount":39,"mark":4.49,"markDescription":"GOOD",'
    '"markDescriptionGUILanguage":"GUT"}],'
    '"reviewIndicatorMarkSummaries":['
    '{"markDescription":"EXCELLENT","markDescriptionGUILanguage":"SEHR GUT",'
    '"periodMarkCount":33},'
    '{"markDescription":"GOOD","markDescriptionGUILanguage":"GUT","periodMarkCount":6},'
    '{"markDescription":"FAIR","markDescriptionGUILanguage":"BEFRIEDIGEND","periodMarkCount":1},'
    '{"markDescription":"POOR","markDescriptionGUILanguage":"AUSREICHEND","periodMarkCount":0},'
    '{"markDescription":"VERY_POOR","markDescriptionGUILanguage":"MANGELHAFT",'
    '"periodMarkCount":1}]}]}}}}},'
    '"message":"SUCCESS","responseInfo":{"apiVersion":"2.4.18","parameters":['
    '{"name":"startDate","value":"2015-07-01"},{"name":"endDate","value":"2016-07-01"},'
    '{"name":"timeDimension","value":"YEAR"}]},"status":"SUCCESS"}}'
)
EMPTY_ROWS = [
    {"criterionDescription": criterion, "periodCriterionCount": 0, "mark": 0}
    for criterion in ("DELIVERY", "GOODS", "SERVICE")
]
LABELS = ("EXCELLENT", "GOOD", "FAIR", "POOR", "VERY_POOR")
EMPTY_SUMMARIES = [{"markDescription": label, "periodMarkCount": 0} for label in LABELS]


def indicator_of(view: QualityView, language: str | None = None) -> dict[str, Any]:
    data = quality.body(view, language).data
    assert data is not None
    found: dict[str, Any] = data["shop"]["qualityIndicators"]["reviewIndicator"]
    return found


def period_of(view: QualityView, language: str | None = None) -> dict[str, Any]:
    (period,) = indicator_of(view, language)["reviewIndicatorPeriodSummary"][
        "reviewIndicatorPeriods"
    ]
    found: dict[str, Any] = period
    return found


def unrated() -> QualityView:
    shown = PeriodQuality(examples.YEAR, examples.UNRATED, (), (0, 0, 0, 0, 0))
    return QualityView(examples.SHOP, examples.UNRATED, shown)


def below_minimum() -> QualityView:
    tally = Tally(reviews=2, five_stars=2, service_count=2, service_sum=10)
    grade = summarise(tally, examples.YEAR, all_time_count=222, min_reviews=3)
    criteria = (CriterionGrade(Criterion.SERVICE, 2, Decimal("5.00"), Label.EXCELLENT),)
    shown = PeriodQuality(examples.YEAR, grade, criteria, tally.distribution)
    return QualityView(replace(examples.SHOP, min_reviews=3), grade, shown)


def test_the_example_of_the_contract_comes_out_to_the_byte() -> None:
    assert encoding.to_json(quality.body(examples.QUALITY, "de")).decode() == EXAMPLE


def test_without_a_language_nothing_is_told_in_one() -> None:
    assert b"GUILang" not in encoding.to_json(quality.body(examples.QUALITY, None))


@pytest.mark.parametrize("view", [unrated(), below_minimum()], ids=["none", "too few"])
def test_a_body_without_grade_keeps_its_rows_and_loses_its_descriptions(view: QualityView) -> None:
    assert indicator_of(view) == {
        "activePeriodInDays": 365,
        "activeReviewCount": 0,
        "reviewsCountedSince": "2003-11-26",
        "totalReviewCount": 222,
        "overallMark": 0,
        "reviewIndicatorPeriodSummary": {
            "reviewIndicatorPeriods": [
                {
                    "startDate": "2015-07-01",
                    "endDate": "2016-07-01",
                    "periodReviewCount": 0,
                    "activeReviewCount": 0,
                    "overallMark": 0,
                    "reviewIndicatorCriteria": EMPTY_ROWS,
                    "reviewIndicatorMarkSummaries": EMPTY_SUMMARIES,
                }
            ]
        },
    }


def test_a_body_without_grade_names_its_rows_in_the_language_and_no_mark() -> None:
    period = period_of(unrated(), "de")
    assert [
        row["criterionDescriptionGUILanguage"] for row in period["reviewIndicatorCriteria"]
    ] == [
        "LIEFERUNG",
        "WARE",
        "KUNDENSERVICE",
    ]
    assert not any("markDescriptionGUILanguage" in row for row in period["reviewIndicatorCriteria"])
    assert "overallMarkDescriptionGUILang" not in period
    assert [
        row["markDescriptionGUILanguage"] for row in period["reviewIndicatorMarkSummaries"]
    ] == [
        "SEHR GUT",
        "GUT",
        "BEFRIEDIGEND",
        "AUSREICHEND",
        "MANGELHAFT",
    ]


def test_a_shop_with_one_criterion_has_only_its_service_row() -> None:
    view = replace(examples.QUALITY, shop=replace(examples.SHOP, system=CriteriaSystem.ONE))
    rows = period_of(view)["reviewIndicatorCriteria"]
    assert [row["criterionDescription"] for row in rows] == ["SERVICE"]


def test_a_criterion_with_fewer_marks_than_the_minimum_is_empty() -> None:
    view = replace(examples.QUALITY, shop=replace(examples.SHOP, min_reviews=40))
    assert period_of(view)["reviewIndicatorCriteria"] == EMPTY_ROWS
    assert period_of(view)["overallMark"] == Decimal("4.75")


def test_a_young_shop_counts_the_days_since_its_first() -> None:
    young = replace(examples.GRADE, period=Period(date(2026, 7, 11), date(2026, 11, 21)))
    assert indicator_of(replace(examples.QUALITY, active=young))["activePeriodInDays"] == 133


def test_a_leap_year_is_a_year() -> None:
    assert examples.YEAR.end - examples.YEAR.start == timedelta(days=366)
    assert indicator_of(examples.QUALITY)["activePeriodInDays"] == 365


def test_another_period_changes_the_row_and_not_the_published_grade() -> None:
    january = Period(date(2016, 1, 1), date(2016, 1, 31))
    grade = replace(
        examples.GRADE, rating=Decimal("3.00"), label=Label.FAIR, count=2, period=january
    )
    view = replace(examples.QUALITY, shown=PeriodQuality(january, grade, (), (0, 0, 2, 0, 0)))
    period = period_of(view)
    assert (period["startDate"], period["endDate"]) == ("2016-01-01", "2016-01-31")
    assert (period["periodReviewCount"], period["activeReviewCount"]) == (2, 41)
    assert (period["overallMark"], period["overallMarkDescription"]) == (Decimal("3.00"), "FAIR")
    assert indicator_of(view)["overallMark"] == Decimal("4.75")
    assert quality.body(view, None).parameters == {
        "startDate": "2016-01-01",
        "endDate": "2016-01-31",
        "timeDimension": "YEAR",
    }


def test_complaints_alone_have_exactly_these_keys_in_this_order() -> None:
    assert encoding.to_json(quality.complaints(examples.SHOP, 3, 1)).decode() == (
        f'{{"response":{{"code":200,"data":{{"shop":{{{examples.SHOP_JSON},'
        '"qualityIndicators":{"complaintIndicator":'
        '{"totalComplaintCount":3,"activeComplaintCount":1}}}},'
        '"message":"SUCCESS","responseInfo":{"apiVersion":"2.4.18"},"status":"SUCCESS"}}'
    )


def test_the_shop_itself_reads_complaints_and_the_public_does_not() -> None:
    told = quality.restricted(examples.QUALITY, 3, 1, None).data
    public = quality.body(examples.QUALITY, None).data
    assert told is not None
    assert public is not None
    indicators = told["shop"]["qualityIndicators"]
    assert list(indicators) == ["complaintIndicator", "reviewIndicator"]
    assert list(public["shop"]["qualityIndicators"]) == ["reviewIndicator"]
    assert indicators["reviewIndicator"] == indicator_of(examples.QUALITY)


@pytest.mark.parametrize("language", [lang for lang in languages.SUPPORTED if lang != "de"])
def test_other_languages_say_their_own_labels_in_capitals(language: str) -> None:
    words = texts.of(language)
    for label in Label:
        assert words.say(f"gui.{label}") == words.say(f"label.{label}").upper()
    for criterion in CriteriaSystem.THREE.criteria:
        assert words.say(f"gui.{criterion}").isupper()


@given(examples.quality_views(), examples.languages)
def test_count_and_mark_always_belong_together(view: QualityView, language: str | None) -> None:
    indicator = indicator_of(view, language)
    rated = view.active.state is GradeState.RATED
    assert (indicator["activeReviewCount"] > 0) is rated
    assert (indicator["overallMark"] > 0) is rated
    assert ("overallMarkDescription" in indicator) is rated
    assert ("overallMarkDescriptionGUILang" in indicator) is (rated and language is not None)


@given(examples.quality_views())
def test_the_row_of_a_period_adds_up(view: QualityView) -> None:
    period = period_of(view)
    summaries = period["reviewIndicatorMarkSummaries"]
    assert [row["markDescription"] for row in summaries] == list(LABELS)
    assert sum(row["periodMarkCount"] for row in summaries) == period["periodReviewCount"]
    rows = period["reviewIndicatorCriteria"]
    assert [row["criterionDescription"] for row in rows] == list(view.shop.system.criteria)
    assert all((row["mark"] > 0) is (row["periodCriterionCount"] > 0) for row in rows)
