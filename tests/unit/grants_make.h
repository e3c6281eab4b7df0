/* SPDX-License-Identifier: ISC */
/* A folder for grants, and grants to put there; they end the test on failure.
 */
#ifndef TESTS_GRANTS_MAKE_H
#define TESTS_GRANTS_MAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "grants.h"

#define FOLDER_SIZE 64

void folder_make(char ret[FOLDER_SIZE]); /* 0700, empty */
void folder_remove(const char *folder);  /* with the files in it */
/* Opens or fails the test with the sentence of the error. */
struct grants *grants_must_open(const char *folder);
/* A grant of "alice" whose token is `token`; without an id. */
struct grant *make_grant(const char *token);
/* Kept; gives the id. */
void keep_grant(struct grants *g, const char *token, char id[GRANT_ID_SIZE]);

#endif
