/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "http_pool.h"
#include "origin.h"

/*
 * How a pool begins and ends, and which hosts it may ask: none that the
 * configuration does not name.
 */

enum status
pool_open(struct pool *p, struct http_client *c, const struct issuer *issuer,
    struct conf_error *ret_error)
{
	enum status s;

	p->client = c;
	p->issuer = issuer;
	TAILQ_INIT(&p->idle);
	TAILQ_INIT(&p->active);
	TAILQ_INIT(&p->queue);
	s = origins_of(issuer, &p->origins);
	if (s != STATUS_OK) {
		conf_error_set(ret_error, issuer->file, issuer->line,
		    "issuer %s: an endpoint, an API or one of "
		    "endpoint_origins cannot be used: write https URLs",
		    issuer->name);
		return s;
	}
	return client_auth_load(issuer, &p->auth, ret_error);
}

static void
drop(struct transfers *list, bool asked, CURLM *multi)
{
	struct transfer *t;

	while ((t = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, t, entries);
		if (multi != NULL)
			(void)curl_multi_remove_handle(multi, t->easy);
		if (asked && !t->own)
			client_refuse(
			    t->pool->client, t->id, FETCH_INTERRUPTED);
		transfer_free(t);
	}
}

void
pool_close(struct pool *p)
{
	drop(&p->active, true, p->trust != NULL ? p->trust->multi : NULL);
	drop(&p->queue, true, NULL);
	drop(&p->idle, false, NULL);
	client_auth_clear(&p->auth);
	word_list_clear(&p->origins);
	free(p->allowed_url);
}

bool
pool_allows(struct pool *p, uint8_t slot, struct text url)
{
	const char *jwks_uri = p->issuer->signing.jwks_uri;
	char *copy;

	/* Written, and for keys alone: no token goes there, nor we. */
	if (slot == FETCH_JWKS && jwks_uri != NULL &&
	    text_equal_string(url, jwks_uri))
		return true;
	if (p->allowed_url != NULL && text_equal_string(url, p->allowed_url))
		return true;
	copy = strndup(url.bytes, url.length);
	/* An embedded NUL would show the parser less than was asked. */
	if (copy == NULL || strlen(copy) != url.length ||
	    !origin_allowed(&p->origins, p->issuer, copy)) {
		free(copy);
		return false;
	}
	free(p->allowed_url);
	p->allowed_url = copy;
	return true;
}
