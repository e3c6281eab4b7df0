/* SPDX-License-Identifier: ISC */
/* The form of an app, without a store: what is taken and what is blamed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/plain_text.h"
#include "developer/app_example.h"
#include "developer/app_form.h"
#include "scopegate/cleanup.h"

#define KNOWN "trading data sudo:run"
#define CHOSEN "client=confidential&kind=standard&tokens=opaque"

struct text_row {
	const char *text;
	bool line, lines; /* is it fine on one line, on several? */
};

static void
texts_are_visible_characters(void **state)
{
	static const struct text_row rows[] = {
	    {"Momentum", true, true},
	    {"M\xc3\xbcnchen \xe6\x9d\xb1\xe4\xba\xac", true, true},
	    {"\xf0\x9f\x93\x88 Up", true, true},
	    {"\xe2\x9d\xa4\xef\xb8\x8f", true, true}, /* as an emoji */
	    {"a\nb\tc\r\n", false, true},
	    {"", false, false},
	    {" \xc2\xa0 ", false, false},
	    {"\n", false, false},
	    {"a\x01", false, false},
	    {"a\x7f", false, false},
	    {"a\xc2\x85", false, false},     /* next line */
	    {"a\xc2\xad", false, false},     /* soft hyphen */
	    {"a\xd8\x9c", false, false},     /* Arabic letter mark */
	    {"a\xe2\x80\x8b", false, false}, /* zero width space */
	    {"a\xe2\x80\xae"
	     "cod",
		false, false},                   /* right-to-left override */
	    {"a\xe2\x81\xa6", false, false},     /* isolate */
	    {"a\xe3\x85\xa4", false, false},     /* Hangul filler */
	    {"a\xee\x80\x80", false, false},     /* private use */
	    {"a\xef\xbb\xbf", false, false},     /* byte order mark */
	    {"a\xf3\xa0\x81\x81", false, false}, /* tag */
	    {"\xff", false, false},
	    {"\x80", false, false},
	    {"\xc3", false, false},
	    {"\xc3(", false, false},
	    {"\xc0\xaf", false, false},         /* overlong */
	    {"\xe0\x80\xaf", false, false},     /* overlong */
	    {"\xf0\x80\x80\xaf", false, false}, /* overlong */
	    {"\xed\xa0\x80", false, false},     /* surrogate */
	    {"\xf4\x90\x80\x80", false, false}, /* past the end */
	    {"\xf8\x88\x80\x80\x80", false, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if ((plain_text_problem(rows[i].text, false) == NULL) !=
			rows[i].line ||
		    (plain_text_problem(rows[i].text, true) == NULL) !=
			rows[i].lines)
			fail_msg("row %zu", i);
	}
}

static void
addresses_are_of_the_web(void **state)
{
	static const char *const good[] = {"https://a.example.com",
	    "https://a.example.com:8443/x?y=z", "http://127.0.0.1:8080/",
	    "http://localhost/", "http://[::1]/"};
	static const char *const bad[] = {"a.example.com",
	    "http://a.example.com/", "ftp://a.example.com/",
	    "javascript:alert(1)", "com.example.app:/x", "https:", "https://",
	    "https://a b.example.com/", "https://u@example.com/",
	    "https://a.example.com/#x", "https://*.example.com/",
	    "HTTPS://a.example.com/", " https://a.example.com/"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(good); i++)
		assert_null(app_url_problem(good[i]));
	for (size_t i = 0; i < ELEMENTS(bad); i++)
		assert_non_null(app_url_problem(bad[i]));
}

/* Reads that form; the caller clears both. */
static bool
reads(const char *text, struct form *form, struct app_form *ret)
{
	form_clear(form);
	assert_int_equal(form_parse(text, strlen(text), form), STATUS_OK);
	return app_form_read(ret, form, KNOWN);
}

static bool
reads_new(const char *text)
{
	_cleanup_(form_clear) struct form form = {0};
	_cleanup_(app_form_clear) struct app_form f = {0};

	return reads(text, &form, &f);
}

static void
a_good_form_becomes_an_app(void **state)
{
	_cleanup_(form_clear) struct form form = {0};
	_cleanup_(app_form_clear) struct app_form f = {0};

	(void)state;
	assert_true(reads(
	    "title=Momentum&description=Does+it&website=https://m.example.com"
	    "&terms_url=https://m.example.com/t"
	    "&privacy_url=https://m.example.com/p"
	    "&redirect_uris=+https://m.example.com/cb%09%0D%0A%0D%0A"
	    "http://127.0.0.1/cb&scope=trading&scope=data&scope=data"
	    "&optional=data&optional=sudo:run"
	    "&grant=refresh_token&grant=client_credentials"
	    "&client=confidential&kind=alpaca&tokens=jwt",
	    &form, &f));
	assert_string_equal(f.app.title, "Momentum");
	assert_string_equal(f.app.description, "Does it");
	assert_string_equal(f.app.website, "https://m.example.com");
	assert_string_equal(f.app.terms_url, "https://m.example.com/t");
	assert_string_equal(f.app.privacy_url, "https://m.example.com/p");
	assert_string_equal(f.app.scopes, "trading data");
	assert_string_equal(f.app.optional_scopes, "data");
	assert_string_equal(f.app.grant_types,
	    "authorization_code refresh_token client_credentials");
	assert_true(f.app.confidential);
	assert_int_equal(f.app.kind, APP_ALPACA);
	assert_int_equal(f.app.tokens, APP_TOKENS_JWT);
	assert_int_equal(f.redirects.count, 2);
	assert_string_equal(f.redirects.uris[0], "https://m.example.com/cb");
	assert_string_equal(f.redirects.uris[1], "http://127.0.0.1/cb");
}

static void
the_least_is_a_name(void **state)
{
	_cleanup_(form_clear) struct form form = {0};
	_cleanup_(app_form_clear) struct app_form f = {0};

	(void)state;
	assert_true(reads(
	    "title=M&client=public&kind=standard&tokens=opaque", &form, &f));
	assert_false(f.app.confidential);
	assert_string_equal(f.app.grant_types, "authorization_code");
	assert_string_equal(f.app.scopes, "");
	assert_int_equal(f.redirects.count, 0);
}

static void
what_cannot_be_is_refused(void **state)
{
	static const char *const bad[] = {
	    CHOSEN,
	    "title=A&title=B&" CHOSEN,
	    "title=%01&" CHOSEN,
	    "title=A&description=%01&" CHOSEN,
	    "title=A&website=x&" CHOSEN,
	    "title=A&terms_url=x&" CHOSEN,
	    "title=A&privacy_url=x&" CHOSEN,
	    "title=A&redirect_uris=x&" CHOSEN,
	    "title=A&scope=root&" CHOSEN,
	    "title=A&scope=trading+data&" CHOSEN,
	    "title=A&scope=&" CHOSEN,
	    "title=A&optional=root&" CHOSEN,
	    "title=A&grant=implicit&" CHOSEN,
	    "title=A&grant=authorization_code&" CHOSEN,
	    "title=A&kind=standard&tokens=opaque",
	    "title=A&client=public&tokens=opaque",
	    "title=A&client=public&kind=standard",
	    "title=A&client=odd&kind=standard&tokens=opaque",
	    "title=A&client=public&kind=odd&tokens=opaque",
	    "title=A&client=public&kind=standard&tokens=odd",
	    "title=A&client=public&kind=standard&tokens=opaque"
	    "&grant=client_credentials",
	};

	(void)state;
	assert_true(reads_new("title=A&" CHOSEN));
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		if (reads_new(bad[i]))
			fail_msg("taken: %s", bad[i]);
	}
}

static void
texts_have_limits(void **state)
{
	static const struct {
		const char *name, *begin;
		size_t most;
	} rows[] = {
	    {"title", "", APP_TITLE_SIZE - 1},
	    {"description", "", APP_DESCRIPTION_SIZE - 1},
	    {"website", "https://a.example.com/", APP_URL_SIZE - 1},
	    {"terms_url", "https://a.example.com/", APP_URL_SIZE - 1},
	    {"privacy_url", "https://a.example.com/", APP_URL_SIZE - 1},
	    {"redirect_uris", "https://a.example.com/", REDIRECT_URI_SIZE - 1},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		for (size_t extra = 0; extra < 2; extra++) {
			_cleanup_(buf_clear) struct buf text = {0};
			size_t length = strlen(rows[i].begin);

			buf_init(&text, 4096);
			buf_format(&text, "%s%s&%s=%s", CHOSEN,
			    i == 0 ? "" : "&title=A", rows[i].name,
			    rows[i].begin);
			for (; length < rows[i].most + extra; length++)
				buf_append_byte(&text, 'a');
			assert_int_equal(
			    reads_new(buf_string(&text)), extra == 0);
		}
	}
}

static void
redirects_have_a_limit_and_lines(void **state)
{
	_cleanup_(form_clear) struct form form = {0};
	_cleanup_(app_form_clear) struct app_form f = {0}, g = {0};
	_cleanup_(buf_clear) struct buf text = {0};

	(void)state;
	buf_init(&text, 8192);
	buf_append_string(&text, "title=A&" CHOSEN "&redirect_uris=");
	for (int i = 0; i < APP_REDIRECTS_MAX; i++)
		buf_format(&text, "https://a.example.com/%d%%0A", i);
	assert_true(reads(buf_string(&text), &form, &f));
	assert_int_equal(f.redirects.count, APP_REDIRECTS_MAX);
	buf_append_string(&text, "%0Ahttps://a.example.com/over%0A*");
	assert_false(reads(buf_string(&text), &form, &g));
	assert_non_null(
	    strstr(g.problems[TEXT_REDIRECTS], "Line 18: an app has"));
	assert_non_null(strstr(g.problems[TEXT_REDIRECTS], "Line 19: "));
}

/* More faults than there is room to tell. */
static void
many_faults_fit(void **state)
{
	_cleanup_(form_clear) struct form form = {0};
	_cleanup_(app_form_clear) struct app_form f = {0};
	_cleanup_(buf_clear) struct buf text = {0};

	(void)state;
	buf_init(&text, 65536);
	buf_append_string(&text, "title=A&" CHOSEN "&redirect_uris=");
	for (int i = 0; i < 500; i++)
		buf_append_string(&text, "nonsense%0A");
	assert_false(reads(buf_string(&text), &form, &f));
	assert_true(strlen(f.problems[TEXT_REDIRECTS]) < APP_FORM_PROBLEM_SIZE);
	assert_string_equal(strrchr(f.problems[TEXT_REDIRECTS], 'i'), "it.");
}

static const struct app stored = {.id = 7,
    .title = "A",
    .confidential = true,
    .kind = APP_ALPACA,
    .scopes = "trading data",
    .optional_scopes = "data",
    .grant_types = "authorization_code refresh_token"};
static const struct redirect_list stored_redirects = {
    .count = 2, .uris = {"https://a.example.com/1", "https://a.example.com/2"}};

/* What the form says of the stored app, and the words for the record. */
static bool
changes(const char *form_text, struct buf *ret)
{
	_cleanup_(form_clear) struct form form = {0};
	_cleanup_(app_form_clear) struct app_form f = {0};

	assert_int_equal(
	    app_form_of(&f, &stored, &stored_redirects), STATUS_OK);
	assert_true(reads(form_text, &form, &f));
	assert_true(f.app.confidential);
	assert_int_equal(f.app.kind, APP_ALPACA);
	buf_clear(ret);
	buf_init(ret, 512);
	return app_form_changes(&f, &stored, &stored_redirects, ret);
}

static void
an_edit_tells_what_has_changed(void **state)
{
#define REST "&tokens=opaque&grant=refresh_token"
#define URIS "&redirect_uris=https://a.example.com/2%0Ahttps://a.example.com/1"
#define SCOPES "&scope=data&scope=trading&optional=data"
	static const struct {
		const char *form, *words;
		bool review;
	} rows[] = {
	    /* Neither order nor what cannot be changed is a change. */
	    {"title=A&client=public&kind=standard" REST URIS SCOPES, "", false},
	    {"title=B" REST URIS SCOPES, "name", true},
	    {"title=A&website=https://w.example.com" REST URIS SCOPES,
		"website", true},
	    {"title=A&description=d&terms_url=https://t.example.com"
	     "&privacy_url=https://p.example.com" REST URIS SCOPES,
		"description, terms, privacy", false},
	    {"title=A&tokens=jwt" URIS SCOPES, "grant types, token format",
		true},
	    {"title=A" REST URIS "&scope=data&scope=trading", "optional scopes",
		false},
	    {"title=A" REST URIS "&scope=data&optional=data", "scopes", true},
	    {"title=A" REST URIS SCOPES "&scope=sudo:run", "scopes", true},
	    {"title=A" REST SCOPES "&redirect_uris=https://a.example.com/1",
		"redirect URIs", true},
	    {"title=A" REST SCOPES "&redirect_uris=https://a.example.com/1%0A"
	     "https://a.example.com/3",
		"redirect URIs", true},
	    {"title=A" REST SCOPES URIS "%0Ahttps://a.example.com/3",
		"redirect URIs", true},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf words = {0};

		assert_int_equal(changes(rows[i].form, &words), rows[i].review);
		assert_string_equal(buf_string(&words), rows[i].words);
	}
}

static void
a_stored_app_fills_the_form(void **state)
{
	_cleanup_(app_form_clear) struct app_form f = {0};

	(void)state;
	assert_int_equal(
	    app_form_of(&f, &stored, &stored_redirects), STATUS_OK);
	assert_string_equal(f.texts[TEXT_TITLE], "A");
	assert_string_equal(f.texts[TEXT_REDIRECTS],
	    "https://a.example.com/1\nhttps://a.example.com/2\n");
}

static void
examples_are_encoded(void **state)
{
	struct app a = stored;
	_cleanup_(buf_clear) struct buf url = {0}, command = {0};

	(void)state;
	memcpy(a.client_id, "CLIENT", 7);
	buf_init(&url, 4096);
	buf_init(&command, 4096);
	assert_int_equal(app_example_authorize("https://b.example.com", &a,
			     "https://a.example.com/?x=1&y='", &url),
	    STATUS_OK);
	assert_string_equal(buf_string(&url),
	    "https://b.example.com/oauth/authorize?response_type=code"
	    "&client_id=CLIENT"
	    "&redirect_uri=https%3A%2F%2Fa.example.com%2F%3Fx%3D1%26y%3D%27"
	    "&scope=trading%20data&state=a-random-value&env=paper");
	a.kind = APP_STANDARD;
	assert_int_equal(app_example_token("https://b.example.com", &a,
			     "https://a.example.com/?y='", &command),
	    STATUS_OK);
	assert_non_null(strstr(buf_string(&command), "-u CLIENT:SECRET"));
	assert_non_null(strstr(buf_string(&command), "code_verifier="));
	assert_non_null(strstr(buf_string(&command), "%27'"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_are_visible_characters),
	    cmocka_unit_test(addresses_are_of_the_web),
	    cmocka_unit_test(a_good_form_becomes_an_app),
	    cmocka_unit_test(the_least_is_a_name),
	    cmocka_unit_test(what_cannot_be_is_refused),
	    cmocka_unit_test(texts_have_limits),
	    cmocka_unit_test(redirects_have_a_limit_and_lines),
	    cmocka_unit_test(many_faults_fit),
	    cmocka_unit_test(an_edit_tells_what_has_changed),
	    cmocka_unit_test(a_stored_app_fills_the_form),
	    cmocka_unit_test(examples_are_encoded),
	};

	return cmocka_run_group_tests_name(
	    "brokerd_app_form", tests, NULL, NULL);
}
