/* SPDX-License-Identifier: ISC */
/* A folder with a configuration that is good until a test changes it. */
#ifndef SCOPEGATE_TESTS_CONFIG_MAKE_H
#define SCOPEGATE_TESTS_CONFIG_MAKE_H

#include <stddef.h>
#include <sys/types.h>

#include "config.h"

/* Lines of the good configuration, by number. */
enum {
	LINE_VALIDATORD = 1,
	LINE_AUDIT_LOG,
	LINE_USER,
	LINE_BLANK,
	LINE_ISSUER,
	LINE_URL,
	LINE_CLIENT_ID,
	LINE_SECRET,
	LINE_AUDIENCE,
	LINE_USER_CLAIM,
	LINE_BLANK_TOO,
	LINE_POLICY,
	LINE_SERVICE,
	LINE_POLICY_ISSUER,
	LINE_REQUIRE,
	LINE_COUNT = LINE_REQUIRE
};

struct config_made {
	char folder[96];
	char path[128]; /* of the main file */
};

void config_make(struct config_made *m);
void config_make_done(struct config_made *m);
/* Writes the main file with one line replaced (0: none); `text` may hold
 * newlines, and $ in it stands for the folder. */
void config_make_main(
    const struct config_made *m, unsigned int line, const char *text);
/* A file in the folder, or in policy.d; $ in `text` is the folder. */
void config_make_file(const struct config_made *m, const char *name,
    const char *text, mode_t mode);

/* Changes the file's owner, if root tests; else it does nothing. */
void config_make_give(
    const struct config_made *m, const char *name, const char *user);

enum status config_make_load(const struct config_made *m, struct config **ret,
    struct conf_error *ret_error);
/* Loads and fails the test if that does not work. */
struct config *config_make_good(const struct config_made *m);

#endif
