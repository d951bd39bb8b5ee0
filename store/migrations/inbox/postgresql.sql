-- What keeps the inbox and its full-text index in step with reviews, replies and orders.
-- Statements are divided by blank lines.

-- Signs become spaces first, because the parser takes hosts, paths and numbers with signs for one
-- word. Compatibility forms without their marks find "Muller" in "Müller".
CREATE FUNCTION review_text(given text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT to_tsvector('simple', translate(
        regexp_replace(normalize(given, NFKD), '[\u0300-\u036f]', '', 'g'),
        'łŁ!"#%&''()*+,-./:;<=>?@[\]^_`{|}~¡¿«»‘’‚“”„‹›–—·•€£',
        'lL' || repeat(' ', 60)
    ))
$$

-- The sign in between stands in no text: a phrase does not go on from one to the next.
CREATE FUNCTION review_document(review integer) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT review_text(r.title) || '#:1'::tsvector || review_text(r.comment)
        || '#:1'::tsvector || review_text(r.author_name)
        || '#:1'::tsvector || review_text(coalesce(p.text, ''))
        || coalesce(
            ('#' || encode(convert_to(o.reference, 'UTF8'), 'hex'))::tsvector, ''::tsvector
        )
    FROM reviews AS r
    LEFT JOIN orders AS o ON o.id = r.order_id
    LEFT JOIN replies AS p ON p.review_id = r.id
    WHERE r.id = review
$$

CREATE VIEW inbox_entries AS
SELECT
    r.id AS review_id, r.shop_id, r.subject_id, r.submitted_at, r.stars, r.is_public,
    CASE r.state WHEN 'MODERATION' THEN 'OPEN' WHEN 'REJECTED' THEN 'CLOSED' ELSE '' END
        AS moderation,
    EXISTS (SELECT 1 FROM replies WHERE replies.review_id = r.id) AS is_answered,
    r.imported_from IS NULL AS is_unread
FROM reviews AS r
WHERE r.state IN ('APPROVED', 'MODERATION', 'REJECTED')

CREATE TABLE review_words (
    review_id integer PRIMARY KEY REFERENCES inbox (review_id) ON DELETE CASCADE,
    document tsvector NOT NULL
)

CREATE INDEX ix_review_words_document ON review_words USING gin (document)

CREATE FUNCTION reviews_arrive() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO inbox SELECT * FROM inbox_entries WHERE review_id = NEW.id;
    INSERT INTO review_words SELECT review_id, review_document(review_id)
    FROM inbox WHERE review_id = NEW.id;
    RETURN NULL;
END $$

CREATE FUNCTION reviews_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE inbox SET
        stars = NEW.stars, is_public = NEW.is_public, submitted_at = NEW.submitted_at,
        moderation = CASE
            WHEN NEW.state = 'MODERATION' THEN 'OPEN'
            WHEN NEW.state = 'REJECTED' OR OLD.state IN ('MODERATION', 'REJECTED') THEN 'CLOSED'
            ELSE moderation
        END,
        is_unread = is_unread OR NEW.edited_at IS DISTINCT FROM OLD.edited_at
    WHERE review_id = NEW.id;
    INSERT INTO inbox SELECT * FROM inbox_entries WHERE review_id = NEW.id ON CONFLICT DO NOTHING;
    DELETE FROM inbox
    WHERE review_id = NEW.id AND NEW.state NOT IN ('APPROVED', 'MODERATION', 'REJECTED');
    INSERT INTO review_words SELECT review_id, review_document(review_id)
    FROM inbox WHERE review_id = NEW.id
    ON CONFLICT (review_id) DO UPDATE SET document = excluded.document;
    RETURN NULL;
END $$

CREATE FUNCTION replies_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE review integer := coalesce(NEW.review_id, OLD.review_id);
BEGIN
    UPDATE inbox SET is_answered = (TG_OP <> 'DELETE') WHERE review_id = review;
    UPDATE review_words SET document = review_document(review) WHERE review_id = review;
    RETURN NULL;
END $$

CREATE FUNCTION orders_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE review_words SET document = review_document(review_id)
    WHERE review_id IN (SELECT id FROM reviews WHERE order_id = NEW.id);
    RETURN NULL;
END $$

CREATE TRIGGER reviews_arrive AFTER INSERT ON reviews
FOR EACH ROW EXECUTE FUNCTION reviews_arrive()

CREATE TRIGGER reviews_change
AFTER UPDATE OF
    title, comment, author_name, stars, state, is_public, submitted_at, order_id, edited_at
ON reviews FOR EACH ROW EXECUTE FUNCTION reviews_change()

CREATE TRIGGER replies_change AFTER INSERT OR UPDATE OF text OR DELETE ON replies
FOR EACH ROW EXECUTE FUNCTION replies_change()

CREATE TRIGGER orders_change AFTER UPDATE OF reference ON orders
FOR EACH ROW EXECUTE FUNCTION orders_change()

-- What is there already counts as read.
INSERT INTO inbox
SELECT review_id, shop_id, subject_id, submitted_at, stars, is_public, moderation, is_answered,
    false
FROM inbox_entries

INSERT INTO review_words SELECT review_id, review_document(review_id) FROM inbox
