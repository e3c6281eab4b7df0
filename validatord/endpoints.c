/* SPDX-License-Identifier: ISC */
#include "endpoints.h"

#include <stdlib.h>
#include <string.h>

#include "scopegate/deadline.h"

/* The first is not in s->further: it may be discovered, and has s->breaker. */

void
endpoints_clear(struct issuer_state *s)
{
	for (size_t i = 0; i < s->further_count; i++)
		free(s->further[i].url);
	free(s->further);
	s->further = NULL;
	s->further_count = 0;
}

/* The breaker of an endpoint behind the first, or NULL. */
static struct breaker *
further_breaker(const struct issuer_state *s, const char *url)
{
	for (size_t i = 0; i < s->further_count; i++) {
		if (strcmp(s->further[i].url, url) == 0)
			return &s->further[i].breaker;
	}
	return NULL;
}

enum status
endpoints_follow(struct issuer_state *s, const struct word_list *urls)
{
	size_t count = urls->count > 1 ? urls->count - 1 : 0;
	struct issuer_state made = {
	    .further = calloc(count + 1, sizeof(*made.further))};

	if (made.further == NULL)
		return STATUS_NOMEM;
	for (; made.further_count < count; made.further_count++) {
		struct further_endpoint *f = &made.further[made.further_count];
		const char *url = urls->words[made.further_count + 1];
		const struct breaker *kept = further_breaker(s, url);

		f->url = strdup(url);
		if (f->url == NULL) {
			endpoints_clear(&made);
			return STATUS_NOMEM;
		}
		if (kept != NULL)
			f->breaker = *kept;
	}
	endpoints_clear(s);
	s->further = made.further;
	s->further_count = count;
	return STATUS_OK;
}

/* The place behind `after`: 0 is the first endpoint, 1 s->further[0]. */
static size_t
place_behind(const struct issuer_state *s, const char *after)
{
	const char *first = issuer_endpoint(s, ENDPOINT_INTROSPECTION);

	if (after == NULL)
		return 0;
	if (first != NULL && strcmp(first, after) == 0)
		return 1;
	for (size_t i = 0; i < s->further_count; i++) {
		if (strcmp(s->further[i].url, after) == 0)
			return i + 2;
	}
	return s->further_count + 1;
}

const char *
endpoint_next(struct issuer_state *s, const char *after)
{
	size_t place = place_behind(s, after);

	if (place == 0) {
		if (issuer_allows(s))
			return issuer_endpoint(s, ENDPOINT_INTROSPECTION);
		place++;
	}
	for (size_t i = place - 1; i < s->further_count; i++) {
		if (!s->breaker_on ||
		    breaker_allows(&s->further[i].breaker, monotonic_us()))
			return s->further[i].url;
	}
	return NULL;
}

bool
endpoint_has_next(const struct issuer_state *s, const char *url)
{
	return place_behind(s, url) <= s->further_count;
}

void
endpoint_report(struct issuer_state *s, const char *url,
    enum issuer_outcome outcome, unsigned int retry_after_s)
{
	const char *first = issuer_endpoint(s, ENDPOINT_INTROSPECTION);
	struct breaker *further = further_breaker(s, url);

	if (first != NULL && strcmp(first, url) == 0)
		issuer_report(s, outcome, retry_after_s);
	else if (further != NULL)
		issuer_breaker_report(s, further, url, outcome, retry_after_s);
	else
		/* It has moved meanwhile: of the one that is there now nothing
		 * was learnt. */
		issuer_report(s, ISSUER_UNASKED, 0);
}
