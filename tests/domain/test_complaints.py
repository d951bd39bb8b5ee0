"""Those who may complain in a case are told apart: the author, the shop, and each reader."""

from domain import complaints


def test_a_shop_is_one_and_readers_are_each_their_own() -> None:
    names = {
        complaints.complainant(None, is_shop=False),
        complaints.complainant("ntc-1", is_shop=True),
        complaints.complainant("ntc-2", is_shop=True),
        complaints.complainant("ntc-3", is_shop=False),
        complaints.complainant("ntc-4", is_shop=False),
    }
    assert names == {"AUTHOR", "SHOP", "ntc-3", "ntc-4"}
