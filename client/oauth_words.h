/* SPDX-License-Identifier: ISC */
/* OAuth's error words in sentences, safe for a terminal and a page. */
#ifndef CLIENT_OAUTH_WORDS_H
#define CLIENT_OAUTH_WORDS_H

#include <stdbool.h>

#define OAUTH_WORDS_SIZE 400

/* Is it a word that an `error` may be? RFC 6749 section 5.2, and short. */
bool oauth_error_valid(const char *error);
/* A sentence for the error; `description` (may be NULL) is the issuer's own
 * and shown in quotes, without what a terminal would act on. */
void oauth_words(
    const char *error, const char *description, char ret[OAUTH_WORDS_SIZE]);

#endif
