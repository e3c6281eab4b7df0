/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "facts_read.h"
#include "introspect.h"
#include "scopegate/cleanup.h"

/*
 * Any octets as the body of an introspection answer, of an error and of
 * metadata. Beyond not crashing: what is accepted keeps the bounds that the
 * later stages rely on, and what is not is unavailable, never a denial.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
hold(bool promise)
{
	if (!promise)
		abort();
}

static void
check_facts(const struct facts *f)
{
	hold(f->active || (f->subject == NULL && f->claim_count == 0 &&
			      f->scopes.count == 0 && f->audience.count == 0 &&
			      f->expires_at == 0 && !f->scopes_known));
	hold(f->scopes_known || f->scopes.count == 0);
	hold(f->scopes.count <= SCOPES_MAX);
	hold(f->audience.count <= AUDIENCES_MAX);
	hold(f->subject == NULL || f->subject[0] != '\0');
	hold(f->expires_at >= 0 && f->not_before >= 0 && f->issued_at >= 0);
	for (size_t i = 0; i < f->scopes.count; i++)
		hold(f->scopes.words[i][0] != '\0' &&
		     strpbrk(f->scopes.words[i], " \t\"\\") == NULL);
	for (size_t i = 0; i < f->claim_count; i++)
		hold(f->claims[i].values.count > 0);
}

static void
read_as(const struct fetch_reply *reply)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;
	const char *what;
	enum reason r = introspect_read(reply, 1700000000, &f, &what);

	hold((r == REASON_NONE) == (f != NULL));
	if (f != NULL)
		check_facts(f);
	else
		hold(reason_row(r)->verdict == VERDICT_UNAVAILABLE);
}

static void
read_metadata(const struct fetch_reply *reply)
{
	static char url[] = "https://a.example";
	struct issuer issuer = {.url = url};
	_cleanup_(free_ptr) char *endpoint = NULL;
	const char *what;

	if (metadata_read(reply, &issuer, &endpoint, &what) == REASON_NONE)
		hold(strncmp(endpoint, "https://", 8) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of the exact size, so that reading past it is seen. */
	_cleanup_(free_ptr) char *body = malloc(size > 0 ? size : 1);
	struct fetch_reply reply = {
	    .result = FETCH_ANSWERED,
	    .http_status = 200,
	    .content_type = "application/json",
	    .body = body,
	    .body_length = size,
	};

	if (body == NULL)
		return 0;
	if (size > 0)
		memcpy(body, data, size);
	read_as(&reply);
	read_metadata(&reply);
	reply.http_status = 400;
	read_as(&reply);
	return 0;
}
