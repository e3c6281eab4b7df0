/* SPDX-License-Identifier: ISC */
/* Reads the configuration again, in both processes, and swaps it whole or
 * changes nothing. */
#ifndef VALIDATORD_RELOAD_H
#define VALIDATORD_RELOAD_H

#include <stdbool.h>

struct reload;
struct server;

/* `error` is NULL when the new configuration holds. */
typedef void reload_done(const char *error, void *argument);

struct reload *reload_new(struct server *server); /* NULL: no memory */
void reload_free(struct reload *r);               /* NULL is fine */
/*
 * Begins; `done` (may be NULL) runs once, perhaps before this returns. One at
 * a time: while one is under way another is refused, but a signal's (without
 * `done`) is remembered and follows.
 */
void reload_begin(struct reload *r, reload_done *done, void *argument);
/* Whoever waits with this argument does not any more. */
void reload_forget(struct reload *r, const void *argument);

#endif
