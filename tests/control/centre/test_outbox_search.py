"""The outbox is searched by an e-mail address that stands in no address of a page."""

from tests.control.centre.conftest import Centre, words

LIST = "/control/operator/outbox"


def test_an_address_that_is_searched_for_stands_in_no_url(centre: Centre) -> None:
    assert centre.stranger().post("/password", {"email": "ben@demo.example"}).status_code == 303
    anna, olga = centre.signed_in("Anna"), centre.signed_in("Olga")
    users = f"/control/shops/{centre.annas}/users"
    new = {"first_name": "Ida", "last_name": "Neu", "email": "ida@demo.example", "language": "de"}
    assert anna.post(users, new | {"rights": "reviews"}).status_code == 303
    (form,) = olga.page(LIST).xpath("//search/form")
    assert (form.get("method"), form.get("action")) == ("post", f"{LIST}/search")
    asked = {"email": " IDA@demo.example ", "state": "", "key": "user_invited", "shop": ""}
    response = olga.post(f"{LIST}/search", asked)
    url = response.headers["location"]
    assert response.status_code == 303
    assert url.startswith(f"{LIST}?key=user_invited&recipient=")
    assert "ida" not in url.lower().replace("invited", "")
    assert len(olga.page(url).xpath("//tbody/tr")) == 1
    nobody = olga.post(f"{LIST}/search", asked | {"email": "nobody@demo.example"})
    page = olga.page(nobody.headers["location"])
    assert page.xpath("//tbody/tr") == []
    assert "nobody@" not in words(page)
    assert olga.post(f"{LIST}/search", {}).headers["location"] == LIST
    assert olga.get(f"{LIST}?recipient=nonsense&email=ida@demo.example").status_code == 200
