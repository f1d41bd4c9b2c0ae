-- Every address book besides LinkedIn's, what passed between the user and people, and what the
-- user decides about people. `cards`, `card_jobs`, `interactions` and `wanted` are what files said;
-- `row_owners`, `schools`, `evidence` and `doubts` are derived; the rest is the user's own word.
CREATE TABLE cards (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    url VARCHAR,
    addresses VARCHAR[] NOT NULL,
    old_addresses VARCHAR[] NOT NULL,
    uid VARCHAR,
    as_of DATE
);

CREATE TABLE card_jobs (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    employer VARCHAR NOT NULL,
    title VARCHAR,
    start_on VARCHAR,
    end_on VARCHAR,
    is_current BOOLEAN,
    is_school BOOLEAN NOT NULL,
    confidence VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    note VARCHAR
);

-- Counts and dates only: no subject, no text.
CREATE TABLE interactions (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    direction VARCHAR,
    name VARCHAR NOT NULL,
    url VARCHAR,
    other_name VARCHAR,
    other_url VARCHAR,
    times INTEGER NOT NULL,
    first_at TIMESTAMP,
    last_at TIMESTAMP,
    with_note BOOLEAN,
    employer VARCHAR,
    title VARCHAR
);

CREATE TABLE wanted (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    employer VARCHAR NOT NULL,
    title VARCHAR,
    url VARCHAR,
    wanted_on DATE
);

-- Whom a row without a key of its own names: work history and interactions.
ALTER TABLE history_owners RENAME TO row_owners;

ALTER TABLE contacts ADD COLUMN addresses VARCHAR[];
UPDATE contacts SET addresses = CASE WHEN email IS NULL THEN [] ELSE [email] END;

CREATE TABLE schools (
    contact_id INTEGER NOT NULL,
    school VARCHAR NOT NULL,
    since VARCHAR,
    until VARCHAR
);

-- One row a contact, kind and direction. kind: message · invitation · recommendation ·
-- endorsement; direction: sent · received · given, or NULL where no file says.
CREATE TABLE evidence (
    contact_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    direction VARCHAR,
    times INTEGER NOT NULL,
    first_at TIMESTAMP,
    last_at TIMESTAMP,
    with_note BOOLEAN
);

-- Two contacts that may be one person.
CREATE TABLE doubts (
    contact_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    reason VARCHAR NOT NULL
);

-- The user's word on whether two keys of contact_keys are one person.
CREATE TABLE identities (
    one_key VARCHAR NOT NULL,
    other_key VARCHAR NOT NULL,
    same BOOLEAN NOT NULL,
    decided_at TIMESTAMP NOT NULL
);

-- The user's answers about workplaces. question: worked · works · left.
CREATE TABLE answers (
    key VARCHAR NOT NULL,
    employer VARCHAR NOT NULL,
    question VARCHAR NOT NULL,
    yes BOOLEAN NOT NULL,
    title VARCHAR,
    start_on VARCHAR,
    end_on VARCHAR,
    answered_at TIMESTAMP NOT NULL
);

-- Which column of a table means what, by the table's set of headers.
CREATE TABLE mappings (
    headers VARCHAR[] NOT NULL,
    fields VARCHAR[] NOT NULL,
    columns VARCHAR[] NOT NULL,
    saved_at TIMESTAMP NOT NULL
);

-- Numbers once given stay with a person and are never given to another, whatever is undone.
-- Keys are digests, so that nobody can be read out of them.
CREATE TABLE contact_numbers (digest VARCHAR NOT NULL, contact_id INTEGER NOT NULL);
INSERT INTO contact_numbers SELECT md5(key), contact_id FROM contact_keys;

CREATE TABLE last_contact (contact_id INTEGER NOT NULL);
INSERT INTO last_contact SELECT coalesce(max(contact_id), 0) FROM contact_keys;
