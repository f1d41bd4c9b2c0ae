-- What the user was shown, so that only what is new is shown again. `told` is by a notification,
-- `shown` on the screen.
CREATE TABLE seen_targets (
    employer_key VARCHAR NOT NULL,
    contact_id INTEGER NOT NULL,
    told_at TIMESTAMP,
    shown_at TIMESTAMP
);

CREATE TABLE seen_postings (
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    told_at TIMESTAMP,
    shown_at TIMESTAMP
);

-- Boards asked for by guessing from a contact's workplace. Here and not beside the boards,
-- because the list says where people work.
CREATE TABLE probes (
    source VARCHAR NOT NULL,
    board VARCHAR NOT NULL,
    workplace VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    said VARCHAR[] NOT NULL,
    probed_at TIMESTAMP NOT NULL
);
