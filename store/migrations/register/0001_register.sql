-- An office's memory of who was asked when, whoever asked: keyed digests of identities, no names.
CREATE TABLE schema_version (version INTEGER, name VARCHAR, applied_at TIMESTAMP);

CREATE TABLE asked (identity VARCHAR NOT NULL, asked_on DATE NOT NULL);
