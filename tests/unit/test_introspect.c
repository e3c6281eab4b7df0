/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "introspect.h"
#include "scopegate/cleanup.h"

/* Answers of authorization servers, good and bad, and what becomes of them. */

#define NOW 1700000000
#define JSON "application/json"

static struct fetch_reply
reply_of(int status, const char *type, const char *body)
{
	return (struct fetch_reply){
	    .result = FETCH_ANSWERED,
	    .http_status = status,
	    .content_type = type,
	    .body = body,
	    .body_length = strlen(body),
	};
}

struct answer {
	int status;
	const char *type, *body;
	enum reason expected;
};

#define MALFORMED REASON_AS_ANSWER_MALFORMED
#define ACTIVE(members) 200, JSON, "{\"active\":true," members "}"

static const struct answer answers[] = {
    /* What is an answer. */
    {200, JSON, "{\"active\":true}", REASON_NONE},
    {200, JSON, "{\"active\":false}", REASON_NONE},
    {200, JSON ";charset=UTF-8", "{\"active\":true}", REASON_NONE},
    {200, "Application/JSON ; x=y", "{\"active\":true}", REASON_NONE},
    {200, JSON, " {\"active\" : true}\n", REASON_NONE},
    {200, JSON, "{\"active\":false,\"exp\":\"x\",\"sub\":1}", REASON_NONE},
    /* What is no answer. */
    {200, "", "{\"active\":true}", MALFORMED},
    {200, "?", "{\"active\":true}", MALFORMED},
    {200, "text/html", "{\"active\":true}", MALFORMED},
    {200, "application/jsonp", "{\"active\":true}", MALFORMED},
    {200, "application/token-introspection+jwt", "{\"active\":true}",
	MALFORMED},
    {200, JSON, "", MALFORMED},
    {200, JSON, "{", MALFORMED},
    {200, JSON, "{\"active\":true", MALFORMED},
    {200, JSON, "{\"active\":true}x", MALFORMED},
    {200, JSON, "[true]", MALFORMED},
    {200, JSON, "true", MALFORMED},
    {200, JSON, "{}", MALFORMED},
    {200, JSON, "{\"Active\":true}", MALFORMED},
    {200, JSON, "{\"active\":\"true\"}", MALFORMED},
    {200, JSON, "{\"active\":1}", MALFORMED},
    {200, JSON, "{\"active\":null}", MALFORMED},
    {200, JSON, "{\"active\":[true]}", MALFORMED},
    {200, JSON, "{\"active\":true,\"active\":false}", MALFORMED},
    {200, JSON, "{\"active\":false,\"active\":true}", MALFORMED},
    {200, JSON, "{\"token\":{\"active\":true}}", MALFORMED},
    /* Statuses. */
    {201, JSON, "{\"active\":true}", REASON_AS_STATUS_UNEXPECTED},
    {204, JSON, "", REASON_AS_STATUS_UNEXPECTED},
    {301, JSON, "{\"active\":true}", REASON_AS_STATUS_UNEXPECTED},
    {307, JSON, "{\"active\":true}", REASON_AS_STATUS_UNEXPECTED},
    {401, JSON, "{\"active\":true}", REASON_AS_REJECTS_US},
    {403, JSON, "{\"active\":true}", REASON_AS_REJECTS_US},
    {404, JSON, "{\"active\":false}", REASON_AS_STATUS_UNEXPECTED},
    {429, JSON, "{\"active\":false}", REASON_AS_RATE_LIMIT},
    {500, JSON, "{\"active\":true}", REASON_AS_ERROR},
    {503, "text/html", "busy", REASON_AS_ERROR},
    {599, "", "", REASON_AS_ERROR},
    {600, "", "", REASON_AS_STATUS_UNEXPECTED},
    {0, "", "", REASON_AS_STATUS_UNEXPECTED},
    {400, JSON, "{\"error\":\"unsupported_token_type\"}",
	REASON_AS_TOKEN_UNSUPPORTED},
    {400, JSON, "{\"error\":\"invalid_client\"}", REASON_AS_REJECTS_US},
    {400, JSON, "{\"error\":\"unauthorized_client\"}", REASON_AS_REJECTS_US},
    {400, JSON, "{\"error\":\"invalid_request\"}", REASON_AS_STATUS_UNEXPECTED},
    {400, JSON, "{\"error\":true}", REASON_AS_STATUS_UNEXPECTED},
    {400, JSON, "{\"active\":true}", REASON_AS_STATUS_UNEXPECTED},
    {400, "text/html", "{\"error\":\"unsupported_token_type\"}",
	REASON_AS_STATUS_UNEXPECTED},
    /* Known members of the wrong type are never "absent". */
    {ACTIVE("\"sub\":1"), MALFORMED},
    {ACTIVE("\"sub\":null"), MALFORMED},
    {ACTIVE("\"iss\":[\"a\"]"), MALFORMED},
    {ACTIVE("\"client_id\":{}"), MALFORMED},
    {ACTIVE("\"username\":false"), MALFORMED},
    {ACTIVE("\"token_type\":[]"), MALFORMED},
    {ACTIVE("\"env\":1"), MALFORMED},
    {ACTIVE("\"acr\":2"), MALFORMED},
    {ACTIVE("\"exp\":\"1700000060\""), MALFORMED},
    {ACTIVE("\"exp\":-1"), MALFORMED},
    {ACTIVE("\"exp\":1e300"), MALFORMED},
    {ACTIVE("\"exp\":null"), MALFORMED},
    {ACTIVE("\"iat\":\"\""), MALFORMED},
    {ACTIVE("\"nbf\":{}"), MALFORMED},
    {ACTIVE("\"auth_time\":true"), MALFORMED},
    {ACTIVE("\"cnf\":\"x\""), MALFORMED},
    {ACTIVE("\"cnf\":null"), MALFORMED},
    {ACTIVE("\"aud\":1"), MALFORMED},
    {ACTIVE("\"aud\":{}"), MALFORMED},
    {ACTIVE("\"aud\":[\"a\",1]"), MALFORMED},
    {ACTIVE("\"aud\":[[\"a\"]]"), MALFORMED},
    {ACTIVE("\"token_use\":1"), MALFORMED},
    {ACTIVE("\"typ\":null"), MALFORMED},
    {ACTIVE("\"scope\":[\"a\"]"), MALFORMED},
    {ACTIVE("\"scope\":1"), MALFORMED},
    {ACTIVE("\"scope\":null"), MALFORMED},
    {ACTIVE("\"scope\":null,\"scp\":\"a\""), MALFORMED},
    {ACTIVE("\"scp\":{}"), MALFORMED},
    {ACTIVE("\"scp\":[\"a b\"]"), MALFORMED},
    {ACTIVE("\"scp\":[\"a\",1]"), MALFORMED},
    {ACTIVE("\"scp\":[\"\"]"), MALFORMED},
    /* scope = scope-token *( SP scope-token ) */
    {ACTIVE("\"scope\":\" a\""), MALFORMED},
    {ACTIVE("\"scope\":\"a \""), MALFORMED},
    {ACTIVE("\"scope\":\"a  b\""), MALFORMED},
    {ACTIVE("\"scope\":\"a\\tb\""), MALFORMED},
    {ACTIVE("\"scope\":\"a\\nb\""), MALFORMED},
    {ACTIVE("\"scope\":\"a\\\\b\""), MALFORMED},
    {ACTIVE("\"scope\":\"a\\\"b\""), MALFORMED},
    {ACTIVE("\"scope\":\"\\u00e4\""), MALFORMED},
    {ACTIVE("\"scope\":\"a\\u007f\""), MALFORMED},
    {ACTIVE("\"scope\":\"a\\u0000\""), MALFORMED},
};

static void
answers_give_their_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(answers); i++) {
		_cleanup_(facts_unrefp) struct facts *f = NULL;
		const struct answer *a = &answers[i];
		struct fetch_reply reply =
		    reply_of(a->status, a->type, a->body);
		const char *what;
		enum reason r = introspect_read(&reply, NOW, &f, &what);

		if (r != a->expected)
			fail_msg("%d %s %s: reason %d, expected %d", a->status,
			    a->type, a->body, (int)r, (int)a->expected);
		assert_true((f != NULL) == (r == REASON_NONE));
		if (f != NULL)
			assert_int_equal(f->checked_at, NOW);
		if (r != REASON_NONE)
			assert_int_equal(
			    reason_row(r)->verdict, VERDICT_UNAVAILABLE);
	}
}

static void
results_without_an_answer_are_unavailable(void **state)
{
	static const struct {
		int result;
		enum reason expected;
	} rows[] = {
	    {FETCH_UNREACHABLE, REASON_AS_UNREACHABLE},
	    {FETCH_TIMEOUT, REASON_AS_TIMEOUT},
	    {FETCH_TLS, REASON_AS_TLS},
	    {FETCH_TOO_LARGE, REASON_AS_ANSWER_TOO_LARGE},
	    {FETCH_REFUSED, REASON_AS_UNREACHABLE},
	    {FETCH_BUSY, REASON_OVERLOADED},
	    {FETCH_DOWN, REASON_FETCH_DOWN},
	    {FETCH_INTERRUPTED, REASON_INTERRUPTED},
	    {0, REASON_AS_UNREACHABLE},
	    {99, REASON_AS_UNREACHABLE},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct fetch_reply reply =
		    reply_of(200, JSON, "{\"active\":true}");
		struct facts *f = NULL;
		const char *what;

		reply.result = (enum fetch_result)rows[i].result;
		assert_int_equal(
		    introspect_read(&reply, NOW, &f, &what), rows[i].expected);
		assert_null(f);
	}
}

static void
an_encoded_body_is_no_answer(void **state)
{
	struct fetch_reply reply = reply_of(200, JSON, "{\"active\":true}");
	struct facts *f = NULL;
	const char *what;

	(void)state;
	reply.encoded = true;
	assert_int_equal(introspect_read(&reply, NOW, &f, &what),
	    REASON_AS_ANSWER_MALFORMED);
	assert_null(f);
	reply.http_status = 400;
	reply.body = "{\"error\":\"unsupported_token_type\"}";
	reply.body_length = strlen(reply.body);
	assert_int_equal(introspect_read(&reply, NOW, &f, &what),
	    REASON_AS_STATUS_UNEXPECTED);
}

static void
the_form_encodes_the_token(void **state)
{
	static const struct {
		bool hint;
		const char *token, *form;
	} rows[] = {
	    {true, "aZ09-._", "token=aZ09-._&token_type_hint=access_token"},
	    {false, "a+b/c=~", "token=a%2Bb%2Fc%3D%7E"},
	    {false, "a&token=b", "token=a%26token%3Db"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(secret_clear) struct secret form = {0};
		struct issuer issuer = {.send_token_type_hint = rows[i].hint};

		assert_int_equal(
		    introspect_form(&issuer, text_of(rows[i].token), &form),
		    STATUS_OK);
		assert_string_equal(form.bytes, rows[i].form);
	}
}

static void
a_long_token_is_encoded_whole(void **state)
{
	_cleanup_(secret_clear) struct secret form = {0};
	struct issuer issuer = {0};
	char token[TOKEN_MAX];

	(void)state;
	memset(token, '/', sizeof(token));
	assert_int_equal(introspect_form(&issuer,
			     (struct text){token, sizeof(token)}, &form),
	    STATUS_OK);
	assert_int_equal(form.length, 6 + 3 * sizeof(token));
	for (size_t i = 6; i < form.length; i += 3)
		assert_memory_equal(form.bytes + i, "%2F", 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers_give_their_reason),
	    cmocka_unit_test(results_without_an_answer_are_unavailable),
	    cmocka_unit_test(an_encoded_body_is_no_answer),
	    cmocka_unit_test(the_form_encodes_the_token),
	    cmocka_unit_test(a_long_token_is_encoded_whole),
	};

	return cmocka_run_group_tests_name("introspect", tests, NULL, NULL);
}
