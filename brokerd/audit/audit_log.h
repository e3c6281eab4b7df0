/* SPDX-License-Identifier: ISC */
/*
 * Who did what to whom, for ever: each record carries the hash of the one
 * before, so that one taken out or changed later is noticed. Append inside the
 * transaction that makes the change: neither stands without the other.
 */
#ifndef BROKERD_AUDIT_LOG_H
#define BROKERD_AUDIT_LOG_H

#include <stdint.h>

#include "hash.h"
#include "scopegate/buf.h"
#include "scopegate/status.h"
#include "store/store.h"

#define AUDIT_TEXT_SIZE 1025

struct audit_entry {
	const char *actor;   /* a user's name; "shell" for a command */
	const char *action;  /* "app.approve", "grant.revoke", "user.sign_up" */
	const char *subject; /* what it was done to: "app trader", "grant 7" */
	const char *detail;  /* a short text, or "" */
};

enum status audit_append(
    struct store *s, int64_t now, const struct audit_entry *e);

/* The end of the chain: "SEQ HASH" as text, which audit_append() keeps in the
 * store's settings too, so that records cut off at the end are missed. */
struct audit_mark {
	int64_t seq;
	struct digest hash;
};
#define AUDIT_MARK_SIZE 72
#define AUDIT_MARK_SETTING "audit.head"
void audit_mark_text(const struct audit_mark *m, char ret[AUDIT_MARK_SIZE]);
/* STATUS_NOT_FOUND before the first record. */
enum status audit_last(struct store *s, struct audit_mark *ret);
enum status audit_mark_parse(const char *text, struct audit_mark *ret);

/* A record as a JSON object on one line, which is also what is hashed. */
struct audit_record {
	int64_t seq, at;
	char actor[AUDIT_TEXT_SIZE], action[AUDIT_TEXT_SIZE],
	    subject[AUDIT_TEXT_SIZE], detail[AUDIT_TEXT_SIZE];
	struct digest previous, hash;
};
enum status audit_record_write(const struct audit_record *r, struct buf *out);
/* The hash that the record must have, from its fields. */
enum status audit_record_hash(const struct audit_record *r, struct digest *ret);

#endif
