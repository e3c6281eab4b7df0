/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts_read.h"
#include "introspect.h"
#include "scopegate/buf.h"
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

static enum reason
read_body(const char *body, struct facts **ret)
{
	struct fetch_reply reply = reply_of(200, JSON, body);
	const char *what;

	return introspect_read(&reply, NOW, ret, &what);
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
	    REASON_AS_STATUS_UNEXPECTED);
	assert_null(f);
	reply.http_status = 400;
	reply.body = "{\"error\":\"unsupported_token_type\"}";
	reply.body_length = strlen(reply.body);
	assert_int_equal(introspect_read(&reply, NOW, &f, &what),
	    REASON_AS_STATUS_UNEXPECTED);
}

static void
members_become_facts(void **state)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;

	(void)state;
	assert_int_equal(
	    read_body("{\"active\":true,\"sub\":\"s\",\"iss\":\"https://a\","
		      "\"client_id\":\"c\",\"token_type\":\"Bearer\","
		      "\"aud\":[\"x\",\"y\"],\"scope\":\"b a b\","
		      "\"exp\":1700000060.9,\"iat\":1,\"nbf\":2,"
		      "\"auth_time\":3,\"env\":\"paper\","
		      "\"username\":\"u\"}",
		&f),
	    REASON_NONE);
	assert_true(f->active);
	assert_string_equal(f->subject, "s");
	assert_string_equal(f->issuer, "https://a");
	assert_string_equal(f->client_id, "c");
	assert_string_equal(f->token_type, "Bearer");
	assert_string_equal(f->environment, "paper");
	assert_int_equal(f->audience.count, 2);
	assert_string_equal(f->audience.words[1], "y");
	assert_true(f->scopes_known);
	assert_int_equal(f->scopes.count, 2);
	assert_string_equal(f->scopes.words[0], "b");
	assert_string_equal(f->scopes.words[1], "a");
	assert_int_equal(f->expires_at, 1700000060);
	assert_int_equal(f->issued_at, 1);
	assert_int_equal(f->not_before, 2);
	assert_int_equal(f->auth_time, 3);
	assert_int_equal(f->checked_at, NOW);
	assert_false(f->bound);
	assert_false(f->wrong_use);
}

static void
inactive_facts_hold_nothing_else(void **state)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;

	(void)state;
	assert_int_equal(
	    read_body("{\"active\":false,\"sub\":\"s\",\"scope\":\"a\","
		      "\"exp\":9,\"aud\":\"x\"}",
		&f),
	    REASON_NONE);
	assert_false(f->active);
	assert_null(f->subject);
	assert_false(f->scopes_known);
	assert_int_equal(f->scopes.count, 0);
	assert_int_equal(f->audience.count, 0);
	assert_int_equal(f->expires_at, 0);
	assert_int_equal(f->claim_count, 0);
}

static void
absent_is_not_empty(void **state)
{
	static const struct {
		const char *body;
		bool known;
		size_t count;
	} rows[] = {
	    {"{\"active\":true}", false, 0},
	    {"{\"active\":true,\"scope\":\"\"}", true, 0},
	    {"{\"active\":true,\"scp\":[]}", true, 0},
	    {"{\"active\":true,\"scp\":\"a b\"}", true, 2},
	    {"{\"active\":true,\"scp\":[\"a\",\"b\",\"a\"]}", true, 2},
	    {"{\"active\":true,\"scope\":\"a\",\"scp\":[\"b\",\"c\"]}", true,
		1},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(facts_unrefp) struct facts *f = NULL;

		assert_int_equal(read_body(rows[i].body, &f), REASON_NONE);
		assert_int_equal(f->scopes_known, rows[i].known);
		assert_int_equal(f->scopes.count, rows[i].count);
	}
}

static void
a_stated_time_of_0_is_not_unstated(void **state)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;

	(void)state;
	assert_int_equal(
	    read_body("{\"active\":true,\"exp\":0}", &f), REASON_NONE);
	assert_int_equal(f->expires_at, 1);
	assert_int_equal(f->issued_at, 0);
}

static void
an_empty_subject_names_nobody(void **state)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;

	(void)state;
	assert_int_equal(
	    read_body("{\"active\":true,\"sub\":\"\"}", &f), REASON_NONE);
	assert_null(f->subject);
}

static void
uses_and_bindings_are_noted(void **state)
{
	static const struct {
		const char *member;
		bool wrong_use, bound;
	} rows[] = {
	    {"\"token_use\":\"refresh_token\"", true, false},
	    {"\"token_use\":\"access_token\"", false, false},
	    {"\"typ\":\"Refresh\"", true, false},
	    {"\"typ\":\"Offline\"", true, false},
	    {"\"typ\":\"ID\"", true, false},
	    {"\"typ\":\"Bearer\"", false, false},
	    {"\"typ\":\"Bearer\",\"token_use\":\"id\"", true, false},
	    {"\"typ\":\"id_token\",\"token_use\":\"access\"", true, false},
	    {"\"cnf\":{\"jkt\":\"x\"}", false, true},
	    {"\"cnf\":{}", false, true},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(facts_unrefp) struct facts *f = NULL;
		char body[128];

		(void)snprintf(
		    body, sizeof(body), "{\"active\":true,%s}", rows[i].member);
		assert_int_equal(read_body(body, &f), REASON_NONE);
		assert_int_equal(f->wrong_use, rows[i].wrong_use);
		assert_int_equal(f->bound, rows[i].bound);
	}
}

static void
claims_keep_what_rules_can_compare(void **state)
{
	static const struct {
		const char *name, *value; /* NULL: left out */
		bool is_string;
	} rows[] = {
	    {"s", "text", true},
	    {"n", "42", false},
	    {"big", "-9007199254740992", false},
	    {"b", "false", false},
	    {"a", "x", false},
	    {"one", "x", false},
	    {"fraction", NULL, false},
	    {"null", NULL, false},
	    {"object", NULL, false},
	    {"mixed", NULL, false},
	    {"empty", NULL, false},
	    {"S", NULL, false},
	};
	_cleanup_(facts_unrefp) struct facts *f = NULL;

	(void)state;
	assert_int_equal(
	    read_body("{\"active\":true,\"s\":\"text\",\"n\":42,"
		      "\"big\":-9007199254740992,\"b\":false,"
		      "\"a\":[\"x\",\"y\"],\"one\":[\"x\"],\"fraction\":1.5,"
		      "\"null\":null,\"object\":{\"s\":\"t\"},"
		      "\"mixed\":[\"x\",1],\"empty\":[]}",
		&f),
	    REASON_NONE);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct claim *c = facts_claim(f, rows[i].name);

		assert_true((c != NULL) == (rows[i].value != NULL));
		if (c == NULL)
			continue;
		assert_string_equal(c->values.words[0], rows[i].value);
		assert_int_equal(c->is_string, rows[i].is_string);
	}
	assert_int_equal(facts_claim(f, "a")->values.count, 2);
}

/* {"active":true,HEAD then `count` times ITEM with commas, then TAIL */
static enum reason
read_repeated(const char *head, const char *item, const char *comma,
    size_t count, const char *tail)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;
	_cleanup_(free_ptr) char *body = NULL;
	struct buf b;

	buf_init(&b, FETCH_BODY_MAX);
	(void)buf_format(&b, "{\"active\":true,%s", head);
	for (size_t i = 0; i < count; i++) {
		(void)buf_append_string(&b, i > 0 ? comma : "");
		if (strchr(item, '#') == NULL)
			(void)buf_append_string(&b, item);
		else
			(void)buf_format(&b, "%.*s%zu%s",
			    (int)strcspn(item, "#"), item, i,
			    strchr(item, '#') + 1);
	}
	(void)buf_append_string(&b, tail);
	body = buf_take(&b);
	assert_non_null(body);
	return read_body(body, &f);
}

static void
limits_hold_at_n_and_n_plus_1(void **state)
{
	static const struct {
		const char *head, *item, *comma;
		size_t most;
		const char *tail;
	} rows[] = {
	    {"\"scope\":\"", "s#", " ", SCOPES_MAX, "\"}"},
	    {"\"scope\":\"", "s", "", SCOPE_TEXT_MAX, "\"}"},
	    {"\"scp\":[", "\"s#\"", ",", SCOPES_MAX, "]}"},
	    {"\"scp\":[\"", "s", "", SCOPE_TEXT_MAX, "\"]}"},
	    {"\"aud\":[", "\"a#\"", ",", AUDIENCES_MAX, "]}"},
	    {"\"sub\":\"", "s", "", NAME_TEXT_MAX, "\"}"},
	    {"\"client_id\":\"", "s", "", NAME_TEXT_MAX, "\"}"},
	    {"\"username\":\"", "s", "", NAME_TEXT_MAX, "\"}"},
	    {"\"iss\":\"", "s", "", ISSUER_TEXT_MAX, "\"}"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		assert_int_equal(read_repeated(rows[i].head, rows[i].item,
				     rows[i].comma, rows[i].most, rows[i].tail),
		    REASON_NONE);
		assert_int_equal(
		    read_repeated(rows[i].head, rows[i].item, rows[i].comma,
			rows[i].most + 1, rows[i].tail),
		    MALFORMED);
	}
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
	    cmocka_unit_test(members_become_facts),
	    cmocka_unit_test(inactive_facts_hold_nothing_else),
	    cmocka_unit_test(absent_is_not_empty),
	    cmocka_unit_test(a_stated_time_of_0_is_not_unstated),
	    cmocka_unit_test(an_empty_subject_names_nobody),
	    cmocka_unit_test(uses_and_bindings_are_noted),
	    cmocka_unit_test(claims_keep_what_rules_can_compare),
	    cmocka_unit_test(limits_hold_at_n_and_n_plus_1),
	    cmocka_unit_test(the_form_encodes_the_token),
	    cmocka_unit_test(a_long_token_is_encoded_whole),
	};

	return cmocka_run_group_tests_name("introspect", tests, NULL, NULL);
}
