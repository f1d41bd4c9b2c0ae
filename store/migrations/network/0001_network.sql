-- People. Never leaves this machine. `connections`, `work_history`, `own_positions` and
-- `own_education` are what the files said; `contacts`, `employments` and `history_owners` are
-- derived from them and replaced as a whole, which is why they carry no keys.
CREATE TABLE schema_version (version INTEGER, name VARCHAR, applied_at TIMESTAMP);

CREATE TABLE imports (
    import_id INTEGER NOT NULL,
    hash VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    taken_on DATE NOT NULL,
    taken_from VARCHAR NOT NULL,
    modified_at TIMESTAMP,
    imported_at TIMESTAMP NOT NULL,
    read INTEGER NOT NULL,
    kept INTEGER NOT NULL
);

CREATE TABLE connections (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    key VARCHAR NOT NULL,
    first_name VARCHAR NOT NULL,
    last_name VARCHAR NOT NULL,
    url VARCHAR,
    email VARCHAR,
    company VARCHAR,
    position VARCHAR,
    connected_on DATE
);

-- start and end are partial dates: YYYY, YYYY-MM or YYYY-MM-DD.
CREATE TABLE work_history (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    contact_key VARCHAR NOT NULL,
    employer VARCHAR NOT NULL,
    title VARCHAR,
    start_on VARCHAR,
    end_on VARCHAR,
    is_current BOOLEAN,
    source VARCHAR,
    confidence VARCHAR NOT NULL,
    note VARCHAR
);

CREATE TABLE own_positions (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    employer VARCHAR NOT NULL,
    title VARCHAR,
    location VARCHAR,
    start_on VARCHAR,
    end_on VARCHAR
);

CREATE TABLE own_education (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    school VARCHAR NOT NULL,
    degree VARCHAR,
    start_on VARCHAR,
    end_on VARCHAR
);

CREATE TABLE contacts (
    contact_id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    profile_url VARCHAR,
    email VARCHAR,
    connected_on DATE,
    first_seen DATE NOT NULL,
    last_seen DATE NOT NULL,
    linked BOOLEAN NOT NULL
);

-- Outlives every derivation: what keeps a contact's number the same from import to import.
CREATE TABLE contact_keys (contact_id INTEGER NOT NULL, key VARCHAR NOT NULL);

-- Whom a row of work_history names; more than one contact where the name is ambiguous.
CREATE TABLE history_owners (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    contact_id INTEGER NOT NULL
);

CREATE TABLE employments (
    contact_id INTEGER NOT NULL,
    employer VARCHAR NOT NULL,
    title VARCHAR,
    is_current BOOLEAN NOT NULL,
    since VARCHAR,
    until VARCHAR,
    until_after DATE,
    until_by DATE,
    first_seen DATE,
    last_seen DATE,
    as_of DATE NOT NULL,
    confidence VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    note VARCHAR
);

-- What the user said about two names in the review; it wins over every rule.
CREATE TABLE verdicts (
    employer_key VARCHAR NOT NULL,
    workplace_key VARCHAR NOT NULL,
    employer VARCHAR NOT NULL,
    workplace VARCHAR NOT NULL,
    same BOOLEAN NOT NULL,
    decided_at TIMESTAMP NOT NULL
);
