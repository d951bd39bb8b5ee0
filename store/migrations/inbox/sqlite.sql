-- What keeps the inbox and its full-text index in step with reviews, replies and orders.
-- Statements are divided by blank lines.

CREATE VIRTUAL TABLE review_words USING fts5(
    facets, reference, title, comment, author, reply,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
)

-- Of a rowid the upper bits are the second of submission, so that matches come in the order of
-- time without being sorted; the lower 29 are the review's id.
CREATE VIEW review_keys AS
SELECT id AS review_id, (CAST(strftime('%s', submitted_at) AS INTEGER) << 29) | id AS rowid
FROM reviews

-- The index knows accents, but not the Polish l. Facets are the filters that it decides itself.
CREATE VIEW review_texts AS
SELECT
    r.id AS review_id,
    (CAST(strftime('%s', r.submitted_at) AS INTEGER) << 29) | r.id AS rowid,
    'shop' || i.shop_id || ' stars' || i.stars
        || CASE i.subject_id WHEN 0 THEN ' ofshop' ELSE ' ofproduct' END
        || CASE WHEN i.is_public THEN ' public' ELSE ' hidden' END
        || CASE WHEN i.is_answered THEN ' answered' ELSE ' waiting' END
        || ' moderation' || lower(i.moderation) AS facets,
    'x' || hex(o.reference) AS reference,
    replace(replace(r.title, 'ł', 'l'), 'Ł', 'L') AS title,
    replace(replace(r.comment, 'ł', 'l'), 'Ł', 'L') AS comment,
    replace(replace(r.author_name, 'ł', 'l'), 'Ł', 'L') AS author,
    replace(replace(coalesce(p.text, ''), 'ł', 'l'), 'Ł', 'L') AS reply
FROM inbox AS i
JOIN reviews AS r ON r.id = i.review_id
LEFT JOIN orders AS o ON o.id = r.order_id
LEFT JOIN replies AS p ON p.review_id = r.id

CREATE VIEW inbox_entries AS
SELECT
    r.id AS review_id, r.shop_id, r.subject_id, r.submitted_at, r.stars, r.is_public,
    CASE r.state WHEN 'MODERATION' THEN 'OPEN' WHEN 'REJECTED' THEN 'CLOSED' ELSE '' END
        AS moderation,
    EXISTS (SELECT 1 FROM replies WHERE replies.review_id = r.id) AS is_answered,
    r.imported_from IS NULL AS is_unread
FROM reviews AS r
WHERE r.state IN ('APPROVED', 'MODERATION', 'REJECTED')

CREATE TRIGGER reviews_arrive AFTER INSERT ON reviews BEGIN
    INSERT INTO inbox SELECT * FROM inbox_entries WHERE review_id = NEW.id;
    INSERT INTO review_words (rowid, facets, reference, title, comment, author, reply)
    SELECT rowid, facets, reference, title, comment, author, reply
    FROM review_texts WHERE review_id = NEW.id;
END

CREATE TRIGGER reviews_change
AFTER UPDATE OF
    title, comment, author_name, stars, state, is_public, submitted_at, order_id, edited_at
ON reviews BEGIN
    UPDATE inbox SET
        stars = NEW.stars, is_public = NEW.is_public, submitted_at = NEW.submitted_at,
        moderation = CASE
            WHEN NEW.state = 'MODERATION' THEN 'OPEN'
            WHEN NEW.state = 'REJECTED' OR OLD.state IN ('MODERATION', 'REJECTED') THEN 'CLOSED'
            ELSE moderation
        END,
        is_unread = is_unread OR NEW.edited_at IS NOT OLD.edited_at
    WHERE review_id = NEW.id;
    INSERT INTO inbox SELECT * FROM inbox_entries
    WHERE review_id = NEW.id AND NOT EXISTS (SELECT 1 FROM inbox WHERE review_id = NEW.id);
    DELETE FROM inbox
    WHERE review_id = NEW.id AND NEW.state NOT IN ('APPROVED', 'MODERATION', 'REJECTED');
    DELETE FROM review_words
    WHERE rowid = (CAST(strftime('%s', OLD.submitted_at) AS INTEGER) << 29) | OLD.id;
    INSERT INTO review_words (rowid, facets, reference, title, comment, author, reply)
    SELECT rowid, facets, reference, title, comment, author, reply
    FROM review_texts WHERE review_id = NEW.id;
END

CREATE TRIGGER reviews_go AFTER DELETE ON reviews BEGIN
    DELETE FROM review_words
    WHERE rowid = (CAST(strftime('%s', OLD.submitted_at) AS INTEGER) << 29) | OLD.id;
END

CREATE TRIGGER replies_arrive AFTER INSERT ON replies BEGIN
    UPDATE inbox SET is_answered = 1 WHERE review_id = NEW.review_id;
    UPDATE review_words SET (facets, reply) =
        (SELECT facets, reply FROM review_texts WHERE review_id = NEW.review_id)
    WHERE rowid = (SELECT rowid FROM review_keys WHERE review_id = NEW.review_id);
END

CREATE TRIGGER replies_change AFTER UPDATE OF text ON replies BEGIN
    UPDATE review_words SET (facets, reply) =
        (SELECT facets, reply FROM review_texts WHERE review_id = NEW.review_id)
    WHERE rowid = (SELECT rowid FROM review_keys WHERE review_id = NEW.review_id);
END

CREATE TRIGGER replies_go AFTER DELETE ON replies BEGIN
    UPDATE inbox SET is_answered = 0 WHERE review_id = OLD.review_id;
    UPDATE review_words SET (facets, reply) =
        (SELECT facets, reply FROM review_texts WHERE review_id = OLD.review_id)
    WHERE rowid = (SELECT rowid FROM review_keys WHERE review_id = OLD.review_id);
END

CREATE TRIGGER orders_change AFTER UPDATE OF reference ON orders BEGIN
    UPDATE review_words SET reference = 'x' || hex(NEW.reference)
    WHERE rowid IN (
        SELECT k.rowid FROM review_keys AS k JOIN reviews AS r ON r.id = k.review_id
        WHERE r.order_id = NEW.id
    );
END

-- What is there already counts as read.
INSERT INTO inbox
SELECT review_id, shop_id, subject_id, submitted_at, stars, is_public, moderation, is_answered, 0
FROM inbox_entries

INSERT INTO review_words (rowid, facets, reference, title, comment, author, reply)
SELECT rowid, facets, reference, title, comment, author, reply FROM review_texts
