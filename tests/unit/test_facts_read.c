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
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

/* The members of an answer, and the facts that they become. */

static enum status
read_body(const char *body, struct facts **ret)
{
	_cleanup_(json_freep) struct json *document = NULL;
	_cleanup_(facts_unrefp) struct facts *f = facts_new();
	const char *why;
	enum status s;

	assert_non_null(f);
	assert_int_equal(
	    json_parse(body, strlen(body), &document, &why), STATUS_OK);
	s = facts_read(json_top(document), f, &why);
	if (s == STATUS_OK)
		*ret = TAKE_PTR(f);
	return s;
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
	    STATUS_OK);
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
	    STATUS_OK);
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

		assert_int_equal(read_body(rows[i].body, &f), STATUS_OK);
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
	    read_body("{\"active\":true,\"exp\":0}", &f), STATUS_OK);
	assert_int_equal(f->expires_at, 1);
	assert_int_equal(f->issued_at, 0);
}

static void
an_empty_subject_names_nobody(void **state)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;

	(void)state;
	assert_int_equal(
	    read_body("{\"active\":true,\"sub\":\"\"}", &f), STATUS_OK);
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
		assert_int_equal(read_body(body, &f), STATUS_OK);
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
	    {"empty", "", false}, /* stated, and there is none */
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
	    STATUS_OK);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct claim *c = facts_claim(f, rows[i].name);

		assert_true((c != NULL) == (rows[i].value != NULL));
		if (c == NULL)
			continue;
		if (rows[i].value[0] == '\0')
			assert_int_equal(c->values.count, 0);
		else
			assert_string_equal(
			    c->values.words[0], rows[i].value);
		assert_int_equal(c->is_string, rows[i].is_string);
	}
	assert_int_equal(facts_claim(f, "a")->values.count, 2);
}

/* {"active":true,HEAD then `count` times ITEM with commas, then TAIL */
static enum status
read_repeated(const char *head, const char *item, const char *comma,
    size_t count, const char *tail)
{
	_cleanup_(facts_unrefp) struct facts *f = NULL;
	_cleanup_(free_ptr) char *body = NULL;
	struct buf b;

	buf_init(&b, JSON_DOCUMENT_MAX);
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
		    STATUS_OK);
		assert_int_equal(
		    read_repeated(rows[i].head, rows[i].item, rows[i].comma,
			rows[i].most + 1, rows[i].tail),
		    STATUS_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members_become_facts),
	    cmocka_unit_test(inactive_facts_hold_nothing_else),
	    cmocka_unit_test(absent_is_not_empty),
	    cmocka_unit_test(a_stated_time_of_0_is_not_unstated),
	    cmocka_unit_test(an_empty_subject_names_nobody),
	    cmocka_unit_test(uses_and_bindings_are_noted),
	    cmocka_unit_test(claims_keep_what_rules_can_compare),
	    cmocka_unit_test(limits_hold_at_n_and_n_plus_1),
	};

	return cmocka_run_group_tests_name("facts_read", tests, NULL, NULL);
}
