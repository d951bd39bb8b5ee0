"""What a shop may choose for its badge, and what has to be on record for it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import badges
from domain.badges import BadgeSettings, Colours, Transmit
from domain.errors import LegalBasisMissing, TrustwrightError, WidgetInvalid
from domain.orders import LegalBasis, LegalBasisKind
from tests.domain.examples import SUBMITTED_AT

BASIS = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "2026-11", SUBMITTED_AT)
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_the_defaults_are_valid_and_stay_as_they_are() -> None:
    assert badges.checked(BadgeSettings()) == BadgeSettings()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"offset": -55}, "offset"),
        ({"offset": 1000}, "offset"),
        ({"mobile_offset": -11}, "mobile_offset"),
        ({"colours": Colours(accent="red")}, "accent"),
        ({"colours": Colours(star="#fff;}")}, "star"),
        ({"colours": Colours(text="#000000")}, "text"),
        ({"colours": Colours(surface="#000000")}, "text"),
        ({"colours": Colours(text="#777777", surface="#888888")}, "text"),
        ({"hosts": ("not a host",)}, "hosts"),
        ({"hosts": tuple(f"h{n}.example" for n in range(11))}, "hosts"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(WidgetInvalid) as caught:
        badges.checked(replace(BadgeSettings(), **changes))  # type: ignore[arg-type]
    assert caught.value.field == field


def test_orders_leave_the_page_by_themselves_only_on_a_recorded_basis() -> None:
    by_itself = BadgeSettings(transmit=Transmit.ORDER_PAGE)
    with pytest.raises(LegalBasisMissing):
        badges.checked(by_itself)
    with pytest.raises(LegalBasisMissing):
        badges.checked(BadgeSettings(legal_basis=BASIS))
    allowed = replace(by_itself, legal_basis=BASIS)
    assert badges.checked(allowed) == allowed


def test_colours_and_hosts_are_kept_in_their_plain_form() -> None:
    settings = BadgeSettings(
        colours=Colours(accent=" #0F766E", text="#FFFFFF", surface="#000000"),
        hosts=("https://www.Checkout.example/pay", "checkout.example"),
    )
    checked = badges.checked(settings)
    assert checked.colours == Colours(accent="#0f766e", text="#ffffff", surface="#000000")
    assert checked.hosts == ("checkout.example",)


def test_contrast_is_that_of_wcag() -> None:
    assert badges.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert badges.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@given(colours, colours)
def test_contrast_is_symmetric_and_within_its_scale(one: str, other: str) -> None:
    assert badges.contrast(one, other) == badges.contrast(other, one)
    assert 1 <= badges.contrast(one, other) <= 21


@given(st.text(max_size=20))
def test_no_text_becomes_a_colour_that_is_more_than_a_colour(text: str) -> None:
    try:
        colour = badges.checked(BadgeSettings(colours=Colours(accent=text))).colours.accent
    except TrustwrightError:
        return
    assert colour is not None
    assert colour.startswith("#")
    assert len(colour) == 7
