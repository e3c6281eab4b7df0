/* SPDX-License-Identifier: ISC */
/*
 * Tables of the broker. Secrets, tokens, codes and session cookies are random
 * 256-bit values of which only the SHA-256 stands here; passwords stand as
 * crypt(3) strings. Times are seconds since the epoch.
 */
#include "store/store_schema.h"

#include "scopegate/cleanup.h"

const char *const store_schema_steps[] = {
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE users (id INTEGER PRIMARY KEY, sub TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL UNIQUE, password TEXT NOT NULL,"
    " created INTEGER NOT NULL);"
    "CREATE TABLE scopes (name TEXT PRIMARY KEY, words TEXT NOT NULL,"
    " position INTEGER NOT NULL);"
    "CREATE TABLE apps (id INTEGER PRIMARY KEY,"
    " client_id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,"
    " owner INTEGER REFERENCES users(id),"
    " secret BLOB,"
    " scopes TEXT NOT NULL, grant_types TEXT NOT NULL,"
    " created INTEGER NOT NULL);"
    "CREATE TABLE app_redirects (app INTEGER NOT NULL REFERENCES apps(id),"
    " uri TEXT NOT NULL, PRIMARY KEY (app, uri)) WITHOUT ROWID;"
    "CREATE TABLE app_audiences (app INTEGER NOT NULL REFERENCES apps(id),"
    " audience TEXT NOT NULL, PRIMARY KEY (app, audience)) WITHOUT ROWID;"
    "CREATE TABLE grants (id INTEGER PRIMARY KEY,"
    " user INTEGER REFERENCES users(id),"
    " app INTEGER NOT NULL REFERENCES apps(id),"
    " scope TEXT NOT NULL, env TEXT NOT NULL, audience TEXT NOT NULL,"
    " auth_time INTEGER NOT NULL, created INTEGER NOT NULL,"
    " revoked INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX grants_by_user ON grants (user, app);"
    "CREATE TABLE codes (hash BLOB PRIMARY KEY,"
    " grant_id INTEGER NOT NULL REFERENCES grants(id),"
    " redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL,"
    " expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0)"
    " WITHOUT ROWID;"
    "CREATE INDEX codes_by_expiry ON codes (expires);"
    "CREATE TABLE tokens (hash BLOB PRIMARY KEY, kind INTEGER NOT NULL,"
    " grant_id INTEGER NOT NULL REFERENCES grants(id),"
    " scope TEXT NOT NULL, issued INTEGER NOT NULL,"
    " expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0)"
    " WITHOUT ROWID;"
    "CREATE INDEX tokens_by_expiry ON tokens (expires);"
    "CREATE TABLE sessions (hash BLOB PRIMARY KEY,"
    " user INTEGER NOT NULL REFERENCES users(id),"
    " auth_time INTEGER NOT NULL, expires INTEGER NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE INDEX sessions_by_expiry ON sessions (expires);",
};
const size_t store_schema_step_count = ELEMENTS(store_schema_steps);
