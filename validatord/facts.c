/* SPDX-License-Identifier: ISC */
/*
 * The life of facts: counted, because the cache, handles and waiting requests
 * share them. Nothing here may judge them or change them after they are made.
 */
#include "facts.h"

#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"

struct facts *
facts_new(void)
{
	struct facts *f = calloc(1, sizeof(*f));

	if (f != NULL)
		f->references = 1;
	return f;
}

struct facts *
facts_ref(struct facts *f)
{
	f->references++;
	return f;
}

void
claims_free(struct claim *claims, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(claims[i].name);
		word_list_clear(&claims[i].values);
	}
	free(claims);
}

void
facts_unref(struct facts *f)
{
	if (f == NULL || --f->references > 0)
		return;
	claims_free(f->claims, f->claim_count);
	details_free(f->details, f->detail_count);
	word_list_clear(&f->audience);
	word_list_clear(&f->scopes);
	free(f->issuer);
	free(f->subject);
	free(f->client_id);
	free(f->token_type);
	free(f->environment);
	free(f->token_id);
	free(f->key_id);
	free(f);
}

void
facts_unrefp(struct facts **f)
{
	facts_unref(*f);
	*f = NULL;
}

static bool
copy_string(char **to, const char *from)
{
	*to = from != NULL ? strdup(from) : NULL;
	return from == NULL || *to != NULL;
}

static bool
copy_words(struct word_list *to, const struct word_list *from)
{
	*to = (struct word_list){0};
	for (size_t i = 0; i < from->count; i++) {
		if (word_list_add(to, from->words[i], strlen(from->words[i])) !=
		    STATUS_OK)
			return false;
	}
	return true;
}

enum status
facts_claim_copy(struct facts *f, const struct claim *from)
{
	struct claim *grown =
	    reallocarray(f->claims, f->claim_count + 1, sizeof(*f->claims));
	struct claim *c;

	if (grown == NULL)
		return STATUS_NOMEM;
	f->claims = grown;
	c = &f->claims[f->claim_count++];
	*c = (struct claim){.is_string = from->is_string};
	return copy_string(&c->name, from->name) &&
		       copy_words(&c->values, &from->values)
		   ? STATUS_OK
		   : STATUS_NOMEM;
}

static bool
copy_claims(struct facts *to, const struct facts *from)
{
	for (size_t i = 0; i < from->claim_count; i++) {
		if (facts_claim_copy(to, &from->claims[i]) != STATUS_OK)
			return false;
	}
	return true;
}

struct facts *
facts_copy(const struct facts *f)
{
	_cleanup_(facts_unrefp) struct facts *to = facts_new();

	if (to == NULL)
		return NULL;
	*to = *f;
	to->references = 1;
	/* What `to` does not own yet must not be released with it. */
	to->issuer = to->subject = to->client_id = NULL;
	to->token_type = to->environment = NULL;
	to->token_id = to->key_id = NULL;
	to->audience = to->scopes = (struct word_list){0};
	to->claims = NULL;
	to->details = NULL;
	to->claim_count = to->detail_count = 0;
	if (!copy_string(&to->issuer, f->issuer) ||
	    !copy_string(&to->subject, f->subject) ||
	    !copy_string(&to->client_id, f->client_id) ||
	    !copy_string(&to->token_type, f->token_type) ||
	    !copy_string(&to->environment, f->environment) ||
	    !copy_string(&to->token_id, f->token_id) ||
	    !copy_string(&to->key_id, f->key_id) ||
	    !copy_words(&to->audience, &f->audience) ||
	    !copy_words(&to->scopes, &f->scopes) || !copy_claims(to, f) ||
	    details_copy(f->details, f->detail_count, &to->details,
		&to->detail_count) != STATUS_OK)
		return NULL;
	return TAKE_PTR(to);
}

enum status
facts_claim_add(struct facts *f, const char *name, const char *value)
{
	struct claim *grown =
	    reallocarray(f->claims, f->claim_count + 1, sizeof(*f->claims));
	struct claim *c;

	if (grown == NULL)
		return STATUS_NOMEM;
	f->claims = grown;
	c = &f->claims[f->claim_count++];
	*c = (struct claim){.name = strdup(name), .is_string = true};
	if (c->name == NULL)
		return STATUS_NOMEM;
	return word_list_add(&c->values, value, strlen(value));
}

const struct claim *
facts_claim(const struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->claim_count; i++) {
		if (strcmp(f->claims[i].name, name) == 0)
			return &f->claims[i];
	}
	return NULL;
}

#define BLOCK 16u /* what an allocation costs beside its octets */

static size_t
string_size(const char *text)
{
	return text != NULL ? strlen(text) + 1 + BLOCK : 0;
}

static size_t
words_size(const struct word_list *l)
{
	size_t size = (l->count + 1) * sizeof(*l->words) + BLOCK;

	for (size_t i = 0; i < l->count; i++)
		size += string_size(l->words[i]);
	return size;
}

size_t
facts_size(const struct facts *f)
{
	const char *const texts[] = {f->issuer, f->subject, f->client_id,
	    f->token_type, f->environment, f->token_id, f->key_id};
	size_t size =
	    sizeof(*f) + words_size(&f->audience) + words_size(&f->scopes);

	for (size_t i = 0; i < ELEMENTS(texts); i++)
		size += string_size(texts[i]);
	for (size_t i = 0; i < f->claim_count; i++)
		size += sizeof(*f->claims) + string_size(f->claims[i].name) +
			words_size(&f->claims[i].values);
	for (size_t i = 0; i < f->detail_count; i++) {
		size += sizeof(*f->details) + string_size(f->details[i].type);
		for (size_t k = 0; k < DETAIL_FIELDS; k++)
			size += words_size(&f->details[i].fields[k]);
	}
	return size;
}
