-- Sources that list first and tell more on a page of each posting, conditional requests, feeds.
DROP VIEW open_postings;

-- A fingerprint of the list entry whose details were read; NULL where they were not, or where
-- the source has none.
ALTER TABLE postings ADD COLUMN list_mark UBIGINT;

-- What the one reply that said it all was an answer to, and what it is to be recognised by.
ALTER TABLE board_reads ADD COLUMN request_hash VARCHAR;
ALTER TABLE board_reads ADD COLUMN etag VARCHAR;
ALTER TABLE board_reads ADD COLUMN last_modified VARCHAR;
ALTER TABLE board_reads ADD COLUMN body_read_at TIMESTAMP;

-- What has to stand beside a board's postings wherever they are shown.
ALTER TABLE boards ADD COLUMN attribution VARCHAR;

CREATE VIEW open_postings AS
SELECT
    p.* EXCLUDE (employer, list_mark),
    b.attribution,
    CASE WHEN p.employer_origin = 'payload' THEN p.employer
         ELSE coalesce(b.employer, p.employer, p.board) END AS employer
FROM postings p JOIN boards b ON p.source = b.source AND p.board = b.board
WHERE p.closed_at IS NULL;
