//! How the journal lies in its file, and how older files become this one.
//!
//! Everything belongs to a world; entries are append-only (triggers refuse more) except where a passing world is swept.

/// One step for each layout there was, in order. A step that was released is never changed: the next one is added.
pub const LAYOUTS: &[&str] = &[FIRST, LIFTED, HEARD, HELD];

const FIRST: &str = "
CREATE TABLE world (
    id TEXT PRIMARY KEY,
    passing INTEGER NOT NULL CHECK (passing IN (0, 1)),
    desk TEXT NOT NULL,
    opened_at TEXT NOT NULL
) STRICT;

CREATE TABLE operation (
    id TEXT PRIMARY KEY,
    world TEXT NOT NULL REFERENCES world (id),
    customer TEXT NOT NULL,
    verb TEXT NOT NULL,
    change TEXT NOT NULL CHECK (json_valid(change)),
    plan TEXT NOT NULL CHECK (json_valid(plan)),
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    caller_level TEXT NOT NULL,
    state TEXT NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    waits TEXT CHECK (json_valid(waits)),
    deadline TEXT,
    handed_to TEXT,
    closed TEXT CHECK (json_valid(closed)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX operation_by_age ON operation (world, open, updated_at);
CREATE INDEX operation_by_customer ON operation (world, customer, updated_at);

CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    world TEXT NOT NULL REFERENCES world (id),
    operation TEXT NOT NULL REFERENCES operation (id),
    step INTEGER,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    standing TEXT CHECK (json_valid(standing)),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX entry_by_world ON entry (world, seq);
CREATE INDEX entry_by_operation ON entry (operation, seq);

CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry of the journal is never changed'); END;
CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry
WHEN (SELECT passing FROM world WHERE id = OLD.world) IS NOT 1
BEGIN SELECT RAISE(ABORT, 'an entry of the journal is never removed'); END;
CREATE TRIGGER operation_is_what_was_confirmed
BEFORE UPDATE OF id, world, customer, verb, change, plan, actor, role, caller_level, created_at ON operation
BEGIN SELECT RAISE(ABORT, 'what was confirmed is never changed'); END;
CREATE TRIGGER operation_is_kept BEFORE DELETE ON operation
WHEN (SELECT passing FROM world WHERE id = OLD.world) IS NOT 1
BEGIN SELECT RAISE(ABORT, 'an operation is never removed'); END;

CREATE TABLE lease (
    operation TEXT PRIMARY KEY REFERENCES operation (id) ON DELETE CASCADE,
    desk TEXT NOT NULL
) STRICT;

CREATE TABLE approval (
    operation TEXT PRIMARY KEY REFERENCES operation (id) ON DELETE CASCADE,
    world TEXT NOT NULL,
    salt BLOB NOT NULL,
    code BLOB NOT NULL CHECK (length(code) = 32),
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    wrong INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('asked', 'given', 'refused', 'void')),
    by TEXT,
    role TEXT,
    decided_at TEXT,
    why TEXT
) STRICT;
CREATE INDEX approval_by_world ON approval (world, state);

CREATE TABLE draft (
    world TEXT NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (world, key)
) STRICT;

CREATE TABLE protection (
    world TEXT NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    line TEXT NOT NULL,
    until TEXT,
    by TEXT NOT NULL,
    why TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (world, line)
) STRICT;
";

/// A protection that rests for a while comes back by itself.
const LIFTED: &str = "ALTER TABLE protection ADD COLUMN lifted_until TEXT;";

/// What was heard from elsewhere: how far, what it told, what became of that. `heard` counts the changes of all of it, so that
/// a desk sees with one number whether there is anything new.
const HEARD: &str = "
CREATE TABLE site (id TEXT NOT NULL) STRICT;
INSERT INTO site (id) VALUES (lower(hex(randomblob(8))));
ALTER TABLE world ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;

CREATE TABLE position (
    world TEXT NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    replay BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (world, topic)
) STRICT;

CREATE TABLE notification (
    world TEXT NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    owner TEXT,
    standing TEXT NOT NULL CHECK (json_valid(standing)),
    done INTEGER NOT NULL CHECK (done IN (0, 1)),
    reached TEXT NOT NULL,
    heard INTEGER NOT NULL,
    PRIMARY KEY (world, source, subject, state)
) STRICT;
CREATE INDEX notification_by_heard ON notification (world, heard);

CREATE TABLE known_state (
    world TEXT NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    aspect TEXT NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    covered TEXT,
    PRIMARY KEY (world, subject, aspect)
) STRICT;
CREATE INDEX known_state_by_aspect ON known_state (world, aspect, state);

CREATE TABLE mute (
    world TEXT NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    rule TEXT NOT NULL CHECK (json_valid(rule)),
    PRIMARY KEY (world, rule)
) STRICT;

CREATE TABLE incident (
    world TEXT PRIMARY KEY REFERENCES world (id) ON DELETE CASCADE,
    body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
";

/// Systems whose changes are held, or were and are let go one after the other; and the operations that wait for that, or were
/// let go since (`let_go`).
const HELD: &str = "
CREATE TABLE hold (
    world TEXT NOT NULL REFERENCES world (id) ON DELETE CASCADE,
    system TEXT NOT NULL,
    since TEXT,
    by TEXT NOT NULL,
    let_go TEXT,
    PRIMARY KEY (world, system)
) STRICT;

CREATE TABLE kept_back (
    operation TEXT NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
    world TEXT NOT NULL,
    system TEXT NOT NULL,
    let_go INTEGER NOT NULL CHECK (let_go IN (0, 1)),
    PRIMARY KEY (operation, system)
) STRICT;
CREATE INDEX kept_back_by_system ON kept_back (world, system, let_go);
";
