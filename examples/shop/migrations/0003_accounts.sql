CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- How often somebody tried to log in, by a hash of the name: no more rows than there are slots, whoever tries what.
CREATE TABLE login_attempts (
  slot INTEGER PRIMARY KEY,
  attempts INTEGER NOT NULL,
  until_s INTEGER NOT NULL
);
