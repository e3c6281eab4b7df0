/* SPDX-License-Identifier: ISC */
/* What an edit has changed. */
#include <string.h>

#include "developer/app_form.h"
#include "scopegate/cleanup.h"

#define REVISION_TEXT_MAX                                                      \
	(APP_REDIRECTS_MAX * REDIRECT_URI_SIZE + sizeof(struct app))

/* The same words, in whatever order. */
static bool
same_words(const char *a, const char *b)
{
	struct word_set x, y;

	return word_set_parse(a, &x) == STATUS_OK &&
	       word_set_parse(b, &y) == STATUS_OK && word_set_within(&x, &y) &&
	       word_set_within(&y, &x);
}

static bool
same_redirects(const struct redirect_list *a, const struct redirect_list *b)
{
	size_t found = 0;

	for (size_t i = 0; i < a->count; i++) {
		for (size_t j = 0; j < b->count; j++)
			found += strcmp(a->uris[i], b->uris[j]) == 0;
	}
	return a->count == b->count && found == a->count;
}

enum status
app_form_revision(const struct app *a, const struct redirect_list *l,
    char ret[RANDOM_TEXT_SIZE])
{
	_cleanup_(buf_clear) struct buf all = {0};
	const char *const texts[] = {a->title, a->description, a->website,
	    a->terms_url, a->privacy_url, a->scopes, a->optional_scopes,
	    a->grant_types, a->tokens == APP_TOKENS_JWT ? "jwt" : "opaque"};
	struct digest digest;
	enum status status;

	buf_init(&all, REVISION_TEXT_MAX);
	/* Each with its NUL, so that none can go over into the next. */
	for (size_t i = 0; i < ELEMENTS(texts); i++)
		buf_append(&all, texts[i], strlen(texts[i]) + 1);
	for (size_t i = 0; i < l->count; i++)
		buf_append(&all, l->uris[i], strlen(l->uris[i]) + 1);
	status = all.error;
	if (status == STATUS_OK)
		status = digest_of(all.data, all.length, &digest);
	if (status == STATUS_OK)
		digest_text(&digest, ret);
	return status;
}

bool
app_form_changes(const struct app_form *f, const struct app *old,
    const struct redirect_list *old_redirects, struct buf *ret)
{
	const struct app *a = &f->app;
	/* Reviewed is what people are shown as the app, what it may do and
	 * where its answers go: nobody may borrow an approval by changing one.
	 */
	const struct {
		const char *words;
		bool same, reviewed;
	} parts[] = {
	    {"name", strcmp(a->title, old->title) == 0, true},
	    {"description", strcmp(a->description, old->description) == 0,
		false},
	    {"website", strcmp(a->website, old->website) == 0, true},
	    {"terms", strcmp(a->terms_url, old->terms_url) == 0, false},
	    {"privacy", strcmp(a->privacy_url, old->privacy_url) == 0, false},
	    {"redirect URIs", same_redirects(&f->redirects, old_redirects),
		true},
	    {"scopes", same_words(a->scopes, old->scopes), true},
	    {"optional scopes",
		same_words(a->optional_scopes, old->optional_scopes), false},
	    {"grant types", same_words(a->grant_types, old->grant_types), true},
	    {"token format", a->tokens == old->tokens, false},
	};
	bool review = false;

	for (size_t i = 0; i < ELEMENTS(parts); i++) {
		if (parts[i].same)
			continue;
		review |= parts[i].reviewed;
		buf_append_string(ret, ret->length == 0 ? "" : ", ");
		buf_append_string(ret, parts[i].words);
	}
	return review;
}
