/* SPDX-License-Identifier: ISC */
/*
 * What an authorization server, or who poses as one, may send: the body of an
 * introspection response, and of a metadata document.
 */
#include <string.h>

#include "facts_read.h"
#include "fuzz.h"
#include "introspect.h"
#include "metadata.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

/* By the JSON alone, without the reader that is being tested. */
static bool
says_active(const char *body, size_t size, bool *ret)
{
	_cleanup_(json_freep) struct json *j = NULL;
	const char *reason;

	return json_parse(body, size, &j, &reason) == STATUS_OK &&
	       json_bool(json_get(json_top(j), "active"), ret) == STATUS_OK;
}

static void
check_inactive(const struct facts *f)
{
	REQUIRE(f->subject == NULL && f->issuer == NULL);
	REQUIRE(f->client_id == NULL);
	REQUIRE(!f->scopes_known && f->scopes.count == 0);
	REQUIRE(f->audience.count == 0 && f->claim_count == 0);
	REQUIRE(f->expires_at == 0);
}

static void
check_active(const struct facts *f)
{
	REQUIRE(f->scopes.count <= SCOPES_MAX);
	REQUIRE(f->scopes_known || f->scopes.count == 0);
	for (size_t i = 0; i < f->scopes.count; i++) {
		REQUIRE(f->scopes.words[i][0] != '\0');
		REQUIRE(strchr(f->scopes.words[i], ' ') == NULL);
		for (size_t k = 0; k < i; k++)
			REQUIRE(strcmp(f->scopes.words[i],
				    f->scopes.words[k]) != 0);
	}
	REQUIRE(f->audience.count <= AUDIENCES_MAX);
	REQUIRE(f->subject == NULL || strlen(f->subject) <= NAME_TEXT_MAX);
	REQUIRE(f->client_id == NULL || strlen(f->client_id) <= NAME_TEXT_MAX);
	REQUIRE(f->issuer == NULL || strlen(f->issuer) <= ISSUER_TEXT_MAX);
	REQUIRE(f->expires_at >= 0 && f->issued_at >= 0 && f->not_before >= 0);
}

static void
check_facts(const struct fetch_reply *reply)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;
	const char *what = NULL;
	bool active = false, stated = false;
	enum reason reason = introspect_read(reply, 1700000000, &f, &what);

	stated = says_active(reply->body, reply->body_length, &active);
	if (reason != REASON_NONE) {
		REQUIRE(f == NULL);
		REQUIRE(reason_row(reason)->verdict == VERDICT_UNAVAILABLE);
		return;
	}
	REQUIRE(f != NULL && stated && f->active == active);
	REQUIRE(f->checked_at == 1700000000);
	if (active)
		check_active(f);
	else
		check_inactive(f);
}

static void
check_metadata(const struct fetch_reply *reply)
{
	static char url[] = "https://as.example.com";
	const struct issuer issuer = {.url = url};
	_cleanup_(metadata_clear) struct metadata m = {0};
	const char *what = NULL;
	enum reason reason = metadata_read(reply, &issuer, &m, &what);

	if (reason != REASON_NONE)
		REQUIRE(reason_row(reason)->verdict == VERDICT_UNAVAILABLE);
	for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
		const char *endpoint = m.endpoints[i];

		REQUIRE(endpoint == NULL || reason == REASON_NONE);
		REQUIRE(endpoint == NULL ||
			strncmp(endpoint, "https://", strlen("https://")) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fetch_reply reply = {.result = FETCH_ANSWERED,
	    .http_status = 200,
	    .content_type = "application/json",
	    .body = (const char *)data,
	    .body_length = size};

	if (size > FETCH_BODY_MAX)
		return 0;
	check_facts(&reply);
	check_metadata(&reply);
	return 0;
}
