/* SPDX-License-Identifier: ISC */
/*
 * The grants in memory: by id, by a keyed hash of each token that ever was
 * theirs, and in the order in which they were made.
 */
#ifndef VALIDATORD_GRANT_TABLE_H
#define VALIDATORD_GRANT_TABLE_H

#include "digest_table.h"
#include "grant_record.h"
#include "grants.h"

struct grant_row {
	struct digest_node by_id; /* first, for the cast */
	struct grant_record record;
	uint8_t current[GRANT_DIGEST_SIZE]; /* SHA-256 of its token */
	size_t place;                       /* in the order */
};

struct grant_table;

struct grant_table *grant_table_new(void);    /* NULL: no memory, no random */
void grant_table_free(struct grant_table *t); /* NULL is fine */

/* Takes the record's grant over on STATUS_OK only; it has an id. STATUS_NOMEM,
 * STATUS_TOO_BIG, or STATUS_INVALID: no id, or one that is there already. */
enum status grant_table_add(
    struct grant_table *t, const struct grant_record *record);
void grant_table_remove(struct grant_table *t, struct grant_row *row);
/* After a change of the grant's token: the one before becomes an earlier one,
 * replaced at `now`, which still finds the grant. On failure all is as before.
 */
enum status grant_table_follow(
    struct grant_table *t, struct grant_row *row, int64_t now);
/* As grants_replaced_at() says. */
int64_t grant_table_replaced_at(const struct grant_row *row, struct text token);

struct grant_row *grant_table_by_token(
    struct grant_table *t, const char *issuer, struct text token);
struct grant_row *grant_table_by_id(struct grant_table *t, struct text id);
size_t grant_table_count(const struct grant_table *t);
struct grant_row *grant_table_at(const struct grant_table *t, size_t place);

#endif
