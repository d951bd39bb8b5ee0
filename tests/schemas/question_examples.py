"""Questions of every kind, for tests of what is written and read back."""

from hypothesis import strategies as st

from domain import languages, skus
from schemas.questions import Markup, Question, ReviewQuery, Sort, Within, formats_of
from schemas.snapshots import Kind, Media
from schemas.syntaxes import Syntax

keys = st.from_regex(r"X[0-9A-Z]{32}", fullmatch=True)
texts = st.sampled_from((Media.JSON, Media.XML))
valid_skus = st.text(min_size=1, max_size=255).filter(skus.is_valid)
cursors = st.uuids().map(lambda uuid: f"rev-{uuid}")
queries = st.builds(
    ReviewQuery,
    limit=st.integers(1, 100),
    sort=st.sampled_from(Sort),
    stars=st.none() | st.integers(1, 5),
    language=st.none() | st.from_regex(r"[a-z]{2,3}", fullmatch=True),
    within=st.none() | st.just(Within.YEAR),
    has_text=st.booleans(),
    is_verified=st.booleans(),
    after=st.none() | cursors,
) | st.builds(ReviewQuery, before=cursors)
feed_media = st.sampled_from((Media.ATOM, Media.JSONFEED))
feed_queries = st.builds(
    ReviewQuery,
    limit=st.integers(1, 100),
    language=st.none() | st.from_regex(r"[a-z]{2,3}", fullmatch=True),
    after=st.none() | cursors,
)
markups = st.builds(
    Markup,
    syntax=st.sampled_from(Syntax),
    reviews=st.integers(0, 20),
    have=st.lists(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), max_size=20, unique=True
    ).map(tuple),
)
platform_language = st.none() | st.sampled_from(languages.SUPPORTED)
all_questions = st.one_of(
    st.builds(Question, st.just(Kind.BADGE), keys, texts, language=platform_language),
    st.builds(
        Question, st.just(Kind.BADGE_IMAGE), keys, st.just(Media.SVG), language=platform_language
    ),
    st.builds(Question, st.just(Kind.GRADE), keys, texts),
    st.builds(Question, st.just(Kind.REVIEWS), keys, texts, query=queries),
    st.builds(Question, st.just(Kind.STICKER), keys, texts, limit=st.integers(1, 10)),
    st.builds(Question, st.just(Kind.PRODUCT_REVIEWS), keys, texts, sku=valid_skus, query=queries),
    st.builds(
        Question,
        st.just(Kind.SNIPPET),
        keys,
        st.sampled_from(formats_of(Kind.SNIPPET)),
        markup=markups,
    ),
    st.builds(
        Question,
        st.just(Kind.PRODUCT_SNIPPET),
        keys,
        st.sampled_from(formats_of(Kind.PRODUCT_SNIPPET)),
        sku=valid_skus,
        markup=markups,
    ),
    st.builds(Question, st.just(Kind.FEED), keys, feed_media, query=feed_queries),
    st.builds(
        Question,
        st.just(Kind.PRODUCT_FEED),
        keys,
        feed_media,
        sku=valid_skus,
        query=feed_queries,
    ),
    st.builds(
        Question,
        st.just(Kind.BADGE_FRAGMENT),
        keys,
        st.just(Media.HTML),
        language=platform_language,
    ),
    st.builds(
        Question,
        st.just(Kind.REVIEWS_FRAGMENT),
        keys,
        st.just(Media.HTML),
        query=st.builds(ReviewQuery, limit=st.integers(1, 100)),
        language=platform_language,
    ),
    st.builds(
        Question,
        st.just(Kind.PRODUCT_REVIEWS_FRAGMENT),
        keys,
        st.just(Media.HTML),
        sku=valid_skus,
        query=st.builds(ReviewQuery, limit=st.integers(1, 100)),
        language=platform_language,
    ),
    st.builds(
        Question,
        st.just(Kind.STICKER_FRAGMENT),
        keys,
        st.just(Media.HTML),
        limit=st.integers(1, 10),
        language=platform_language,
    ),
    st.builds(
        Question,
        st.just(Kind.STARS_FRAGMENT),
        keys,
        st.just(Media.HTML),
        skus=st.lists(valid_skus, min_size=1, max_size=9, unique=True).map(tuple),
        language=platform_language,
    ),
    st.builds(Question, st.just(Kind.STATEMENT), keys, st.just(Media.JSON)),
    st.builds(Question, st.just(Kind.CERTIFICATE), keys, st.just(Media.JSON)),
    st.builds(Question, st.just(Kind.BADGE_TOKEN), keys, st.just(Media.JSON)),
    st.builds(
        Question, st.just(Kind.MARK_IMAGE), keys, st.just(Media.SVG), language=platform_language
    ),
    st.builds(Question, st.just(Kind.PRODUCT_STATEMENT), keys, st.just(Media.JSON), sku=valid_skus),
    st.builds(
        Question,
        st.just(Kind.STARS),
        keys,
        texts,
        skus=st.lists(valid_skus, min_size=1, max_size=9, unique=True).map(tuple),
    ),
)
