/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>
#include <event2/event.h>

#include "assertion_read.h"
#include "captured.h"
#include "fetch/client_auth.h"
#include "fetch_fixture.h"
#include "key_make.h"
#include "scopegate/cleanup.h"

/*
 * How our client shows who it is, seen from the server that is asked; and that
 * nothing of it is shown to anybody else.
 */

#define TOKEN "bearer-mark-1.2_3~4+5/6=="

static const enum fetch_slot forms[] = {
    FETCH_INTROSPECT, FETCH_TOKEN, FETCH_DEVICE, FETCH_REVOKE};

static void
start_fetch(struct fixture *x)
{
	fixture_reread_config(x);
	assert_int_equal(
	    fetcher_start(x->base, x->config, &x->fetcher), STATUS_OK);
}

static void
start_with_key(struct fixture *x, const char *kind, const char *more)
{
	char text[512];

	key_write(key_make(kind), x->key_path, 0600, NULL);
	(void)snprintf(text, sizeof(text),
	    "client_auth = private_key_jwt\nclient_key_file = %s\n%s",
	    x->key_path, more);
	fixture_write_client(x, text);
	start_fetch(x);
}

static void
read_last(struct fixture *x, struct assertion_read *ret)
{
	static char request[32768];

	http_script_last(x->server, request, sizeof(request));
	assertion_read(request, ret);
}

static void
every_form_is_signed(void **state)
{
	struct fixture *x = *state;
	EVP_PKEY *key = key_make("P-256");
	char jtis[ELEMENTS(forms)][64];

	start_with_key(x, "P-256", "client_key_id = one");
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		int64_t before = (int64_t)time(NULL);
		struct assertion_read a;

		assert_int_equal(
		    fixture_asked(x, forms[i], "/good", 10000).status, 200);
		read_last(x, &a);
		assert_true(assertion_verifies(&a, key, "ES256"));
		assert_string_equal(a.alg, "ES256");
		assert_string_equal(a.kid, "one");
		assert_string_equal(a.iss, "gate");
		assert_string_equal(a.sub, "gate");
		assert_string_equal(a.aud, x->config->issuers[0].url);
		assert_true(a.iat >= before && a.iat <= (int64_t)time(NULL));
		assert_int_equal(a.exp, a.iat + 60);
		assert_true(
		    fixture_last_has(x, "\r\n\r\ntoken=abc&client_id=gate&"));
		assert_false(fixture_last_has(x, "Authorization"));
		assert_false(fixture_last_has(x, "client_secret"));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(jtis[k], a.jti);
		(void)snprintf(jtis[i], sizeof(jtis[i]), "%s", a.jti);
	}
	/* Metadata are asked by nobody. */
	(void)fixture_asked(x, FETCH_METADATA, "/good", 10000);
	assert_false(fixture_last_has(x, "client_"));
}

static void
an_empty_form_is_signed_too(void **state)
{
	struct fixture *x = *state;
	struct assertion_read a;

	x->form = "";
	start_with_key(x, "Ed25519", "");
	(void)fixture_asked(x, FETCH_DEVICE, "/good", 10000);
	assert_true(fixture_last_has(x, "\r\n\r\nclient_id=gate&client_a"));
	read_last(x, &a);
	assert_true(assertion_verifies(&a, key_make("Ed25519"), "EdDSA"));
}

/* All that the server has seen; none of the assertions twice. */
static void
assert_all_new(struct fixture *x, unsigned int count)
{
	char jtis[16][64];

	assert_int_equal(http_script_requests(x->server), count);
	assert_true(count <= ELEMENTS(jtis));
	for (unsigned int i = 0; i < count; i++) {
		struct assertion_read a;

		assertion_read(http_script_request(x->server, i), &a);
		assert_true(assertion_verifies(&a, key_make("2048"), "PS256"));
		for (unsigned int k = 0; k < i; k++)
			assert_string_not_equal(jtis[k], a.jti);
		(void)snprintf(jtis[i], sizeof(jtis[i]), "%s", a.jti);
	}
}

static void
a_second_try_has_a_new_assertion(void **state)
{
	struct fixture *x = *state;

	start_with_key(x, "2048", "client_assertion_alg = PS256");
	assert_int_equal(
	    fixture_asked(x, FETCH_REVOKE, "/busy-once", 10000).status, 200);
	assert_all_new(x, 2);
	(void)fixture_asked(x, FETCH_REVOKE, "/busy", 10000);
	assert_all_new(x, 4);
}

/* The server closes a kept connection when it has read a second request on it,
 * and libcurl would send the same octets again. */
static void
a_lost_connection_has_a_new_assertion(void **state)
{
	struct fixture *x = *state;
	struct outcome o;

	start_with_key(x, "2048", "client_assertion_alg = PS256");
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/once", 10000).status, 200);
	o = fixture_asked(x, FETCH_INTROSPECT, "/once", 10000);
	assert_int_equal(o.result, FETCH_ANSWERED);
	assert_int_equal(o.status, 200);
	assert_all_new(x, 3);
	/* And the connection after it is kept as any other. */
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/good", 10000).status, 200);
	assert_all_new(x, 4);
}

/* RFC 8705 section 2: the form names the client, the handshake shows it. */
static void
a_client_with_a_certificate_says_its_name(void **state)
{
	static const int ways[] = {
	    CLIENT_AUTH_TLS, CLIENT_AUTH_SELF_SIGNED_TLS};
	static char client_id[] = "gate:1";
	struct fixture *x = *state;

	key_write(key_make("P-256"), x->key_path, 0600, NULL);
	certificate_write(
	    key_make("P-256"), "DNS:gate.example.com", x->certificate_path);
	for (size_t i = 0; i < ELEMENTS(ways); i++) {
		const struct issuer issuer = {.client_id = client_id,
		    .client_auth = ways[i],
		    .proof = {.certificate_file = x->certificate_path,
			.certificate_key_file = x->key_path}};
		_cleanup_(client_auth_clear) struct credentials a = {0};
		_cleanup_(secret_clear) struct secret form = {0};
		struct conf_error e = {.text = ""};

		assert_int_equal(client_auth_load(&issuer, &a, &e), STATUS_OK);
		assert_int_equal(client_auth_put(&a, &form), STATUS_OK);
		assert_string_equal(form.bytes, "client_id=gate%3A1");
		assert_null(a.user.bytes);
		assert_non_null(strstr(a.certificate.bytes, "CERTIFICATE"));
		assert_non_null(strstr(a.certificate_key.bytes, "KEY"));
	}
}

static void
a_raw_secret_is_as_it_is(void **state)
{
	struct fixture *x = *state;

	fixture_write_config(x, "ga%te", "basic_encoding = raw");
	start_fetch(x);
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		(void)fixture_asked(x, forms[i], "/good", 10000);
		/* base64("ga%te:s+e/c ret%") */
		assert_true(fixture_last_has(x,
		    "\r\nAuthorization: Basic Z2EldGU6cytlL2MgcmV0JQ==\r\n"));
	}
}

static void
write_token(struct fixture *x, const char *token)
{
	FILE *f = fopen(x->key_path, "we");

	assert_non_null(f);
	assert_int_equal(fchmod(fileno(f), 0600), 0);
	assert_true(fprintf(f, "%s\n", token) > 0);
	assert_int_equal(fclose(f), 0);
}

static void
start_with_token(struct fixture *x, const char *token)
{
	char text[256];

	write_token(x, token);
	(void)snprintf(text, sizeof(text),
	    "client_auth = bearer\nbearer_token_file = %s", x->key_path);
	fixture_write_client(x, text);
	start_fetch(x);
}

static void
a_bearer_token_introspects_and_no_more(void **state)
{
	struct fixture *x = *state;

	start_with_token(x, TOKEN);
	for (unsigned int i = 0; i < 2; i++) {
		(void)fixture_asked(x, FETCH_INTROSPECT, "/good", 10000);
		assert_true(fixture_last_has(
		    x, "\r\nAuthorization: Bearer " TOKEN "\r\n"));
		assert_true(fixture_last_has(x, "\r\n\r\ntoken=abc"));
		assert_false(fixture_last_has(x, "client_id"));
		assert_true(
		    fixture_last_has(x, "\r\nAccept: application/json\r\n"));
	}
	/* Also not when the same handle asks something else. */
	(void)fixture_asked(x, FETCH_METADATA, "/good", 10000);
	assert_false(fixture_last_has(x, "Authorization"));
	(void)fixture_asked(x, FETCH_TOKEN, "/good", 10000);
	assert_false(fixture_last_has(x, "Authorization"));
	assert_false(fixture_last_has(x, TOKEN));
}

static void
on_reloaded(bool ok, const char *text, void *argument)
{
	assert_string_equal(text, "");
	assert_true(ok);
	(void)event_base_loopbreak(argument);
}

static void
a_reload_reads_the_token_again(void **state)
{
	struct fixture *x = *state;

	start_with_token(x, TOKEN);
	(void)fixture_asked(x, FETCH_INTROSPECT, "/good", 10000);
	assert_true(fixture_last_has(x, " Bearer " TOKEN "\r\n"));
	write_token(x, "another");
	(void)fixture_asked(x, FETCH_INTROSPECT, "/good", 10000);
	assert_true(fixture_last_has(x, " Bearer " TOKEN "\r\n"));
	fetcher_reload(x->fetcher, on_reloaded, x->base);
	fixture_run_loop(x, GUARD_S * 1000);
	(void)fixture_asked(x, FETCH_INTROSPECT, "/good", 10000);
	assert_true(fixture_last_has(x, " Bearer another\r\n"));
}

static void
assert_not_told(const struct captured *c, const char *secret)
{
	if (strstr(c->text, secret) != NULL)
		fail_msg("logged `%s`: %s", secret, c->text);
}

/* What goes wrong is logged, and what was sent is not. */
static void
ask_what_fails(struct fixture *x)
{
	static const char *const paths[] = {"/no-answer", "/not-http",
	    "/truncated", "/unauthorized", "/endless",
	    "http://127.0.0.1:1/closed", "https://elsewhere.example/x"};

	for (size_t i = 0; i < ELEMENTS(paths); i++)
		(void)fixture_asked(x, FETCH_INTROSPECT, paths[i], 10000);
	fetcher_stop(x->fetcher);
	x->fetcher = NULL;
}

static void
no_log_tells_of_them(void **state)
{
	struct fixture *x = *state;
	static struct captured c;
	struct assertion_read a;
	char key[2048] = "", *line;
	FILE *f;

	capture_begin(&c);
	start_with_key(x, "2048", "");
	(void)fixture_asked(x, FETCH_INTROSPECT, "/unauthorized", 10000);
	read_last(x, &a);
	ask_what_fails(x);
	f = fopen(x->key_path, "re");
	assert_true(f != NULL && fread(key, 1, sizeof(key) - 1, f) > 100);
	(void)fclose(f);
	start_with_token(x, TOKEN);
	ask_what_fails(x);
	fixture_write_config(x, "gate", "basic_encoding = raw");
	start_fetch(x);
	ask_what_fails(x);
	capture_end(&c);
	assert_non_null(strstr(c.text, "issuer acme"));
	assert_not_told(&c, TOKEN);
	assert_not_told(&c, "s+e/c ret%");
	assert_not_told(&c, "client_assertion");
	assert_not_told(&c, strchr(a.text, '.') + 1);
	assert_not_told(&c, a.jti);
	/* A line of the PEM text is enough. */
	line = strchr(key, '\n') + 1;
	line[64] = '\0';
	assert_not_told(&c, line);
}

static int
forget_keys(void **state)
{
	(void)state;
	key_make_done();
	return 0;
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_start_files, fixture_end)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    CASE(every_form_is_signed),
	    CASE(an_empty_form_is_signed_too),
	    CASE(a_second_try_has_a_new_assertion),
	    CASE(a_lost_connection_has_a_new_assertion),
	    CASE(a_client_with_a_certificate_says_its_name),
	    CASE(a_raw_secret_is_as_it_is),
	    CASE(a_bearer_token_introspects_and_no_more),
	    CASE(a_reload_reads_the_token_again),
	    CASE(no_log_tells_of_them),
	};

	if (argc == 3 && strcmp(argv[1], FETCH_ROLE) == 0)
		return fetch_main(FETCH_CHANNEL_FD, argv[2]);
	return cmocka_run_group_tests_name(
	    "fetch client", tests, NULL, forget_keys);
}
