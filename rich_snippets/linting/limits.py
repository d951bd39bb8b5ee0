"""How much of a page is looked at, so that no page costs more than a moment and some memory."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one page; what is beyond them is refused with a finding, never cut in silence."""

    document_bytes: int = 50_000_000
    tokens: int = 600_000  # tags, comments and declarations
    depth: int = 512  # open elements; deeper ones become siblings, as in browsers
    attributes: int = 256  # of one tag; further ones are not read
    blocks: int = 1_000  # of JSON-LD
    json_depth: int = 64
    json_tokens: int = 300_000  # strings, brackets and commas of all blocks together
    path_characters: int = 200
    source_characters: int = 2_000
    items: int = 20_000
    value_characters: int = 20_000_000  # of microdata and RDFa, nested ones counted again
    reference_steps: int = 100_000  # elements that itemref makes us visit again
    compared_reviews: int = 200  # whose texts are looked for in the visible page
    findings_of_a_rule: int = 50
    excerpt_characters: int = 80


LIMITS = Limits()
