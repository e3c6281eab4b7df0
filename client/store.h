/* SPDX-License-Identifier: ISC */
/*
 * Where token sets are kept between two commands: the kernel's keyring of this
 * user, or files that nobody else may read. A token set has the name of its
 * issuer.
 */
#ifndef CLIENT_STORE_H
#define CLIENT_STORE_H

#include <stdbool.h>

#include "issuer.h"
#include "settings.h"
#include "token_set.h"

struct store; /* the folder of the state, and the lock where it is held */

/* NULL: ret_problem says why. Makes the folder, mode 0700. */
struct store *store_open(
    enum storage storage, char ret_problem[PROBLEM_SIZE]);
void store_free(struct store *s); /* NULL is fine; lets go of the lock */
void store_freep(struct store **s);

/*
 * Waits until no other process holds this issuer's lock; held until the store
 * is freed. One at a time.
 */
enum status store_lock(
    struct store *s, const char *issuer, char ret_problem[PROBLEM_SIZE]);

/* STATUS_NOT_FOUND: there is none. */
enum status store_get(struct store *s, const char *issuer,
    struct token_set *ret, char ret_problem[PROBLEM_SIZE]);
/* The keyring or, where it does not take it, a file. *ret_where is a static
 * word for people. */
enum status store_put(struct store *s, const char *issuer,
    const struct token_set *t, const char **ret_where,
    char ret_problem[PROBLEM_SIZE]);
/* From wherever it is. */
enum status store_remove(
    struct store *s, const char *issuer, char ret_problem[PROBLEM_SIZE]);
/* The names of all that are kept. */
enum status store_names(struct store *s, struct word_list *ret);

#endif
