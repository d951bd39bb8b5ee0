"""What a page of the form weighs, with everything that it loads, as it is sent to a browser."""

from typing import Final

import pytest
from httpx2 import Response

from tests.control.centre.conftest import read
from tests.control.reviewing.conftest import Buyer, NewBuyer

MOST_BYTES: Final = 30 * 1024
OPEN: Final = "/de/write/{shop_key}"


def sent(dario: Buyer, path: str) -> Response:
    """An answer as browsers ask for it."""
    return dario.centre.client().get(path, headers={"accept-encoding": "br, gzip"})


def weight(answer: Response) -> int:
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    return head + int(answer.headers["content-length"])


@pytest.mark.parametrize("page", ["", "text", "products", "about", "thanks", "later", OPEN])
def test_a_page_weighs_less_than_30_kilobytes_with_all_that_it_loads(
    buyer: NewBuyer, page: str
) -> None:
    dario = buyer(skus=[f"W-{number}" for number in range(5)])
    if page not in {"", "later", OPEN}:
        dario.post("", {"mark_service": "5"})
    open_path = OPEN.format(shop_key=dario.centre.annas)
    answer = sent(dario, open_path if page == OPEN else dario.path(page))
    loaded = read(answer).xpath("//link[@rel]/@href | //script/@src | //img/@src")
    answers = [answer, *(sent(dario, path) for path in dict.fromkeys(loaded))]
    assert len(answers) == 4
    assert sum(map(weight, answers)) <= MOST_BYTES
