/* SPDX-License-Identifier: ISC */
/* Scopes in the store: a name for programs, a sentence for people. */
#include "app/scope_store.h"

#include <string.h>

#include "scopegate/cleanup.h"

enum status
scope_add(
    struct store *s, const char *name, const char *words, int64_t position)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "INSERT INTO scopes (name, words, position) VALUES (?, ?, ?)");
	struct word_set set;

	if (word_set_parse(name, &set) != STATUS_OK || set.count != 1 ||
	    strcmp(set.words[0], name) != 0 || words[0] == '\0' ||
	    strlen(words) >= SCOPE_WORDS_SIZE)
		return STATUS_INVALID;
	query_text(&q, name);
	query_text(&q, words);
	query_integer(&q, position);
	return query_run(&q);
}

enum status
scope_words(struct store *s, const char *name, char ret[SCOPE_WORDS_SIZE])
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT words FROM scopes WHERE name = ?");
	enum status status;

	query_text(&q, name);
	status = query_step(&q);
	return status == STATUS_OK
		   ? query_copy_text(&q, 0, ret, SCOPE_WORDS_SIZE)
		   : status;
}

enum status
scope_names(struct store *s, char ret[WORD_SET_TEXT_SIZE])
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT name FROM scopes ORDER BY position, name");
	size_t at = 0;
	enum status status;

	while ((status = query_step(&q)) == STATUS_OK) {
		const char *name = query_column_text(&q, 0);
		size_t length = strlen(name);

		if (at + length + 1 > WORD_SET_TEXT_MAX)
			return STATUS_TOO_BIG;
		if (at > 0)
			ret[at++] = ' ';
		memcpy(ret + at, name, length);
		at += length;
	}
	ret[at] = '\0';
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
