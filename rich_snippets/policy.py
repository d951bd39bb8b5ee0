"""What may be marked up on which page: the matrix M1 to M5 as a pure function."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rich_snippets.reasons import Code, Reason


class Page(StrEnum):
    """PRODUCT a shop's page of one product; LIST a category or home page; SHOP the shop's own
    page about its ratings; PROFILE the shop's profile on this installation.
    """

    PRODUCT = "product"
    LIST = "list"
    SHOP = "shop"
    PROFILE = "profile"


class Entity(StrEnum):
    """What the markup is about."""

    PRODUCT = "product"
    SHOP = "shop"


class Part(StrEnum):
    """What can be told about it, by the name of the property; ITEM is the thing itself."""

    ITEM = "item"
    RATING = "aggregateRating"
    REVIEWS = "review"
    CERTIFICATION = "hasCertification"


@dataclass(frozen=True, slots=True)
class Permission:
    """Each part is either allowed or refused with its reason; notes flag what is allowed."""

    refusals: Mapping[Part, Reason]
    notes: tuple[Reason, ...] = ()

    def allows(self, part: Part) -> bool:
        return part not in self.refusals


_EVERYTHING: Final = frozenset(Part)
_RATED: Final = frozenset({Part.RATING, Part.REVIEWS})


def _refused(parts: Iterable[Part], code: Code, rule: str) -> dict[Part, Reason]:
    return {part: Reason(code, rule, part) for part in parts}


_M2: Final = _refused(_EVERYTHING, Code.NOT_ONE_ITEM, "M2")
_M3: Final = _refused({Part.CERTIFICATION}, Code.NOT_OF_THIS_PAGE, "M3")
_M5: Final = _refused(_RATED, Code.SELF_SERVING, "M5")
_AGENTS_ONLY: Final = Reason(Code.AGENTS_ONLY, "M3", Part.RATING)

# What the matrix refuses, whoever the operator is; M3 and M5 have more to say below.
_REFUSALS: Final[Mapping[tuple[Page, Entity], Mapping[Part, Reason]]] = {
    (Page.PRODUCT, Entity.PRODUCT): _refused({Part.CERTIFICATION}, Code.NOT_OF_THIS_PAGE, "M1"),
    (Page.PRODUCT, Entity.SHOP): _refused(_EVERYTHING, Code.NOT_OF_THIS_PAGE, "M1"),
    (Page.LIST, Entity.PRODUCT): _M2,
    (Page.LIST, Entity.SHOP): _M2,
    (Page.SHOP, Entity.PRODUCT): _refused(_EVERYTHING, Code.NOT_OF_THIS_PAGE, "R15"),
    (Page.SHOP, Entity.SHOP): _M3 | _refused(_RATED, Code.SELF_SERVING, "M3"),
    (Page.PROFILE, Entity.PRODUCT): _refused(_EVERYTHING, Code.NOT_OF_THIS_PAGE, "R15"),
    (Page.PROFILE, Entity.SHOP): {},
}


def decide(
    page: Page,
    entity: Entity,
    *,
    operator_is_shop: bool,
    is_indexed: bool = True,
    for_agents: bool = False,
) -> Permission:
    """What may be told about ``entity`` on ``page`` (§1.5, R15, R17, R19).

    ``for_agents`` asks for the rating on a shop's own page all the same (M3). It is refused where
    the operator is the shop, which then rates itself.
    """
    if not is_indexed:
        return Permission(_refused(_EVERYTHING, Code.NOT_INDEXED, "R19"))
    match page, entity:
        case Page.PROFILE, Entity.SHOP if operator_is_shop:
            return Permission(_M5)
        case Page.SHOP, Entity.SHOP if for_agents and not operator_is_shop:
            refusals = _M3 | _refused({Part.REVIEWS}, Code.SELF_SERVING, "M3")
            return Permission(refusals, (_AGENTS_ONLY,))
    return Permission(_REFUSALS[page, entity])
