/* SPDX-License-Identifier: ISC */
/*
 * The life of facts: counted, because the cache, handles and waiting requests
 * share them. Nothing here may judge them or change them after they are made.
 */
#include "facts.h"

#include <stdlib.h>
#include <string.h>

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
facts_unref(struct facts *f)
{
	if (f == NULL || --f->references > 0)
		return;
	for (size_t i = 0; i < f->claim_count; i++) {
		free(f->claims[i].name);
		word_list_clear(&f->claims[i].values);
	}
	free(f->claims);
	word_list_clear(&f->audience);
	word_list_clear(&f->scopes);
	free(f->issuer);
	free(f->subject);
	free(f->client_id);
	free(f->token_type);
	free(f->environment);
	free(f);
}

void
facts_unrefp(struct facts **f)
{
	facts_unref(*f);
	*f = NULL;
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
