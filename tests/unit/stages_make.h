/* SPDX-License-Identifier: ISC */
/* Facts, issuers, policies and files for the tests of the stages. */
#ifndef TESTS_STAGES_MAKE_H
#define TESTS_STAGES_MAKE_H

#include "config.h"
#include "facts.h"

/* The cmocka headers need these before them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Blank-separated; "" gives an empty list. */
struct word_list make_words(const char *text);
/* A string of `length` times `c`; free(). */
char *make_string(char c, size_t length);
/* Active facts that pass the rules of make_issuer(). */
struct facts *make_facts(void);
void make_claim(
    struct facts *f, const char *name, bool is_string, const char *values);
void make_replace(char **string, const char *value); /* NULL: absent */
void make_scopes(struct facts *f, const char *scopes);

struct issuer make_issuer(void);
void issuer_done(struct issuer *i);
void policy_done(struct policy *p); /* what the struct holds */

/* A folder of its own and a file in it. */
struct make_dir {
	char path[128];
	char file[160];
};
void make_dir(struct make_dir *d);
void make_dir_done(struct make_dir *d); /* with the file, and file.old */
void make_file(const struct make_dir *d, const char *text, size_t length);

#define NOW INT64_C(1700000000) /* seconds, CLOCK_REALTIME */

#endif
