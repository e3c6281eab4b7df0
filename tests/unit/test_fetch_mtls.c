/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/ssl.h>

#include "fetch_fixture.h"
#include "key_make.h"
#include "scopegate/cleanup.h"
#include "tls_front.h"

/*
 * What TLS shows both ways beyond a certificate that an authority vouches for:
 * ours to a server that demands it, and the server's key against our pins.
 */

struct stage {
	struct fixture *x;
	struct tls_front *front;
	char url[64];
	char certificate[128], key[128]; /* the server's; also our CA */
};

static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

/* The server has the key P-256. */
static void
stage_open(struct stage *s, struct fixture *x, int version, const char *clients)
{
	s->x = x;
	(void)snprintf(
	    s->certificate, sizeof(s->certificate), "%s/server.pem", x->folder);
	(void)snprintf(s->key, sizeof(s->key), "%s/server.key", x->folder);
	key_write(key_make("P-256"), s->key, 0600, NULL);
	certificate_write(key_make("P-256"), "IP:127.0.0.1", s->certificate);
	s->front = tls_front_start(s->certificate, s->key, clients, version,
	    http_script_port(x->server));
	(void)snprintf(s->url, sizeof(s->url), "https://127.0.0.1:%u",
	    tls_front_port(s->front));
}

static void
stage_close(struct stage *s)
{
	struct fixture *x = s->x;

	/* It holds connections. */
	fetcher_stop(x->fetcher);
	x->fetcher = NULL;
	tls_front_stop(s->front);
	(void)unlink(s->certificate);
	(void)unlink(s->key);
}

/* A client of that server, with what `more` says; started anew. */
static void
begin(struct stage *s, const char *more)
{
	struct fixture *x = s->x;
	char text[1024];

	fetcher_stop(x->fetcher);
	x->fetcher = NULL;
	(void)snprintf(
	    text, sizeof(text), "ca_file = %s\n%s", s->certificate, more);
	fixture_write_issuer(x, s->url, text);
	fixture_reread_config(x);
	assert_int_equal(
	    fetcher_start(x->base, x->config, &x->fetcher), STATUS_OK);
}

static enum fetch_result
ask(struct stage *s, enum fetch_slot slot)
{
	char url[80];
	struct outcome o;

	(void)snprintf(url, sizeof(url), "%s/good", s->url);
	o = fixture_asked(s->x, slot, url, 10000);

	if (o.result == FETCH_ANSWERED)
		assert_int_equal(o.status, 200);
	return o.result;
}

/* TLS 1.3 tells the client that it is refused after the handshake. */
static void
assert_refused(enum fetch_result result)
{
	if (result != FETCH_TLS && result != FETCH_UNREACHABLE)
		fail_msg("result %d", (int)result);
}

static const char profile[] = "[profile]\n"
			      "title = A broker for tests\n"
			      "source = nowhere\n"
			      "status = from documents\n"
			      "checked = 2026-11-26\n"
			      "[probe first]\n"
			      "url = {api_url}/\n"
			      "header = Authorization: Bearer {token}\n"
			      "subject = /id\n";

static void
show(const struct stage *s, const char *kind, const char *way, char *ret,
    size_t size)
{
	struct fixture *x = s->x;

	key_write(key_make(kind), x->key_path, 0600, NULL);
	(void)snprintf(ret, size,
	    "%s\nprofile = fake\napi_url = %s\n"
	    "client_certificate_file = %s\nclient_certificate_key_file = %s",
	    way, s->url, x->certificate_path, x->key_path);
}

/* Its certificate is P-384's, and that alone gets in. */
static void
try_certificates(struct stage *s)
{
	static const enum fetch_slot ours[] = {FETCH_INTROSPECT, FETCH_TOKEN,
	    FETCH_DEVICE, FETCH_REVOKE, FETCH_METADATA};
	char secret[128], text[1024];
	const char *const ways[] = {"client_auth = tls_client_auth",
	    "client_auth = self_signed_tls_client_auth", secret};

	(void)snprintf(secret, sizeof(secret), "client_secret_file = %s",
	    s->x->secret_path);
	begin(s, secret);
	assert_refused(ask(s, FETCH_INTROSPECT));
	for (size_t i = 0; i < ELEMENTS(ways); i++) {
		show(s, "P-384", ways[i], text, sizeof(text));
		begin(s, text);
		for (size_t k = 0; k < ELEMENTS(ours); k++)
			assert_int_equal(ask(s, ours[k]), FETCH_ANSWERED);
		assert_int_equal(ask(s, FETCH_INTROSPECT), FETCH_ANSWERED);
		assert_true(fixture_last_has(
		    s->x, i < 2 ? "\r\n\r\ntoken=abc&client_id=gate"
				: "\r\nAuthorization: Basic "));
		/* An API is another place, whoever runs it. */
		assert_refused(ask(s, FETCH_PROBE));
		assert_int_equal(ask(s, FETCH_METADATA), FETCH_ANSWERED);
	}
	/* One that the server does not know. */
	certificate_write(
	    key_make("2048"), "DNS:gate.example.com", s->x->certificate_path);
	show(s, "2048", ways[0], text, sizeof(text));
	begin(s, text);
	assert_refused(ask(s, FETCH_INTROSPECT));
}

static void
our_certificate_is_shown(void **state)
{
	struct fixture *x = *state;

	fixture_write_profile(x, profile);
	for (size_t i = 0; i < ELEMENTS(versions); i++) {
		struct stage s;

		certificate_write(key_make("P-384"), "DNS:gate.example.com",
		    x->certificate_path);
		stage_open(&s, x, versions[i], x->certificate_path);
		try_certificates(&s);
		stage_close(&s);
	}
}

static void
pin(struct stage *s, const char *first, const char *second, char *ret,
    size_t size)
{
	char pins[2][64];

	key_pin(key_make(first), pins[0]);
	key_pin(key_make(second), pins[1]);
	(void)snprintf(ret, size,
	    "client_secret_file = %s\ntls_pins = %s\n  %s", s->x->secret_path,
	    pins[0], pins[1]);
}

static void
a_key_that_is_not_pinned_is_refused(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < ELEMENTS(versions); i++) {
		struct stage s;
		char text[1024];

		stage_open(&s, x, versions[i], NULL);
		pin(&s, "2048", "P-256", text, sizeof(text));
		begin(&s, text);
		assert_int_equal(ask(&s, FETCH_INTROSPECT), FETCH_ANSWERED);
		assert_int_equal(ask(&s, FETCH_METADATA), FETCH_ANSWERED);
		pin(&s, "2048", "P-384", text, sizeof(text));
		begin(&s, text);
		assert_int_equal(ask(&s, FETCH_INTROSPECT), FETCH_TLS);
		assert_int_equal(ask(&s, FETCH_METADATA), FETCH_TLS);
		/* A pin is no reason to trust whom no authority knows. */
		pin(&s, "P-256", "2048", text, sizeof(text));
		certificate_write(
		    key_make("2048"), "IP:127.0.0.1", s.certificate);
		begin(&s, text);
		assert_int_equal(ask(&s, FETCH_INTROSPECT), FETCH_TLS);
		stage_close(&s);
	}
}

static enum fetch_result
ask_of(struct stage *s, const char *issuer)
{
	struct outcome o = {.base = s->x->base};
	struct secret form = {0};
	char url[80];

	(void)snprintf(url, sizeof(url), "%s/good", s->url);
	assert_int_equal(secret_set(&form, "token=abc", 9), STATUS_OK);
	assert_true(fetcher_ask(s->x->fetcher, FETCH_INTROSPECT, issuer, url,
			&form, deadline_in_ms(10000), outcome_done, &o) > 0);
	fixture_run_loop(s->x, GUARD_S * 1000);
	secret_clear(&form);
	assert_true(o.done);
	return o.result;
}

/* Two sections for the same server: what one opened is not for the other. */
static void
a_kept_connection_is_its_issuers_own(void **state)
{
	struct fixture *x = *state;
	struct stage s;
	char pinned[512], text[1024];

	stage_open(&s, x, TLS1_3_VERSION, NULL);
	pin(&s, "2048", "P-384", pinned, sizeof(pinned));
	(void)snprintf(text, sizeof(text),
	    "client_secret_file = %s\n"
	    "[issuer pinned]\nurl = %s\nca_file = %s\nclient_id = gate\n"
	    "audience = none\nuser_claim = username\n%s",
	    x->secret_path, s.url, s.certificate, pinned);
	begin(&s, text);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ask_of(&s, "acme"), FETCH_ANSWERED);
		assert_int_equal(ask_of(&s, "pinned"), FETCH_TLS);
	}
	stage_close(&s);
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
	    CASE(our_certificate_is_shown),
	    CASE(a_key_that_is_not_pinned_is_refused),
	    CASE(a_kept_connection_is_its_issuers_own),
	};

	if (argc == 3 && strcmp(argv[1], FETCH_ROLE) == 0)
		return fetch_main(FETCH_CHANNEL_FD, argv[2]);
	return cmocka_run_group_tests_name(
	    "fetch mtls", tests, NULL, forget_keys);
}
