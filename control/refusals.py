"""Pages that say why there is nothing to see, and what to do (systems.md §0.6)."""

from functools import lru_cache

from control import layout
from widgets import texts


# Whoever asks too often is told so each time, which may not cost what a page costs.
@lru_cache(maxsize=64)
def page(
    language: str,
    message: str,
    *,
    may_pass: bool,
    is_gone: bool = False,
    back: str | None = None,
    reference: str | None = None,
) -> bytes:
    """A page with the ``message`` of an error; ``may_pass`` says that waiting helps.

    ``is_gone`` where there was something that the rules about reviews took away;
    ``back`` is a path that works; ``reference`` is a code from docs/errors.md, or leads the
    operator to the log.
    """
    words = texts.of(language)
    return layout.render(
        "refusal.html",
        words,
        title=words.say("refusal.title"),
        message=message,
        advice=words.say(_advice(may_pass=may_pass, is_gone=is_gone)),
        back=back,
        reference=reference,
        is_indexed=False,
        language_links=(),
        how_url=layout.how_url(words.language),
    )


def _advice(*, may_pass: bool, is_gone: bool) -> str:
    if may_pass:
        return "refusal.wait"
    return "refusal.gone" if is_gone else "refusal.address"
