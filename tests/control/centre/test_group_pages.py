"""The page of connected shops: joining, asking, confirming and leaving, as people do it."""

from tests.conditions import eventually
from tests.control.centre.conftest import Centre, Visitor, words


def group(key: str) -> str:
    return f"/control/shops/{key}/group"


def vienna(centre: Centre) -> str:
    """Anna's second shop, which the seed connects with her first."""
    return next(shop.key for shop in centre.shops if shop.name == "Bücher & Töne Wien")


def test_annas_two_shops_are_shown_with_their_own_grades(centre: Centre, anna: Visitor) -> None:
    page = anna.page(group(centre.annas))
    rows = [words(row) for row in page.xpath("//tbody/tr")]
    assert len(rows) == 2
    assert "Bücher & Töne Wien" in rows[1]
    assert "Österreich" in rows[1]
    assert "von 5" in rows[1]
    assert "6 Bewertungen" in rows[1]
    profile = anna.page(f"/profile/{centre.annas}/bucher-tone")
    assert profile.xpath("//section[@aria-labelledby='others']//a")[0].text_content() == (
        "Bücher & Töne Wien"
    )


def test_the_combined_count_is_shown_when_it_is_chosen(centre: Centre, anna: Visitor) -> None:
    said = "Mit diesem Shop zusammen: "
    where = f"/profile/{centre.annas}/bucher-tone"
    assert said not in words(anna.page(where))
    assert anna.post(f"{group(centre.annas)}/total", {"total": "1"}).status_code == 303
    eventually(lambda: said in words(anna.page(where)))
    assert anna.page(group(centre.annas)).xpath("//input[@name='total']/@checked")


def test_another_accounts_shop_is_asked_and_its_administrator_agrees(
    centre: Centre, anna: Visitor, cleo: Visitor
) -> None:
    assert anna.post(group(centre.annas), {"key": centre.cleos}).status_code == 303
    page = cleo.page(group(centre.cleos))
    assert "Bücher & Töne" in words(page.xpath("//section[@aria-labelledby='requests']")[0])
    action = page.xpath("//form[contains(@action, '/requests/')]/@action")[0]
    # Whoever asked cannot answer, and strangers find nothing.
    assert anna.post(action).status_code == 404
    assert centre.signed_in("Ben").post(action).status_code == 404
    assert anna.post(action.replace(centre.cleos, centre.annas)).status_code == 404
    assert cleo.post(action).status_code == 303
    assert len(cleo.page(group(centre.cleos)).xpath("//tbody/tr")) == 3
    assert cleo.post(f"{group(centre.cleos)}/leave").status_code == 303
    assert cleo.page(group(centre.cleos)).xpath("//tbody/tr") == []
    assert cleo.post(f"{group(centre.cleos)}/leave").status_code == 409


def test_a_request_is_declined(centre: Centre, anna: Visitor, cleo: Visitor) -> None:
    assert cleo.post(group(centre.cleos), {"key": centre.annas}).status_code == 303
    page = anna.page(group(centre.annas))
    action = page.xpath("//form[contains(@action, '/drop')]/@action")[0]
    assert anna.post(action).status_code == 303
    assert anna.page(group(centre.annas)).xpath("//form[contains(@action, '/drop')]") == []


def test_keys_that_lead_nowhere_are_refused(centre: Centre, anna: Visitor) -> None:
    unknown = {"key": "X" + "0" * 32}
    assert anna.post(group(centre.annas), unknown).status_code == 404
    assert anna.post(group(centre.annas), {"key": "nonsense"}).status_code == 400
    assert anna.post(group(centre.annas), {"key": centre.annas}).status_code == 409
    assert anna.post(f"{group(centre.annas)}/remove", unknown).status_code == 404
    assert anna.get(group(centre.cleos)).status_code == 404


def test_a_shop_is_taken_out_and_connected_again(centre: Centre, anna: Visitor) -> None:
    second = vienna(centre)
    assert anna.post(f"{group(centre.annas)}/remove", {"key": second}).status_code == 303
    page = anna.page(group(centre.annas))
    assert page.xpath("//tbody/tr") == []
    assert page.xpath("//select[@name='key']/option/@value") == [second]
    assert anna.post(group(centre.annas), {"key": second}).status_code == 303
    assert len(anna.page(group(second)).xpath("//tbody/tr")) == 2


def test_only_administrators_see_the_page(centre: Centre, ben: Visitor) -> None:
    assert ben.get(group(centre.annas)).status_code == 404
