/* SPDX-License-Identifier: ISC */
/* The lists on an app's page. */
#include "operator/app_view.h"

#include <string.h>

#include "app/review.h"
#include "app/scope_store.h"
#include "scopegate/cleanup.h"

#define VOTES_SHOWN 20

enum status
app_view_scopes(
    struct store *s, const char *scopes, const char *optional, struct rows *ret)
{
	char words[SCOPE_WORDS_SIZE];
	struct word_set set;
	enum status status = word_set_parse(scopes, &set);

	for (size_t i = 0; status == STATUS_OK && i < set.count; i++) {
		const char *name = set.words[i];
		bool free_to_choose = word_set_text_has(optional, name);

		status = scope_words(s, name, words);
		rows_begin(ret);
		rows_text(ret, "scope", name);
		rows_text(ret, "words", status == STATUS_OK ? words : name);
		rows_text(ret, "optional", free_to_choose ? "yes" : NULL);
		if (status == STATUS_NOT_FOUND)
			status = STATUS_OK;
	}
	return status;
}

enum status
app_view_redirects(struct store *s, int64_t app, struct rows *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT uri FROM app_redirects WHERE app = ?"
			   " ORDER BY uri LIMIT ?");
	enum status status;

	query_integer(&q, app);
	query_integer(&q, ROWS_MAX);
	while ((status = query_step(&q)) == STATUS_OK) {
		rows_begin(ret);
		rows_text(ret, "uri", query_column_text(&q, 0));
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
app_view_votes(struct store *s, const struct app *a, struct rows *ret)
{
	struct review_vote votes[VOTES_SHOWN];
	size_t count = 0;
	enum status status =
	    review_votes(s, a->id, votes, ELEMENTS(votes), &count);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		const struct review_vote *v = &votes[i];

		rows_begin(ret);
		rows_time(ret, "at", v->at);
		rows_integer(ret, "round", v->round);
		rows_text(
		    ret, "current", v->round == a->review_round ? "yes" : NULL);
		rows_text(ret, "reviewer", v->reviewer);
		rows_text(ret, "vote", v->approve ? "approved" : "rejected");
		rows_text(ret, "reason", v->reason);
	}
	return status;
}

void
app_view_initial(const char *title, char ret[INITIAL_SIZE])
{
	size_t length = 0;

	do {
		ret[length] = title[length];
		length++;
	} while (length < INITIAL_SIZE - 1 && title[length - 1] != '\0' &&
		 ((unsigned char)title[length] & 0xc0) == 0x80);
	ret[length] = '\0';
}
