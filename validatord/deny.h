/* SPDX-License-Identifier: ISC */
/*
 * Whom the operator has shut out, whatever a token says: held against the facts
 * of every decision, however they were found. Kept in `state_dir`/deny, in
 * plain words, one rule a line.
 */
#ifndef VALIDATORD_DENY_H
#define VALIDATORD_DENY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "facts.h"
#include "scopegate/conf.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

#define DENY_RULES_MAX 256
#define DENY_VALUE_MAX 255 /* octets, without control characters */
#define DENY_FILE "deny"

enum deny_kind {
	DENY_SUB,	    /* `sub` */
	DENY_CLIENT,	    /* `client_id` */
	DENY_KID,	    /* the key that signed */
	DENY_JTI,	    /* one token */
	DENY_USER,	    /* a local user; of no issuer */
	DENY_ISSUED_BEFORE, /* `iat` in seconds; a token without is denied */
	DENY_KINDS,
};

const char *deny_kind_name(enum deny_kind k);
/* false: there is no such kind. */
bool deny_kind_named(struct text name, enum deny_kind *ret);

struct deny_rule {
	enum deny_kind kind;
	char *issuer; /* of a section; NULL: any */
	char *value;
	int64_t before; /* DENY_ISSUED_BEFORE: the value */
	int64_t since;	/* seconds, when it was added */
	uid_t by;
};

struct deny_list {
	struct deny_rule rules[DENY_RULES_MAX];
	size_t count;
	char *state_dir;
	bool unsaved; /* the file is older than this */
};

/*
 * Reads the file, if there is one. STATUS_INVALID: a line that is not
 * understood, and nobody can say whom it denies; *ret_error names it.
 */
enum status deny_load(const char *state_dir, struct deny_list **ret,
    struct conf_error *ret_error);
void deny_free(struct deny_list *d); /* NULL is fine */

/*
 * In force when this returns, whatever it returns but STATUS_INVALID (no such
 * value), STATUS_TOO_BIG (DENY_RULES_MAX) and _NOMEM. STATUS_IO, _FORBIDDEN: it
 * is not on disk. STATUS_BUSY: it was there already.
 */
enum status deny_add(struct deny_list *d, enum deny_kind kind,
    struct text issuer, struct text value, int64_t now, uid_t by);
/* STATUS_NOT_FOUND: there is no such rule. STATUS_IO, _FORBIDDEN: it stays,
 * because the disk would bring it back. */
enum status deny_remove(struct deny_list *d, enum deny_kind kind,
    struct text issuer, struct text value);

/* The first rule that these facts, of this issuer's section, and this local
 * user meet; NULL: none. */
const struct deny_rule *deny_find(const struct deny_list *d,
    const char *issuer, const struct facts *facts, struct text user);

#endif
