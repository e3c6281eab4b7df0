/* SPDX-License-Identifier: ISC */
/* The request of a probe: what is sent where, and what cannot be smuggled in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"
#include "probe_make.h"
#include "probe_template.h"
#include "scopegate/cleanup.h"

static const char bearer[] = "header = Authorization: Bearer {token}\n"
			     "subject = /id\n";

static void
probe_of(struct profile *p, const char *rows, const char *more)
{
	char text[1024];

	(void)snprintf(text, sizeof(text), "[issuer]\n%s[probe one]\n%s%s",
	    "api_url = https://api.example.com/\n"
	    "paper_api_url = https://paper.example.com\n",
	    rows, more);
	assert_int_equal(probe_make(text, p, NULL), STATUS_OK);
	p->issuer.name = strdup("acme");
	p->issuer.client_id = strdup("a:b c");
}

static void
test_url(void **state)
{
	static const struct {
		const char *row, *base, *url;
	} rows[] = {
	    {"url = https://x.example.com/a?b=c\n", NULL,
		"https://x.example.com/a?b=c"},
	    {"url = {api_url}/v2/account\n", NULL,
		"https://api.example.com/v2/account"},
	    {"url = {api_url}v2\n", NULL, "https://api.example.com/v2"},
	    {"url = {paper_api_url}/v2\n", NULL,
		"https://paper.example.com/v2"},
	    {"url = {api_url}/v1\n", "https://api02.example.com/",
		"https://api02.example.com/v1"},
	    {"url = {paper_api_url}/v2\n", "https://api02.example.com/",
		"https://paper.example.com/v2"},
	    {"url = {api_url}/a/{client_id}\n", NULL,
		"https://api.example.com/a/a%3Ab%20c"},
	    {"url = {api_url}/{}?q={1}\n", NULL,
		"https://api.example.com/{}?q={1}"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(profile_clear) struct profile p;
		_cleanup_(free_ptr) char *url = NULL;

		probe_of(&p, rows[i].row, bearer);
		assert_int_equal(probe_url(&p.issuer.probes[0], &p.issuer,
				     rows[i].base, &url),
		    STATUS_OK);
		assert_string_equal(url, rows[i].url);
	}
}

/* A token answer chooses the base: it must be one that a site could write. */
static void
test_bad_base(void **state)
{
	static const char *const bases[] = {"", "http://api.example.com",
	    "https://api.example.com@evil.example.net",
	    "https://api.example.com\r\nX: y",
	    "https://api.example.com/?a=", "https://api.example.com#",
	    "file:///etc/passwd", "api.example.com"};
	_cleanup_(profile_clear) struct profile p;

	(void)state;
	probe_of(&p, "url = {api_url}/v1\n", bearer);
	for (size_t i = 0; i < ELEMENTS(bases); i++) {
		_cleanup_(free_ptr) char *url = NULL;

		assert_int_equal(
		    probe_url(&p.issuer.probes[0], &p.issuer, bases[i], &url),
		    STATUS_INVALID);
		assert_null(url);
	}
}

static void
test_unknown_value(void **state)
{
	_cleanup_(profile_clear) struct profile p;
	_cleanup_(free_ptr) char *url = NULL;

	(void)state;
	probe_of(&p, "url = {api_url}/v1\n", bearer);
	free(TAKE_PTR(p.issuer.sign_in.api_url));
	assert_int_equal(probe_url(&p.issuer.probes[0], &p.issuer, NULL, &url),
	    STATUS_INVALID);
	assert_null(url);
}

static enum status
fill(const struct profile *p, const char *token, size_t length,
    struct buf *headers, struct buf *body)
{
	struct text t = {token, length};

	buf_init_sensitive(headers, 8192);
	buf_init_sensitive(body, 8192);
	return probe_fill(&p->issuer.probes[0], &p->issuer, t, headers, body);
}

static void
test_fill(void **state)
{
	static const struct {
		const char *rows, *headers, *body;
	} rows[] = {
	    {"header = Authorization: Bearer {token}\n",
		"Authorization: Bearer t0k/+=~\nAccept: application/json\n",
		""},
	    {"header = Authorization: token {client_id}:{token}\n"
	     "header = X-Kite-Version: 3\n"
	     "header = accept: text/json\n",
		"Authorization: token a:b c:t0k/+=~\nX-Kite-Version: 3\n"
		"accept: text/json\n",
		""},
	    {"method = POST\ncontent_type = application/json\n"
	     "body = {\"params\":{\"access_token\":\"{token}\"}}\n",
		"Accept: application/json\nContent-Type: application/json\n",
		"{\"params\":{\"access_token\":\"t0k/+=~\"}}"},
	    {"method = POST\n"
	     "content_type = application/x-www-form-urlencoded\n"
	     "body = token={token}&client={client_id}\n",
		"Accept: application/json\n"
		"Content-Type: application/x-www-form-urlencoded\n",
		"token=t0k%2F%2B%3D~&client=a%3Ab%20c"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(profile_clear) struct profile p;
		_cleanup_(buf_clear) struct buf headers, body;

		probe_of(
		    &p, rows[i].rows, "url = {api_url}/v1\nsubject = /id\n");
		assert_int_equal(
		    fill(&p, "t0k/+=~", 7, &headers, &body), STATUS_OK);
		assert_string_equal(buf_string(&headers), rows[i].headers);
		assert_string_equal(buf_string(&body), rows[i].body);
	}
}

/* Nothing of the request is left when the token cannot be carried. */
static void
test_odd_tokens(void **state)
{
	static const struct {
		const char *token;
		size_t length;
	} rows[] = {{"", 0}, {"a\r\nX-Admin: 1", 13}, {"a\nb", 3}, {"a\0b", 3},
	    {"a b", 3}, {"\xc3\xa9", 2}, {"a\x7f", 2}, {"\t", 1}};
	_cleanup_(profile_clear) struct profile p, json;

	(void)state;
	probe_of(&p, "url = {api_url}/v1\nheader = X-First: 1\n", bearer);
	probe_of(&json, "url = {api_url}/v1\n",
	    "method = POST\ncontent_type = application/json\n"
	    "body = {\"t\":\"{token}\"}\nsubject = /id\n");
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf h, b, h2, b2;

		assert_int_equal(
		    fill(&p, rows[i].token, rows[i].length, &h, &b),
		    STATUS_INVALID);
		assert_int_equal(h.length + b.length, 0);
		assert_int_equal(
		    fill(&json, rows[i].token, rows[i].length, &h2, &b2),
		    STATUS_INVALID);
		assert_int_equal(h2.length + b2.length, 0);
	}
}

static void
test_escapes(void **state)
{
	_cleanup_(profile_clear) struct profile p;
	_cleanup_(buf_clear) struct buf h, b;

	(void)state;
	probe_of(&p, "url = {api_url}/v1\n",
	    "method = POST\ncontent_type = application/json\n"
	    "body = {\"t\":\"{token}\"}\nsubject = /id\n");
	assert_int_equal(fill(&p, "a\",\"x\":\"\\", 9, &h, &b), STATUS_OK);
	assert_string_equal(
	    buf_string(&b), "{\"t\":\"a\\\",\\\"x\\\":\\\"\\\\\"}");
}

/* Substituted text is not looked at again. */
static void
test_no_second_pass(void **state)
{
	_cleanup_(profile_clear) struct profile p;
	_cleanup_(buf_clear) struct buf h, b;

	(void)state;
	probe_of(&p, "url = {api_url}/v1\n", bearer);
	assert_int_equal(fill(&p, "{client_id}", 11, &h, &b), STATUS_OK);
	assert_string_equal(buf_string(&h),
	    "Authorization: Bearer {client_id}\nAccept: application/json\n");
}

static void
test_template_faults(void **state)
{
	static const struct {
		const char *text;
		enum probe_place place;
		bool good;
	} rows[] = {
	    {"{api_url}/a", PLACE_URL, true},
	    {"{api_url}/{token}", PLACE_URL, false},
	    {"{api_url}/a b", PLACE_URL, false},
	    {"{host}/a", PLACE_URL, false},
	    {"A: {tokens}", PLACE_HEADER, false},
	    {"A: {token", PLACE_HEADER, false},
	    {"A: {api_url}", PLACE_HEADER, false},
	    {"A: \xc3\xa9", PLACE_HEADER, false},
	    {"A: {token}", PLACE_HEADER, true},
	    {"{\"a\":{\"b\":\"{token}\"}}", PLACE_JSON, true},
	    {"{a}", PLACE_JSON, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		assert_int_equal(
		    probe_template_fault(rows[i].text, rows[i].place) == NULL,
		    rows[i].good);
	assert_true(probe_template_has("a{token}", "token"));
	assert_false(probe_template_has("a{token}", "client_id"));
	assert_false(probe_template_has("{paper_api_url}", "api_url"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_url),
	    cmocka_unit_test(test_bad_base),
	    cmocka_unit_test(test_unknown_value),
	    cmocka_unit_test(test_fill),
	    cmocka_unit_test(test_odd_tokens),
	    cmocka_unit_test(test_escapes),
	    cmocka_unit_test(test_no_second_pass),
	    cmocka_unit_test(test_template_faults),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
