-- Lists of boards that others keep: tens of thousands of rows, apart from the boards watched.
CREATE TABLE directories (
    directory VARCHAR PRIMARY KEY,
    file VARCHAR NOT NULL,
    imported_at TIMESTAMP NOT NULL,
    unusable INTEGER NOT NULL
);

-- Written sorted by employer and board, so that a look for either reads few row groups.
CREATE TABLE directory_boards (
    directory VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    employer VARCHAR
);

-- Whose board somebody else says a board is, and whether the board has said so itself.
CREATE TABLE claims (
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    employer VARCHAR NOT NULL,
    claimed_by VARCHAR NOT NULL,
    trust VARCHAR NOT NULL DEFAULT 'unconfirmed',
    said VARCHAR, -- the name the board gives
    reason VARCHAR,
    judged_at TIMESTAMP,
    PRIMARY KEY (source, board)
);

-- Boards that a run was going to read; one that has no read since then was left.
CREATE TABLE turns (
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    due_since TIMESTAMP NOT NULL
);

INSERT INTO claims (source, board, employer, claimed_by)
SELECT source, board, employer, 'a directory' FROM boards
WHERE employer_origin = 'directory' AND employer IS NOT NULL;

-- What a board answered before does not show the name it goes by: it is to be read once more.
UPDATE board_reads SET body_hash = NULL
WHERE EXISTS (SELECT 1 FROM claims c
              WHERE c.source = board_reads.source AND c.board = board_reads.board);
