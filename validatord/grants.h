/* SPDX-License-Identifier: ISC */
/*
 * Grants: what our own exchanges of codes gave. They are all in memory, and
 * sealed in `state_dir` so that they outlive the process: the database without
 * its key tells neither whose they are nor what they allow.
 */
#ifndef VALIDATORD_GRANTS_H
#define VALIDATORD_GRANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts.h"
#include "scopegate/conf.h"
#include "scopegate/message.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

#define GRANT_ID_SIZE 17 /* 16 hex digits and NUL: a name, no credential */
#define GRANTS_MAX 16384

struct grant {
	char id[GRANT_ID_SIZE];
	char *issuer;        /* section name */
	struct facts *facts; /* method FACTS_GRANT; scopes as granted to us */
	struct secret token;
	struct secret refresh_token;  /* length 0: none */
	char *api_base;               /* of the token answer; NULL: none */
	char local_user[USER_MAX + 1]; /* whom it let in first; "": nobody yet */
	char service[SERVICE_MAX + 1];
	int64_t made_at;     /* seconds, CLOCK_REALTIME: when the code was
	                      * exchanged */
	int64_t verified_at; /* when the broker last said that it lives */
	int64_t ends_at;     /* by stated expiry, clock time and grant_max_age,
	                      * the earliest; 0: never by itself */
	bool ended;          /* revoked here or dead at the broker: kept a while
	                      * so that it is not taken for foreign */
	bool refresh_lost;   /* a refresh was sent and no answer came; since
	                      * the start */
	bool unsaved;        /* grants_save() failed: the disk is behind */
	bool unrecorded;     /* revoked, and the audit log does not say so */
};

struct grant *grant_new(void); /* NULL: no memory */
void grant_free(struct grant *g); /* wipes; NULL is fine */
void grant_freep(struct grant **g);

struct grants;

/*
 * Opens `state_dir`/grants.db with the key file `state_dir`/key (0600), making
 * both where they are not there, and reads all. STATUS_FORBIDDEN: owner or mode
 * is wrong. STATUS_MALFORMED: the key does not open the database.
 */
enum status grants_open(const char *state_dir, struct grants **ret,
    struct conf_error *ret_error);
void grants_close(struct grants *g); /* NULL is fine */

/* Keeps it on disk, then in memory, and gives it an id. Takes it over on
 * STATUS_OK only. STATUS_IO: the store failed. STATUS_TOO_BIG: GRANTS_MAX. */
enum status grants_keep(struct grants *g, struct grant *grant);
/* After a change of a kept one (tokens, times, ended). */
enum status grants_save(struct grants *g, struct grant *grant);

/* NULL: no grant of ours. Borrowed; ended ones are found too. */
struct grant *grants_find_token(
    struct grants *g, const char *issuer, struct text token);
/* When a refresh put another token in the place of this one, which found the
 * grant; 0: it is the present one. */
#define GRANT_LONG_AGO 1
int64_t grants_replaced_at(
    struct grants *g, const struct grant *grant, struct text token);
struct grant *grants_find_id(struct grants *g, struct text id);
/* In order of `made_at`; each until false. */
void grants_each(struct grants *g,
    bool (*each)(struct grant *grant, void *argument), void *argument);
size_t grants_count(const struct grants *g);

/* A new key; everything is sealed anew in one transaction. */
enum status grants_rotate_key(struct grants *g, struct conf_error *ret_error);

#endif
