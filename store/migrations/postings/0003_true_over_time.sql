-- Postings over time: what changed and when, reposts, twins on other boards, what is derived from
-- them, and where boards that are gone may have moved to.
DROP VIEW open_postings;

-- The earliest date a posting was ever published at, that of an earlier one it repeats included.
ALTER TABLE postings ADD COLUMN first_published_at TIMESTAMP;
UPDATE postings SET first_published_at = published_at;
-- The id (source:board:external_id) of the closed posting it repeats.
ALTER TABLE postings ADD COLUMN repost_of VARCHAR;

-- One row a field that changed. `text` names the hashes of the two descriptions, and `closed_at`
-- is a posting that came back.
CREATE TABLE posting_changes (
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    field VARCHAR NOT NULL,
    before VARCHAR,
    after VARCHAR
);

-- Postings that are new, changed, closed or back, until somebody has compared them with others.
CREATE TABLE unsettled (
    run VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL
);
INSERT INTO unsettled
SELECT last_run, source, board, external_id FROM postings WHERE closed_at IS NULL;

-- Spellings of employers' names as the matcher compares them.
CREATE TABLE employer_keys (employer VARCHAR PRIMARY KEY, key VARCHAR NOT NULL);

-- One job on several boards. A group keeps its id while one of its postings stays in it.
CREATE TABLE twins (
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    group_id VARCHAR NOT NULL
);

-- What is derived, by whom: what an older version derived is derived anew.
CREATE TABLE derivations (name VARCHAR PRIMARY KEY, version INTEGER NOT NULL);
-- The language of a text; '' where it is not sure, NULL where nobody has looked.
ALTER TABLE posting_texts ADD COLUMN language VARCHAR;
-- Each location as it is written, beside a posting's country; NULL is what is not sure. `names`
-- holds all it may be searched by, folded.
CREATE TABLE places (
    location VARCHAR NOT NULL,
    nation VARCHAR NOT NULL, -- '' where the posting has none
    city VARCHAR,
    region VARCHAR,
    country VARCHAR,
    names VARCHAR NOT NULL
);

-- An empty list of a board that had many; believed when it has been seen often enough.
ALTER TABLE board_reads ADD COLUMN suspicious BOOLEAN;

-- The page that led to a board, to be asked where it went when it is gone.
ALTER TABLE boards ADD COLUMN careers_url VARCHAR;
-- What that page said. `new_source` is NULL where it named no board.
CREATE TABLE moves (
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    looked_at TIMESTAMP NOT NULL,
    page VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    new_source VARCHAR,
    new_board VARCHAR,
    PRIMARY KEY (source, board)
);

-- Every posting under the best name known. Yearly pay is that of full-time work: 2,080 hours, 260
-- days, 52 weeks or 12 months.
CREATE VIEW known_postings AS
SELECT
    p.* EXCLUDE (employer),
    b.board IS NOT NULL AS followed,
    b.attribution,
    CASE WHEN p.employer_origin = 'payload' THEN p.employer
         ELSE coalesce(b.employer, p.employer, p.board) END AS employer,
    t.group_id,
    least(p.first_published_at, p.first_seen) AS since,
    p.pay_min * y.periods AS pay_yearly_min,
    p.pay_max * y.periods AS pay_yearly_max
FROM postings p
LEFT JOIN boards b ON p.source = b.source AND p.board = b.board
LEFT JOIN twins t
  ON t.source = p.source AND t.board = p.board AND t.external_id = p.external_id
LEFT JOIN (
    VALUES ('HOUR', 2080), ('DAY', 260), ('WEEK', 52), ('MONTH', 12), ('YEAR', 1)
) AS y(period, periods) ON y.period = p.pay_period;

-- What a job seeker can still apply for, on the boards they follow.
CREATE VIEW open_postings AS
SELECT * FROM known_postings WHERE closed_at IS NULL AND followed;
