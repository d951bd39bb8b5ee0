"""Trust marks of the legacy contract, for shops that hold no certificate."""

from datetime import UTC, datetime

from schemas.legacy import encoding
from tests.widgets.legacy import examples
from widgets.legacy import trust_marks


def test_a_shop_without_certificate_is_invalid_since_the_day_of_its_registration() -> None:
    # The contract's example holds a certificate and buyer protection; here is neither yet.
    registered_at = datetime(2016, 2, 3, 23, 30, tzinfo=UTC)
    assert encoding.to_json(trust_marks.body(examples.SHOP, registered_at)).decode() == (
        f'{{"response":{{"code":200,"data":{{"shop":{{{examples.SHOP_JSON},'
        '"trustMark":{"status":"INVALID","validFrom":"2016-02-04T00:00:00+01:00",'
        '"validTo":"2016-02-04T00:00:00+01:00"}}},'
        '"message":"SUCCESS","responseInfo":{"apiVersion":"1.3.37"},"status":"SUCCESS"}}'
    )
