/* SPDX-License-Identifier: ISC */
/*
 * One JSON line a decision or an operator's act, hash-chained, written before the reply leaves: no
 * record, no login. Each record ends with "prev" and "hash": hash is the hex
 * SHA-256 of the line from its first octet up to and including the prev
 * member, that is, of everything before `,"hash":`. The first record's prev
 * is 64 zeros. At start the last line is read back, so the chain goes on.
 */
#ifndef VALIDATORD_AUDIT_H
#define VALIDATORD_AUDIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "facts.h"
#include "policy.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

#define AUDIT_RECORD_MAX 4096

enum cache_state { CACHE_NONE, CACHE_HIT, CACHE_MISS, CACHE_JOINED };

struct audit_record {
	char ref[REF_MAX + 1]; /* short reference, shown to the user */
	const char *operation; /* "login", "account", "check" (the tool),
	                        * "code", "web" */
	enum verdict verdict;
	enum reason reason;
	struct text service, user, rhost, tty, ruser;
	const char *ssh_key; /* fingerprint of the one used; NULL: none */
	bool has_uid;
	uint32_t uid;
	const char *issuer; /* section name or NULL */
	const struct facts *facts; /* NULL: none were had */
	const struct policy *policy; /* NULL: none matched */
	unsigned int login_method; /* LOGIN_* bit */
	const char *grant_id; /* that was kept or known; NULL: none */
	const char *detail; /* scopes missing ...; "" none */
	const char *fingerprint; /* of the token; NULL: none */
	enum cache_state cache;
	int64_t cache_age_ms;
	int64_t as_us; /* spent waiting for the authorization server */
	int64_t total_us;
	pid_t peer_pid;
	uid_t peer_uid;
	int64_t at_us; /* CLOCK_REALTIME, microseconds */
};

/*
 * What an operator did by ctl.sock. "revoke" is the act, whose counts are what
 * it set out to end; "revoked" is one grant that it ended, by the same
 * reference. "deny" and "allow" are a rule of the deny list.
 */
struct audit_act {
	char ref[REF_MAX + 1];
	const char *operation; /* "revoke", "revoked", "deny", "allow" */
	const char *kind;      /* of a rule; NULL: of grants */
	struct text value;     /* of a rule */
	struct text user;      /* whose grants; whom the grant let in */
	const char *grant_id;  /* NULL: all of the user's */
	int64_t grants, sign_ins; /* of "revoke" */
	struct text service;      /* of "revoked", as what follows */
	const char *issuer;
	const struct facts *facts;
	pid_t peer_pid;
	uid_t peer_uid;
};

struct audit;

/*
 * Opens (creates 0640) for appending, locks it, reads the chain's end. A last
 * line cut short by a crash is completed with a newline and named in a record
 * of its own ("operation":"recovered"), so that verify can tell.
 */
enum status audit_open(const char *path, struct audit **ret,
    struct conf_error *ret_error);
/* After logrotate: opens the path again; the chain goes on in the new file. */
enum status audit_reopen(struct audit *a);
void audit_close(struct audit *a);
/* One write(2) of the whole line; a short write is undone by ftruncate.
 * STATUS_IO: nothing was recorded. */
enum status audit_write(struct audit *a, const struct audit_record *record);
enum status audit_write_act(struct audit *a, const struct audit_act *act);
uint64_t audit_sequence(const struct audit *a);

/*
 * Reads a whole log and checks sequence and hashes. STATUS_MALFORMED: the
 * first bad line is *ret_line and *ret_what says why. *ret_records counts.
 * A log that starts in the middle of a chain (rotated) is fine; its first
 * prev is taken as given.
 */
enum status audit_verify(FILE *log, uint64_t *ret_records,
    uint64_t *ret_line, const char **ret_what);

#endif
