/* SPDX-License-Identifier: ISC */
/* Passwords of people, kept as crypt(3) strings (yescrypt). */
#ifndef BROKERD_PASSWORD_H
#define BROKERD_PASSWORD_H

#include <stdbool.h>

#include "scopegate/status.h"

#define PASSWORD_LEAST 8 /* NIST SP 800-63B section 5.1.1.2 */
#define PASSWORD_MAX 256
#define PASSWORD_HASH_SIZE 384

enum status password_hash(const char *password, char ret[PASSWORD_HASH_SIZE]);
/*
 * `hash` may be NULL for a user who does not exist: the same work is done and
 * the answer is false, so that the time tells nothing.
 */
bool password_matches(const char *password, const char *hash);
/* What is wrong with a new password, for the one who chose it; NULL: nothing.
 * `name` is the user's; either may be NULL. */
const char *password_problem(const char *name, const char *password);
#define PASSWORD_HELP                                                          \
	"At least 8 characters. A few words that only you would put together " \
	"are better than one with signs."
/* Easy to type: four groups of four letters or digits, 80 random bits. */
#define PASSWORD_GENERATED_SIZE 20
enum status password_generate(char ret[PASSWORD_GENERATED_SIZE]);

#endif
