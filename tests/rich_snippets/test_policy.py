"""The matrix: M1 to M5 with both kinds of operator, and nothing suppressed leaks (CI6)."""

from dataclasses import replace
from itertools import product

import pytest

from rich_snippets import policy
from rich_snippets.policy import Entity, Page, Part
from rich_snippets.reasons import EXPLANATIONS, Code, Reason
from tests.rich_snippets.examples import SHOP, find, nodes_of, placed, product_of, root, shop_of

BOOLEANS = (False, True)
NOTHING: frozenset[Part] = frozenset()
ALL = frozenset(Part)
ITEM = frozenset({Part.ITEM})


def allowed(page: Page, entity: Entity, **flags: bool) -> frozenset[Part]:
    permission = policy.decide(page, entity, **{"operator_is_shop": False} | flags)
    return frozenset(part for part in Part if permission.allows(part))


@pytest.mark.parametrize("operator_is_shop", BOOLEANS)
def test_m1_a_product_page_tells_the_product_and_nothing_of_the_shop(
    operator_is_shop: bool,
) -> None:
    flags = {"operator_is_shop": operator_is_shop}
    assert allowed(Page.PRODUCT, Entity.PRODUCT, **flags) == {Part.ITEM, Part.RATING, Part.REVIEWS}
    assert allowed(Page.PRODUCT, Entity.SHOP, **flags) == NOTHING
    shop = replace(SHOP, operator_is_shop=operator_is_shop)
    assert len(find(product_of(shop=shop), "AggregateRating")) == 1
    assert shop_of(shop, page=Page.PRODUCT).node is None


@pytest.mark.parametrize("operator_is_shop", BOOLEANS)
@pytest.mark.parametrize("entity", list(Entity))
def test_m2_a_list_tells_nothing(entity: Entity, operator_is_shop: bool) -> None:
    assert allowed(Page.LIST, entity, operator_is_shop=operator_is_shop) == NOTHING
    assert product_of(placement=placed(Page.LIST)).node is None
    assert shop_of(page=Page.LIST, for_agents=True).node is None


def test_m3_a_shops_own_page_tells_who_it_is() -> None:
    for flag in BOOLEANS:
        assert allowed(Page.SHOP, Entity.SHOP, operator_is_shop=flag) == ITEM
    snippet = shop_of(page=Page.SHOP)
    assert root(snippet).get("sameAs")
    assert [(reason.code, reason.field) for reason in snippet.reasons] == [
        (Code.SELF_SERVING, "aggregateRating"),
        (Code.SELF_SERVING, "review"),
        (Code.NOT_OF_THIS_PAGE, "hasCertification"),
    ]


def test_m3_agents_may_be_told_the_rating_and_it_is_flagged() -> None:
    snippet = shop_of(page=Page.SHOP, for_agents=True)
    assert len(find(snippet, "AggregateRating")) == 1
    assert find(snippet, "Review") == find(snippet, "Certification") == []
    assert snippet.reasons[0] == Reason(Code.AGENTS_ONLY, "M3", "aggregateRating")


def test_m3_agents_are_not_told_what_the_operator_says_of_itself() -> None:
    snippet = shop_of(replace(SHOP, operator_is_shop=True), page=Page.SHOP, for_agents=True)
    assert find(snippet, "AggregateRating") == []
    assert all(reason.code is not Code.AGENTS_ONLY for reason in snippet.reasons)


def test_m4_a_neutral_operators_profile_tells_everything() -> None:
    assert allowed(Page.PROFILE, Entity.SHOP) == ALL
    snippet = shop_of()
    assert {"aggregateRating", "review", "hasCertification", "sameAs"} <= {
        name for name, _ in root(snippet).properties
    }
    assert snippet.reasons == ()


def test_m5_a_profile_run_by_the_shop_tells_identity_and_certification() -> None:
    parts = allowed(Page.PROFILE, Entity.SHOP, operator_is_shop=True)
    assert parts == {Part.ITEM, Part.CERTIFICATION}
    snippet = shop_of(replace(SHOP, operator_is_shop=True), for_agents=True)
    assert len(find(snippet, "Certification")) == 1
    assert find(snippet, "AggregateRating") == find(snippet, "Review") == []
    assert [reason.rule for reason in snippet.reasons] == ["M5", "M5"]


@pytest.mark.parametrize(
    ("page", "entity", "operator_is_shop", "is_indexed", "for_agents"),
    list(product(Page, Entity, BOOLEANS, BOOLEANS, BOOLEANS)),
)
def test_every_part_is_allowed_or_refused_with_a_reason_and_nothing_leaks(
    page: Page, entity: Entity, operator_is_shop: bool, is_indexed: bool, for_agents: bool
) -> None:
    permission = policy.decide(
        page,
        entity,
        operator_is_shop=operator_is_shop,
        is_indexed=is_indexed,
        for_agents=for_agents,
    )
    for part in Part:
        assert permission.allows(part) is (part not in permission.refusals)
    assert all(reason.field == part for part, reason in permission.refusals.items())
    shop = replace(SHOP, operator_is_shop=operator_is_shop)
    if entity is Entity.SHOP:
        snippet = shop_of(shop, page, is_indexed=is_indexed, for_agents=for_agents)
    else:
        placement = placed(page, is_indexed=is_indexed, for_agents=for_agents)
        snippet = product_of(shop=shop, placement=placement)
    assert (snippet.node is not None) is permission.allows(Part.ITEM)
    told = {name for node in nodes_of(snippet.node) for name, _ in node.properties}
    assert not told & set(permission.refusals)


def test_every_code_has_an_explanation_that_can_be_read() -> None:
    assert EXPLANATIONS.keys() == set(Code)
    for code in Code:
        sentence = Reason(code, "R1", "review[0].author.name").explanation
        assert sentence.endswith(".")
        assert "{" not in sentence
