-- Public data. Times are UTC. No foreign keys and no secondary indexes: DuckDB's updates
-- of indexed rows are the one place where it still refuses legal statements.
CREATE TABLE schema_version (version INTEGER, name VARCHAR, applied_at TIMESTAMP);

CREATE TABLE boards (
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    employer VARCHAR,
    employer_origin VARCHAR,
    added_at TIMESTAMP NOT NULL,
    PRIMARY KEY (source, board)
);

CREATE TABLE runs (
    run VARCHAR PRIMARY KEY,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    finish_reason VARCHAR,
    expired INTEGER NOT NULL DEFAULT 0, -- postings closed because their own valid_through passed
    damaged BOOLEAN NOT NULL DEFAULT false -- a segment was unreadable: the run closes nothing
);

-- One row a board and run. An outcome of NULL is a read that was interrupted.
CREATE TABLE board_reads (
    run VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    started_at TIMESTAMP,
    finished_at TIMESTAMP,
    outcome VARCHAR,
    detail VARCHAR,
    complete BOOLEAN,
    listed INTEGER,
    body_hash VARCHAR, -- of the one reply that said it all; NULL where there were several
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, source, board)
);

CREATE TABLE postings (
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    employer VARCHAR,
    employer_origin VARCHAR NOT NULL,
    locations VARCHAR[] NOT NULL,
    country VARCHAR,
    workplace_type VARCHAR NOT NULL,
    employment_type VARCHAR,
    department VARCHAR,
    team VARCHAR,
    text_hash VARCHAR NOT NULL,
    pay_min DOUBLE,
    pay_max DOUBLE,
    pay_currency VARCHAR,
    pay_period VARCHAR,
    url VARCHAR NOT NULL,
    apply_url VARCHAR,
    language VARCHAR,
    published_at TIMESTAMP,
    published_precision VARCHAR NOT NULL,
    valid_through TIMESTAMP,
    first_seen TIMESTAMP NOT NULL,
    last_seen TIMESTAMP NOT NULL,
    last_run VARCHAR NOT NULL,
    missing_reads INTEGER NOT NULL DEFAULT 0,
    closed_at TIMESTAMP,
    content_hash VARCHAR NOT NULL,
    PRIMARY KEY (source, board, external_id)
);

-- Descriptions apart from the narrow rows that every run touches.
CREATE TABLE posting_texts (
    text_hash VARCHAR PRIMARY KEY,
    description VARCHAR USING COMPRESSION zstd
);

-- Recorded in the merge's own transaction, so that no segment is ever merged twice.
CREATE TABLE merged_segments (
    run VARCHAR NOT NULL,
    segment VARCHAR NOT NULL,
    merged_at TIMESTAMP NOT NULL,
    PRIMARY KEY (run, segment)
);

-- What a job seeker can still apply for, on the boards they follow, under the best name known.
CREATE VIEW open_postings AS
SELECT
    p.* EXCLUDE (employer),
    CASE WHEN p.employer_origin = 'payload' THEN p.employer
         ELSE coalesce(b.employer, p.employer, p.board) END AS employer
FROM postings p JOIN boards b ON p.source = b.source AND p.board = b.board
WHERE p.closed_at IS NULL;
