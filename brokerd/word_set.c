/* SPDX-License-Identifier: ISC */
/*
 * Scope sets. Nothing is folded, trimmed or prefix-matched: `trading` and
 * `trading:read` are as different as any two words.
 */
#include "word_set.h"

#include <string.h>

static bool
is_scope_octet(unsigned char c)
{
	return c == 0x21 || (c >= 0x23 && c <= 0x5b) ||
	       (c >= 0x5d && c <= 0x7e);
}

static enum status
add(struct word_set *s, const char *word, size_t length)
{
	char *at = s->text + s->text_length;

	for (size_t i = 0; i < length; i++) {
		if (!is_scope_octet((unsigned char)word[i]))
			return STATUS_MALFORMED;
	}
	for (size_t i = 0; i < s->count; i++) {
		if (strlen(s->words[i]) == length &&
		    memcmp(s->words[i], word, length) == 0)
			return STATUS_OK;
	}
	if (s->count == WORD_SET_WORDS_MAX)
		return STATUS_TOO_BIG;
	memcpy(at, word, length);
	at[length] = '\0';
	s->words[s->count++] = at;
	s->text_length += length + 1;
	return STATUS_OK;
}

enum status
word_set_parse(const char *text, struct word_set *ret)
{
	enum status status = STATUS_OK;

	ret->count = 0;
	ret->text_length = 0;
	if (strlen(text) > WORD_SET_TEXT_MAX)
		return STATUS_TOO_BIG;
	while (status == STATUS_OK && *text != '\0') {
		size_t length = strcspn(text, " ");

		if (length > 0)
			status = add(ret, text, length);
		text += length;
		text += strspn(text, " ");
	}
	if (status != STATUS_OK)
		ret->count = 0;
	return status;
}

bool
word_set_has(const struct word_set *s, const char *word)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->words[i], word) == 0)
			return true;
	}
	return false;
}

void
word_set_remove(struct word_set *s, const char *word)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->words[i], word) != 0)
			s->words[kept++] = s->words[i];
	}
	s->count = kept;
}

const char *
word_set_beyond(const struct word_set *part, const struct word_set *whole)
{
	for (size_t i = 0; i < part->count; i++) {
		if (!word_set_has(whole, part->words[i]))
			return part->words[i];
	}
	return NULL;
}

bool
word_set_within(const struct word_set *part, const struct word_set *whole)
{
	return word_set_beyond(part, whole) == NULL;
}

void
word_set_print(const struct word_set *s, char ret[WORD_SET_TEXT_SIZE])
{
	size_t at = 0;

	for (size_t i = 0; i < s->count; i++) {
		size_t length = strlen(s->words[i]);

		if (i > 0)
			ret[at++] = ' ';
		memcpy(ret + at, s->words[i], length);
		at += length;
	}
	ret[at] = '\0';
}

bool
word_set_text_has(const char *text, const char *word)
{
	struct word_set s;

	return word_set_parse(text, &s) == STATUS_OK && word_set_has(&s, word);
}
