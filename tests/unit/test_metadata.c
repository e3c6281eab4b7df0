/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "metadata.h"
#include "scopegate/cleanup.h"
#include "server.h"

/* RFC 8414: where the metadata lie, and whose they must be. */

#define OAUTH "/.well-known/oauth-authorization-server"
#define OPENID "/.well-known/openid-configuration"

static void
well_known_urls_follow_the_rfcs(void **state)
{
	static const struct {
		const char *issuer, *oauth, *openid;
	} rows[] = {
	    {"https://a.example", "https://a.example" OAUTH,
		"https://a.example" OPENID},
	    {"https://a.example/", "https://a.example" OAUTH,
		"https://a.example" OPENID},
	    {"https://a.example:8443/realms/x",
		"https://a.example:8443" OAUTH "/realms/x",
		"https://a.example:8443/realms/x" OPENID},
	    {"https://a.example/x/", "https://a.example" OAUTH "/x",
		"https://a.example/x" OPENID},
	    {"http://[::1]:9000/x", "http://[::1]:9000" OAUTH "/x",
		"http://[::1]:9000/x" OPENID},
	    {"a.example", NULL, NULL},
	    {"https://a.example/?x", NULL, NULL},
	    {"https://a.example/#x", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct issuer issuer = {
		    .url = (char *)(uintptr_t)rows[i].issuer};
		_cleanup_(free_ptr) char *oauth = metadata_url(&issuer, 0);
		_cleanup_(free_ptr) char *openid = metadata_url(&issuer, 1);

		assert_null(metadata_url(&issuer, 2));
		assert_true((oauth == NULL) == (rows[i].oauth == NULL));
		assert_true((openid == NULL) == (rows[i].openid == NULL));
		if (oauth == NULL)
			continue;
		assert_string_equal(oauth, rows[i].oauth);
		assert_string_equal(openid, rows[i].openid);
	}
}

static enum reason
read_answer(int result, int status, const char *type, const char *body,
    bool loopback, struct metadata *ret)
{
	static char url[] = "https://a.example/x";
	struct issuer issuer = {.url = url, .insecure_loopback = loopback};
	struct fetch_reply reply = {
	    .result = (enum fetch_result)result,
	    .http_status = status,
	    .content_type = type,
	    .body = body,
	    .body_length = strlen(body),
	};
	const char *what;

	return metadata_read(&reply, &issuer, ret, &what);
}

#define JSON "application/json"
#define ISSUER "\"issuer\":\"https://a.example/x\""
#define ENDPOINT "\"introspection_endpoint\":\"https://a.example/i\""
#define GOOD "{" ISSUER "," ENDPOINT "}"
#define MALFORMED REASON_AS_ANSWER_MALFORMED

static void
only_the_issuers_own_metadata_count(void **state)
{
	static const struct {
		int result, status;
		const char *type, *body;
		enum reason expected;
	} rows[] = {
	    {FETCH_ANSWERED, 200, JSON, GOOD, REASON_NONE},
	    {FETCH_ANSWERED, 200, JSON "; charset=utf-8", GOOD, REASON_NONE},
	    {FETCH_ANSWERED, 200, "text/html", GOOD, MALFORMED},
	    {FETCH_ANSWERED, 200, JSON, "{" ENDPOINT "}", MALFORMED},
	    {FETCH_ANSWERED, 200, JSON, "[]", MALFORMED},
	    {FETCH_ANSWERED, 200, JSON,
		"{\"issuer\":\"https://a.example/x/\"," ENDPOINT "}",
		MALFORMED},
	    {FETCH_ANSWERED, 200, JSON,
		"{\"issuer\":\"https://A.example/x\"," ENDPOINT "}", MALFORMED},
	    {FETCH_ANSWERED, 200, JSON,
		"{\"issuer\":[\"https://a.example/x\"]," ENDPOINT "}",
		MALFORMED},
	    {FETCH_ANSWERED, 200, JSON,
		"{" ISSUER ",\"introspection_endpoint\":true}", MALFORMED},
	    {FETCH_ANSWERED, 200, JSON,
		"{" ISSUER ",\"introspection_endpoint\":"
		"\"http://a.example/i\"}",
		MALFORMED},
	    {FETCH_ANSWERED, 200, JSON,
		"{" ISSUER ",\"introspection_endpoint\":"
		"\"file:///etc/passwd\"}",
		MALFORMED},
	    {FETCH_ANSWERED, 200, JSON,
		"{" ISSUER ",\"introspection_endpoint\":"
		"\"https://a.example/\\ni\"}",
		MALFORMED},
	    {FETCH_ANSWERED, 301, JSON, GOOD, REASON_AS_STATUS_UNEXPECTED},
	    {FETCH_ANSWERED, 401, JSON, GOOD, REASON_AS_STATUS_UNEXPECTED},
	    {FETCH_ANSWERED, 404, JSON, GOOD, REASON_AS_STATUS_UNEXPECTED},
	    {FETCH_ANSWERED, 429, JSON, GOOD, REASON_AS_RATE_LIMIT},
	    {FETCH_ANSWERED, 502, JSON, GOOD, REASON_AS_ERROR},
	    {FETCH_TLS, 200, JSON, GOOD, REASON_AS_TLS},
	    {FETCH_DOWN, 0, "", "", REASON_FETCH_DOWN},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(metadata_clear) struct metadata m = {0};
		const char *endpoint;
		enum reason r = read_answer(rows[i].result, rows[i].status,
		    rows[i].type, rows[i].body, false, &m);

		if (r != rows[i].expected)
			fail_msg("row %zu: reason %d", i, (int)r);
		endpoint = m.endpoints[ENDPOINT_INTROSPECTION];
		assert_true((endpoint != NULL) == (r == REASON_NONE));
		if (endpoint != NULL)
			assert_string_equal(endpoint, "https://a.example/i");
	}
}

static void
every_endpoint_is_taken(void **state)
{
	static const char *const names[ENDPOINT_COUNT] = {
	    [ENDPOINT_INTROSPECTION] = "introspection_endpoint",
	    [ENDPOINT_AUTHORIZATION] = "authorization_endpoint",
	    [ENDPOINT_TOKEN] = "token_endpoint",
	    [ENDPOINT_DEVICE] = "device_authorization_endpoint",
	    [ENDPOINT_REVOCATION] = "revocation_endpoint",
	    [ENDPOINT_JWKS] = "jwks_uri",
	};

	(void)state;
	for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
		_cleanup_(metadata_clear) struct metadata m = {0};
		char body[256];

		assert_string_equal(endpoint_name((enum endpoint)i), names[i]);
		assert_non_null(
		    strstr(endpoint_missing((enum endpoint)i), names[i]));
		/* It alone; that the others are missing is no fault. */
		(void)snprintf(body, sizeof(body),
		    "{" ISSUER ",\"%s\":\"https://b.example/x\"}", names[i]);
		assert_int_equal(
		    read_answer(FETCH_ANSWERED, 200, JSON, body, false, &m),
		    REASON_NONE);
		for (size_t k = 0; k < ENDPOINT_COUNT; k++) {
			assert_true((m.endpoints[k] != NULL) == (k == i));
		}
		assert_string_equal(m.endpoints[i], "https://b.example/x");
		assert_false(m.states_iss);
		assert_false(m.pkce_s256);
		metadata_clear(&m);
		(void)snprintf(body, sizeof(body),
		    "{" ISSUER ",\"%s\":\"http://a.example/x\"}", names[i]);
		assert_int_equal(
		    read_answer(FETCH_ANSWERED, 200, JSON, body, false, &m),
		    MALFORMED);
	}
}

static void
abilities_are_read(void **state)
{
	static const struct {
		const char *members;
		enum reason reason;
		bool states_iss, pkce_s256, host_login;
	} rows[] = {
#define ISS "\"authorization_response_iss_parameter_supported\":"
#define METHODS "\"code_challenge_methods_supported\":"
#define TYPES "\"authorization_details_types_supported\":"
	    {ISS "true," METHODS "[\"plain\",\"S256\"]", REASON_NONE, true,
		true, false},
	    {ISS "false," METHODS "[\"plain\"]", REASON_NONE, false, false,
		false},
	    {METHODS "[]," TYPES "[\"payment\",\"host_login\"]", REASON_NONE,
		false, false, true},
	    {METHODS "\"S256\"," TYPES "\"host_login\"", REASON_NONE, false,
		false, false},
	    {METHODS "[1,\"S256\"]," TYPES "[\"host\"]", REASON_NONE, false,
		true, false},
	    {ISS "\"true\"", MALFORMED, false, false, false},
	    {ISS "1", MALFORMED, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(metadata_clear) struct metadata m = {0};
		char body[256];

		(void)snprintf(
		    body, sizeof(body), "{" ISSUER ",%s}", rows[i].members);
		assert_int_equal(
		    read_answer(FETCH_ANSWERED, 200, JSON, body, false, &m),
		    rows[i].reason);
		assert_int_equal(m.states_iss, rows[i].states_iss);
		assert_int_equal(m.pkce_s256, rows[i].pkce_s256);
		assert_int_equal(m.host_login, rows[i].host_login);
	}
}

#define ALIASES(members) "\"mtls_endpoint_aliases\":{" members "}"
#define ALIAS "\"introspection_endpoint\":\"https://mtls.a.example/i\""

static void
aliases_are_read(void **state)
{
	static const struct {
		const char *members;
		enum reason reason;
		const char *alias;
	} rows[] = {
	    {ALIASES(ALIAS), REASON_NONE, "https://mtls.a.example/i"},
	    {ALIASES(""), REASON_NONE, NULL},
	    {ALIASES("\"introspection_endpoint\":\"http://a.example/i\""),
		MALFORMED, NULL},
	    {ALIASES("\"introspection_endpoint\":1"), MALFORMED, NULL},
	    {"\"mtls_endpoint_aliases\":[]", MALFORMED, NULL},
	    {"\"mtls_endpoint_aliases\":null", MALFORMED, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(metadata_clear) struct metadata m = {0};
		char body[256];

		(void)snprintf(body, sizeof(body),
		    "{" ISSUER "," ENDPOINT ",%s}", rows[i].members);
		assert_int_equal(
		    read_answer(FETCH_ANSWERED, 200, JSON, body, false, &m),
		    rows[i].reason);
		if (rows[i].reason != REASON_NONE)
			continue;
		assert_string_equal(
		    m.endpoints[ENDPOINT_INTROSPECTION], "https://a.example/i");
		if (rows[i].alias == NULL)
			assert_null(m.mtls[ENDPOINT_INTROSPECTION]);
		else
			assert_string_equal(
			    m.mtls[ENDPOINT_INTROSPECTION], rows[i].alias);
	}
}

/* RFC 8705 section 5: who shows a certificate goes where one is asked for. */
static void
aliases_are_for_who_shows_a_certificate(void **state)
{
	static const char body[] =
	    "{" ISSUER "," ENDPOINT ","
	    "\"authorization_endpoint\":\"https://a.example/a\"," ALIASES(ALIAS
		",\"authorization_endpoint\":\"https://mtls.a.example/a\"") "}";
	static char name[] = "acme", url[] = "https://a.example/x",
		    file[] = "/c";
	static char written[] = "https://a.example/written";
	static char *words[] = {written, NULL};
	struct server server = {.config = NULL};
	struct issuer issuer = {
	    .name = name, .url = url, .validation = VALIDATION_GRANT};
	struct config config = {.issuers = &issuer, .issuer_count = 1};
	struct issuers *issuers = issuers_new(&server);
	struct issuer_state *s;

	(void)state;
	assert_int_equal(issuers_apply(issuers, &config), STATUS_OK);
	s = issuers_find(issuers, name);
	assert_int_equal(
	    read_answer(FETCH_ANSWERED, 200, JSON, body, false, &s->metadata),
	    REASON_NONE);
	assert_string_equal(
	    issuer_endpoint(s, ENDPOINT_INTROSPECTION), "https://a.example/i");
	/* Also where a reload brings the certificate. */
	issuer.proof.certificate_file = file;
	assert_int_equal(issuers_apply(issuers, &config), STATUS_OK);
	assert_ptr_equal(issuers_find(issuers, name), s);
	assert_string_equal(issuer_endpoint(s, ENDPOINT_INTROSPECTION),
	    "https://mtls.a.example/i");
	/* Browsers have none of ours. */
	assert_string_equal(
	    issuer_endpoint(s, ENDPOINT_AUTHORIZATION), "https://a.example/a");
	issuer.introspection_endpoints = (struct word_list){words, 1};
	assert_int_equal(issuers_apply(issuers, &config), STATUS_OK);
	assert_string_equal(
	    issuer_endpoint(s, ENDPOINT_INTROSPECTION), written);
	issuers_free(issuers);
}

static void
http_needs_insecure_loopback(void **state)
{
	static const char body[] = "{" ISSUER ",\"introspection_endpoint\":"
				   "\"http://127.0.0.1:9/i\"}";
	_cleanup_(metadata_clear) struct metadata m = {0};

	(void)state;
	assert_int_equal(
	    read_answer(FETCH_ANSWERED, 200, JSON, body, false, &m), MALFORMED);
	assert_int_equal(read_answer(FETCH_ANSWERED, 200, JSON, body, true, &m),
	    REASON_NONE);
	assert_string_equal(
	    m.endpoints[ENDPOINT_INTROSPECTION], "http://127.0.0.1:9/i");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(well_known_urls_follow_the_rfcs),
	    cmocka_unit_test(only_the_issuers_own_metadata_count),
	    cmocka_unit_test(every_endpoint_is_taken),
	    cmocka_unit_test(abilities_are_read),
	    cmocka_unit_test(aliases_are_read),
	    cmocka_unit_test(aliases_are_for_who_shows_a_certificate),
	    cmocka_unit_test(http_needs_insecure_loopback),
	};

	return cmocka_run_group_tests_name("metadata", tests, NULL, NULL);
}
