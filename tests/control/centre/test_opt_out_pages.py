"""A shop brings opt-outs along, without scripts, and sees what was no address."""

from tests.control.centre.conftest import Centre, Visitor, words


def test_a_list_is_noted_and_what_is_no_address_stays_in_the_field(
    centre: Centre, ben: Visitor
) -> None:
    url = f"/control/shops/{centre.annas}/opt-outs"
    page = ben.page(f"/control/shops/{centre.annas}/invitations")
    assert page.xpath(f"//main//a[@href='{url}']")
    listed = {"emails": "left@example.org\nleft@example.org; nobody"}
    answer = ben.post(url, listed)
    assert answer.status_code == 200
    page = ben.page(url)
    assert "left@example.org" not in words(page.xpath("//main")[0])
    assert "nobody</textarea>" in answer.text
    again = ben.post(url, {"emails": "LEFT@example.org"})
    assert "Schon bekannt: 1" in again.text
    assert ben.post(url, {"emails": " "}).status_code == 422


def test_nobody_notes_opt_outs_for_a_strange_shop(centre: Centre, ben: Visitor) -> None:
    url = f"/control/shops/{centre.cleos}/opt-outs"
    assert ben.get(url).status_code == 404
    assert ben.post(url, {"emails": "left@example.org"}).status_code == 404
