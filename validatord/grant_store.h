/* SPDX-License-Identifier: ISC */
/*
 * Sealed grants on disk: rows of a random id, the number of the key and a blob.
 * It opens no blob and knows no key, so nothing readable can get into the file.
 */
#ifndef VALIDATORD_GRANT_STORE_H
#define VALIDATORD_GRANT_STORE_H

#include <stdint.h>

#include "scopegate/conf.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

#define GRANT_STORE_FILE "grants.db"
#define GRANT_STORE_VERSION 1

struct grant_store;

/*
 * Makes the file where it is not there. One process at a time: STATUS_BUSY.
 * STATUS_FORBIDDEN: owner or mode; STATUS_VERSION: from a newer program;
 * STATUS_MALFORMED: no file of ours. *ret_error says what and the remedy.
 */
enum status grant_store_open(const char *state_dir, struct grant_store **ret,
    struct conf_error *ret_error);
void grant_store_close(struct grant_store *s); /* NULL is fine */

/* Another status than OK ends the walk and is what it returns. */
typedef enum status grant_store_row(
    struct text id, uint32_t key, struct text sealed, void *argument);
enum status grant_store_each(
    struct grant_store *s, grant_store_row *row, void *argument);

/* On disk when it returns, or at the commit. */
enum status grant_store_put(
    struct grant_store *s, const char *id, uint32_t key, struct text sealed);
enum status grant_store_drop(struct grant_store *s, const char *id);

/* All or nothing of what lies between. */
enum status grant_store_begin(struct grant_store *s);
enum status grant_store_commit(struct grant_store *s);
void grant_store_rollback(struct grant_store *s);

/* After the commit: what was replaced or dropped is in no file any more, and
 * the log is empty. */
enum status grant_store_forget(struct grant_store *s);

#endif
