/* SPDX-License-Identifier: ISC */
/*
 * A set of scope tokens (RFC 6749 section 3.3): order kept, no repeats,
 * compared byte for byte. Also holds grant types.
 */
#ifndef BROKERD_WORD_SET_H
#define BROKERD_WORD_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "scopegate/status.h"

#define WORD_SET_TEXT_MAX 4096
#define WORD_SET_WORDS_MAX 128
#define WORD_SET_TEXT_SIZE (WORD_SET_TEXT_MAX + 1)

struct word_set {
	size_t count;
	const char *words[WORD_SET_WORDS_MAX]; /* into text */
	size_t text_length;
	char text[WORD_SET_TEXT_MAX + 1];
};

/*
 * Separated by single or several spaces, nothing else; repeats fall together;
 * the empty text is the empty set. STATUS_MALFORMED for an octet outside
 * %x21 / %x23-5B / %x5D-7E, STATUS_TOO_BIG over the limits. The set must not
 * be copied by assignment: its words point into itself.
 */
enum status word_set_parse(const char *text, struct word_set *ret);
bool word_set_has(const struct word_set *s, const char *word);
void word_set_remove(struct word_set *s, const char *word);
/* The first word of `part` that is not in `whole`; NULL if there is none. */
const char *word_set_beyond(
    const struct word_set *part, const struct word_set *whole);
/* Is every word of `part` in `whole`? */
bool word_set_within(const struct word_set *part, const struct word_set *whole);
/* The words with one space between. */
void word_set_print(const struct word_set *s, char ret[WORD_SET_TEXT_SIZE]);
/* word_set_has() on a text; false if the text does not parse. */
bool word_set_text_has(const char *text, const char *word);

#endif
