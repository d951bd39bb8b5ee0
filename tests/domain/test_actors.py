"""Who acts is a role and a name, and authors have no name in the log."""

from domain import actors
from domain.actors import Role


def test_the_author_is_known_to_the_log_by_role_only() -> None:
    assert actors.AUTHOR.role is Role.AUTHOR
    assert actors.AUTHOR.name == "author"


def test_what_happens_by_itself_and_what_the_operator_does_can_be_told_apart() -> None:
    assert (actors.SYSTEM.role, actors.OPERATOR.role) == (Role.SYSTEM, Role.OPERATOR)
    assert len({actors.SYSTEM, actors.OPERATOR, actors.AUTHOR}) == 3
