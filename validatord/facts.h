/* SPDX-License-Identifier: ISC */
/*
 * What is known about a token, whoever said it. Facts are shared between the
 * cache, waiting requests and handles, so they are counted and never changed
 * after they are made. They hold no verdict and no octet of the token.
 */
#ifndef VALIDATORD_FACTS_H
#define VALIDATORD_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "details.h"
#include "scopegate/conf.h" /* struct word_list */

#define FACTS_LEVELS 5u /* steps of a pointer to one inside objects, at most */

/* A member of the answer: its string, number or boolean as text, or the strings
 * of its array. One inside an object has its JSON pointer (RFC 6901) for a name,
 * such as "/realm_access/roles"; others of other types are left out. */
struct claim {
	char *name;
	struct word_list values;
	bool is_string; /* exactly one JSON string: fit to be a user claim */
};

/* Who said it. */
enum facts_method {
	FACTS_INTROSPECTION,
	FACTS_GRANT,
	FACTS_PROBE,
	FACTS_JWT,
	FACTS_BOTH,
};

struct facts {
	unsigned int references;
	enum facts_method method;
	bool active; /* false: everything below is empty */
	char *issuer; /* `iss`; NULL: not stated */
	char *subject; /* `sub` */
	char *client_id;
	char *token_type;
	char *token_id; /* `jti` */
	char *key_id; /* `kid` of the key that signed; NULL: none */
	bool wrong_use; /* token_use/typ says refresh or id token */
	struct word_list audience; /* `aud` */
	bool scopes_known;
	struct word_list scopes; /* RFC 6749 section 3.3, duplicates collapsed */
	int64_t expires_at; /* seconds, CLOCK_REALTIME; 0: not stated */
	int64_t issued_at;
	int64_t not_before;
	int64_t auth_time;
	char *environment; /* `env`: "paper" or "live"; NULL: not stated */
	bool bound; /* has `cnf` */
	struct claim *claims;
	size_t claim_count;
	bool details_stated;
	struct detail *details; /* `authorization_details`, RFC 9396 */
	size_t detail_count;
	int64_t checked_at; /* seconds, CLOCK_REALTIME */
};

struct facts *facts_new(void); /* one reference; NULL: no memory */
struct facts *facts_ref(struct facts *f);
void facts_unref(struct facts *f); /* NULL is fine */
void facts_unrefp(struct facts **f);
/* A copy with one reference, to be changed before anybody else sees it. */
struct facts *facts_copy(const struct facts *f); /* NULL: no memory */
/* About how many octets of memory they take. */
size_t facts_size(const struct facts *f);
/* Adds a claim of one string. STATUS_NOMEM or OK. */
enum status facts_claim_add(struct facts *f, const char *name,
    const char *value);
/* Adds a copy of a claim. STATUS_NOMEM or OK. */
enum status facts_claim_copy(struct facts *f, const struct claim *from);
void claims_free(struct claim *claims, size_t count); /* NULL is fine */
const struct claim *facts_claim(const struct facts *f, const char *name);

#endif
