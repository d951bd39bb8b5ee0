"""Pages that say why there is nothing to see, and what to do (systems.md §0.6)."""

from control import layout
from widgets import texts


def page(
    language: str,
    message: str,
    *,
    may_pass: bool,
    back: str | None = None,
    reference: str | None = None,
) -> bytes:
    """A page with the ``message`` of an error; ``may_pass`` says that waiting helps.

    ``back`` is a path that works; ``reference`` leads the operator to the log.
    """
    words = texts.of(language)
    return layout.render(
        "refusal.html",
        words,
        title=words.say("refusal.title"),
        message=message,
        advice=words.say("refusal.wait" if may_pass else "refusal.address"),
        back=back,
        reference=reference,
        is_indexed=False,
        language_links=(),
        how_url=layout.how_url(words.language),
    )
