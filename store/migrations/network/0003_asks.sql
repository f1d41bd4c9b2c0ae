-- Asks and what became of them, what the user says about people, and what was given. All of it is
-- the user's own word; nothing here is derived, and an import or its undoing leaves it alone.
-- Contacts are meant by number, and a number belongs to keys: see `numbers_now`.
CREATE TABLE asks (
    ask_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    contact_id INTEGER NOT NULL,
    target_id INTEGER,
    via_id INTEGER,
    employer VARCHAR NOT NULL,
    posting VARCHAR,
    posting_title VARCHAR,
    posting_url VARCHAR,
    is_general BOOLEAN NOT NULL,
    is_confidential BOOLEAN NOT NULL,
    channel VARCHAR,
    created_on DATE NOT NULL,
    may_use_name VARCHAR NOT NULL,
    heads_up_on DATE,
    sent_on DATE,
    follow_ups INTEGER NOT NULL,
    followed_up_on DATE,
    agreed_on DATE,
    introduced_on DATE,
    talked_on DATE,
    due_on DATE,
    outcome VARCHAR,
    outcome_on DATE,
    referral_asked VARCHAR,
    thanked_target_on DATE,
    thanked_connector_on DATE
);

CREATE TABLE last_ask (ask_id INTEGER NOT NULL);
INSERT INTO last_ask VALUES (0);

-- What a draft of the ask is made of besides its columns, each with where it comes from. `value`
-- is JSON, `path` one of the facts' paths.
CREATE TABLE ask_facts (
    ask_id INTEGER NOT NULL,
    path VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    origin_on DATE
);

-- Every change of an ask: what the user said had happened, on which day, and why.
CREATE TABLE ask_events (
    ask_id INTEGER NOT NULL,
    noted_at TIMESTAMP NOT NULL,
    on_day DATE NOT NULL,
    what VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    reason VARCHAR
);

-- The lawful second degree: people whom somebody named in a talk.
CREATE TABLE referrals (
    ask_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    named_by INTEGER NOT NULL,
    named_on DATE NOT NULL
);

-- A limit the user set aside, and why; it holds for one ask.
CREATE TABLE overrides (
    ask_id INTEGER NOT NULL,
    block VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    noted_at TIMESTAMP NOT NULL
);

-- How well the user knows somebody, 0 to 4.
CREATE TABLE ratings (contact_id INTEGER NOT NULL, rating INTEGER NOT NULL, rated_on DATE NOT NULL);

-- People and employers that are not to be asked; one of the two is NULL.
CREATE TABLE blocks (
    contact_id INTEGER,
    employer VARCHAR,
    reason VARCHAR NOT NULL,
    until_on DATE,
    added_on DATE NOT NULL
);

-- What the user gave, and what was given beside the asks.
CREATE TABLE gifts (
    gift_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    direction VARCHAR NOT NULL,
    note VARCHAR,
    given_on DATE NOT NULL
);

-- Number once given → the number of the same person now, after merges and splits.
CREATE VIEW numbers_now AS
SELECT n.contact_id AS number, min(k.contact_id) AS contact_id
FROM contact_numbers n JOIN contact_keys k ON md5(k.key) = n.digest GROUP BY n.contact_id;
