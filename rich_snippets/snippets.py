"""A snippet: what is asked for, the node that answers, and why it is not more."""

from dataclasses import dataclass
from datetime import date

from domain import policies
from domain.errors import ParameterInvalid
from rich_snippets import haves, policy
from rich_snippets.haves import Answer, Have
from rich_snippets.nodes import Node
from rich_snippets.policy import Entity, Page, Part, Permission
from rich_snippets.reasons import Reason, Reasons
from schemas.syntaxes import Syntax


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the markup will stand and what stands there already.

    ``reviews`` is how many reviews the page shows, 0 to 20 (R14); ``today`` the UTC day on which
    prices and certifications must be valid; ``for_agents`` the opt-in of M3. Raises
    ParameterInvalid for another number of reviews.
    """

    page: Page
    syntax: Syntax
    today: date
    reviews: int = policies.SNIPPETS.reviews_default
    have: tuple[Have, ...] = ()
    is_indexed: bool = True
    for_agents: bool = False

    def __post_init__(self) -> None:
        most = policies.SNIPPETS.reviews_maximum
        if not 0 <= self.reviews <= most:
            raise ParameterInvalid(f"A page shows 0 to {most} reviews.", field="reviews")

    def permission(self, entity: Entity, *, operator_is_shop: bool) -> Permission:
        """What the matrix allows here."""
        return policy.decide(
            self.page,
            entity,
            operator_is_shop=operator_is_shop,
            is_indexed=self.is_indexed,
            for_agents=self.for_agents,
        )


@dataclass(frozen=True, slots=True)
class Snippet:
    """The markup for one placement; ``node`` is None exactly when ``answer`` is NONE.

    ``reasons`` tell everything that was left out, refused or flagged, in the order of the graph.
    """

    answer: Answer
    node: Node | None
    syntax: Syntax
    reasons: tuple[Reason, ...]


def finished(node: Node | None, placement: Placement, reasons: Reasons) -> Snippet:
    """The snippet of a node that may be written, next to what the page has already."""
    if node is None:
        return Snippet(Answer.NONE, None, placement.syntax, tuple(reasons))
    answer, written, why = haves.answer(node, placement.have, placement.syntax)
    return Snippet(answer, written, placement.syntax, (*reasons, *why))


def refused(permission: Permission, placement: Placement) -> Snippet:
    """The snippet of a page that may not tell of the item at all."""
    return finished(None, placement, [permission.refusals[Part.ITEM]])
