/* SPDX-License-Identifier: ISC */
/*
 * The ways in which a client shows who it is: what each needs, what it has no
 * use for, and files that will not do.
 */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "key_make.h"
#include "scopegate/cleanup.h"

#define PASSPHRASE "open-sesame"

/* The section's line LINE_SECRET, 8, is replaced. */
static const struct row {
	const char *text;
	unsigned int line;          /* that is told; 0: it is good */
	const char *wrong, *remedy; /* parts of the message */
} rows[] = {
    {"client_secret_file = $/secret\nbasic_encoding = raw", 0, NULL, NULL},
    {"client_secret_file = $/secret\nclient_auth = client_secret_post", 0, NULL,
	NULL},
    {"client_auth = private_key_jwt\nclient_key_file = $/p256.key", 0, NULL,
	NULL},
    {"client_auth = private_key_jwt\nclient_key_file = $/rsa.key\n"
     "client_assertion_alg = PS256\nclient_key_id = a:b\n"
     "client_assertion_audience = https://sso.example.com/token",
	0, NULL, NULL},
    {"client_auth = tls_client_auth\nclient_certificate_file = $/p256.pem\n"
     "client_certificate_key_file = $/p256.key",
	0, NULL, NULL},
    {"client_auth = self_signed_tls_client_auth\n"
     "client_certificate_file = $/p256.pem\n"
     "client_certificate_key_file = $/p256.key",
	0, NULL, NULL},
    /* A certificate beside another way. */
    {"client_secret_file = $/secret\nclient_certificate_file = $/p256.pem\n"
     "client_certificate_key_file = $/p256.key",
	0, NULL, NULL},
    {"client_auth = bearer\nbearer_token_file = $/token", 0, NULL, NULL},
    {"client_auth = bearer\nclient_secret_file = $/secret\n"
     "token_endpoint = https://sso.example.com/token",
	0, NULL, NULL},
    {"client_auth = bearer\nbearer_client_auth = private_key_jwt\n"
     "client_key_file = $/p256.key\n"
     "token_endpoint = https://sso.example.com/token",
	0, NULL, NULL},
    /* What a way needs. */
    {"client_auth = client_secret_post", 5, "lacks client_secret_file", "add"},
    {"client_auth = private_key_jwt", 5, "lacks client_key_file", "add"},
    {"client_auth = tls_client_auth", 5, "lacks client_certificate_file",
	"add"},
    {"client_auth = self_signed_tls_client_auth", 5,
	"lacks client_certificate_file", "add"},
    {"client_auth = bearer", 8, "gets its token at the token endpoint",
	"bearer_token_file = FILE"},
    {"client_auth = bearer\ntoken_endpoint = https://sso.example.com/t", 5,
	"lacks client_secret_file", "add"},
    {"client_auth = bearer\ntoken_endpoint = https://sso.example.com/t\n"
     "bearer_client_auth = private_key_jwt",
	5, "lacks client_key_file", "add"},
    {"client_secret_file = $/secret\nclient_certificate_file = $/p256.pem", 9,
	"without its private key", "client_certificate_key_file = FILE"},
    {"client_secret_file = $/secret\nclient_certificate_key_file = $/p256.key",
	9, "without its certificate", "client_certificate_file = FILE"},
    /* What it has no use for. */
    {"client_secret_file = $/secret\nclient_key_file = $/p256.key", 9,
	"stands beside `client_auth = client_secret_basic`", "remove one"},
    {"client_secret_file = $/secret\nclient_key_id = a", 9,
	"is for private_key_jwt", "remove one"},
    {"client_secret_file = $/secret\nclient_assertion_alg = auto", 9,
	"is for private_key_jwt", "remove one"},
    {"client_secret_file = $/secret\nclient_assertion_audience = a", 9,
	"is for private_key_jwt", "remove one"},
    {"client_secret_file = $/secret\nbearer_token_file = $/token", 9,
	"is for bearer", "remove one"},
    {"client_secret_file = $/secret\nbearer_client_auth = client_secret_post",
	9, "is for bearer", "remove one"},
    {"client_secret_file = $/secret\nbasic_encoding = raw\n"
     "client_auth = client_secret_post",
	9, "is for client_secret_basic", "remove one"},
    {"client_auth = private_key_jwt\nclient_key_file = $/p256.key\n"
     "client_secret_file = $/secret",
	10, "stands beside `client_auth = private_key_jwt`", "remove one"},
    {"client_auth = tls_client_auth\nclient_certificate_file = $/p256.pem\n"
     "client_certificate_key_file = $/p256.key\n"
     "client_secret_file = $/secret",
	11, "stands beside `client_auth = tls_client_auth`", "remove one"},
    {"client_auth = bearer\nbearer_token_file = $/token\n"
     "client_secret_file = $/secret",
	10, "stands beside `client_auth = bearer`", "remove one"},
    {"client_auth = bearer\nbearer_token_file = $/token\n"
     "bearer_client_auth = client_secret_basic",
	10, "beside bearer_token_file", "remove one"},
    {"client_auth = private_key_jwt\nclient_key_file = $/p256.key\n"
     "exchange = kite",
	8, "without the secret", "remove it"},
    {"client_auth = jwt", 8, "not good", "private_key_jwt"},
    {"client_auth = private_key_jwt\nclient_key_file = $/p256.key\n"
     "client_assertion_alg = HS256",
	10, "not good", "ES256"},
    /* Files. */
    {"client_auth = private_key_jwt\nclient_key_file = key", 9, "not good",
	"absolute"},
    {"client_auth = private_key_jwt\nclient_key_file = $/none", 9,
	"does not exist: put the client's private key there",
	"install -m 0600"},
    {"client_auth = private_key_jwt\nclient_key_file = $/open.key", 9,
	"open to others (mode 0640)", "chmod 0600"},
    {"client_auth = private_key_jwt\nclient_key_file = $/link.key", 9,
	"symbolic link", "readlink"},
    {"client_auth = private_key_jwt\nclient_key_file = $", 9, "no regular file",
	"private key into a file"},
    {"client_auth = private_key_jwt\nclient_key_file = $/empty", 9, "is empty",
	"write the client's private key"},
    {"client_auth = private_key_jwt\nclient_key_file = $/large", 9,
	"more than 32768 octets", "write the client's private key"},
    {"client_auth = private_key_jwt\nclient_key_file = $/secret", 9,
	"no private key in PEM", "openssl genpkey"},
    {"client_auth = private_key_jwt\nclient_key_file = $/closed.pem", 9,
	"no private key in PEM", "openssl genpkey"},
    {"client_auth = private_key_jwt\nclient_key_file = $/locked.key", 9,
	"locked by a passphrase", "openssl pkey"},
    {"client_auth = private_key_jwt\nclient_key_file = $/weak.key", 9,
	"less than 2048 bits", "EC P-256"},
    {"client_auth = private_key_jwt\nclient_key_file = $/p384.key", 9,
	"of no kind that can sign", "EC P-256"},
    {"client_auth = private_key_jwt\nclient_key_file = $/p256.key\n"
     "client_assertion_alg = RS256",
	9, "does not fit client_assertion_alg", "make another"},
    {"client_auth = tls_client_auth\nclient_certificate_file = $/none\n"
     "client_certificate_key_file = $/p256.key",
	9, "does not exist: put the client's certificate there", "install"},
    {"client_auth = tls_client_auth\nclient_certificate_file = $/secret\n"
     "client_certificate_key_file = $/p256.key",
	9, "no certificate in PEM", "write ours there"},
    {"client_auth = tls_client_auth\nclient_certificate_file = $/p256.pem\n"
     "client_certificate_key_file = $/rsa.key",
	9, "a certificate of another key", "put ours first"},
    {"client_auth = tls_client_auth\nclient_certificate_file = $/p256.pem\n"
     "client_certificate_key_file = $/open.key",
	10, "open to others", "chmod 0600"},
    {"client_auth = tls_client_auth\nclient_certificate_file = $/p256.pem\n"
     "client_certificate_key_file = $/locked.key",
	10, "locked by a passphrase", "openssl pkey"},
    {"client_auth = bearer\nbearer_token_file = $/none", 9,
	"does not exist: put the token there", "install"},
    {"client_auth = bearer\nbearer_token_file = $/blank", 9,
	"holds an octet that a bearer token cannot have", "on one line"},
    {"client_auth = bearer\nbearer_token_file = $/p256.key", 9,
	"more than one line", "on one line"},
};

static void
make_key(const struct config_made *m, const char *name, const char *kind,
    mode_t mode, const char *passphrase)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", m->folder, name);
	key_write(key_make(kind), path, mode, passphrase);
	config_make_give(m, name, "nobody");
}

static void
make_file(const struct config_made *m, const char *name, const char *text)
{
	config_make_file(m, name, text, 0600);
	config_make_give(m, name, "nobody");
}

static void
make_all(struct config_made *m)
{
	static char large[32770];
	char path[256], link[256];

	config_make(m);
	make_key(m, "p256.key", "P-256", 0600, NULL);
	make_key(m, "rsa.key", "2048", 0600, NULL);
	make_key(m, "open.key", "P-256", 0640, NULL);
	make_key(m, "weak.key", "1024", 0600, NULL);
	make_key(m, "p384.key", "P-384", 0600, NULL);
	make_key(m, "locked.key", "P-256", 0600, PASSPHRASE);
	make_file(m, "empty", "");
	make_file(m, "token", "abc.def-1_2~+/==\n");
	make_file(m, "blank", "abc def\n");
	memset(large, 'x', sizeof(large) - 1);
	make_file(m, "large", large);
	(void)snprintf(path, sizeof(path), "%s/p256.key", m->folder);
	(void)snprintf(link, sizeof(link), "%s/link.key", m->folder);
	assert_int_equal(symlink(path, link), 0);
	(void)snprintf(path, sizeof(path), "%s/p256.pem", m->folder);
	certificate_write(key_make("P-256"), "DNS:gate.example.com", path);
	(void)snprintf(path, sizeof(path), "%s/closed.pem", m->folder);
	certificate_write(key_make("P-256"), "DNS:gate.example.com", path);
	assert_int_equal(chmod(path, 0600), 0);
	config_make_give(m, "closed.pem", "nobody");
}

static void
test_ways(void **state)
{
	struct config_made m;

	(void)state;
	make_all(&m);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(config_unrefp) struct config *c = NULL;
		struct conf_error e = {.text = ""};
		enum status s;

		config_make_main(&m, LINE_SECRET, rows[i].text);
		s = config_make_load(&m, &c, &e);
		if ((s == STATUS_OK) != (rows[i].line == 0))
			fail_msg("%s: %u: %s", rows[i].text, e.line, e.text);
		if (rows[i].line == 0)
			continue;
		if (e.line != rows[i].line ||
		    strstr(e.text, rows[i].wrong) == NULL ||
		    strstr(e.text, rows[i].remedy) == NULL)
			fail_msg("%s: %u: %s", rows[i].text, e.line, e.text);
		assert_null(strstr(e.text, PASSPHRASE));
		assert_null(strstr(e.text, "BEGIN"));
	}
	config_make_done(&m);
}

static void
test_raw_and_colon(void **state)
{
	struct config_made m;
	struct config *c = NULL;
	struct conf_error e = {.text = ""};

	(void)state;
	make_all(&m);
	config_make_main(&m, LINE_CLIENT_ID,
	    "client_id = https://gate.example.com\nbasic_encoding = raw");
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_INVALID);
	assert_int_equal(e.line, LINE_CLIENT_ID);
	assert_non_null(strstr(e.text, "holds a colon"));
	assert_non_null(strstr(e.text, "client_secret_post"));
	config_make_main(&m, LINE_CLIENT_ID, "client_id = a:b");
	config_unref(config_make_good(&m));
	config_make_done(&m);
}

/* Over plain HTTP there is no TLS to show anything in. */
static void
test_plain_http(void **state)
{
	struct config_made m;
	struct config *c = NULL;
	struct conf_error e = {.text = ""};

	(void)state;
	make_all(&m);
	config_make_main(&m, LINE_URL,
	    "url = http://127.0.0.1:1\ninsecure_loopback = yes\n"
	    "client_certificate_file = $/p256.pem\n"
	    "client_certificate_key_file = $/p256.key");
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_INVALID);
	assert_non_null(strstr(e.text, "is shown in TLS"));
	config_make_done(&m);
}

/* Codes are exchanged by a client, and a bearer token shows none. */
static void
test_bearer_and_sign_in(void **state)
{
	static const char *const logins[] = {"browser", "device"};
	struct config_made m;

	(void)state;
	make_all(&m);
	for (size_t i = 0; i < ELEMENTS(logins); i++) {
		struct config *c = NULL;
		struct conf_error e = {.text = ""};
		char text[512];

		(void)snprintf(text, sizeof(text),
		    "client_auth = bearer\nbearer_token_file = $/token\n"
		    "redirect_uri = https://gate.example.com/callback\n"
		    "audience = a\nuser_claim = b\n[policy first]\n"
		    "service = sudo\nissuer = acme\nrequire = x\n"
		    "login = %s\n[issuer other]\nurl = https://o.example.com\n"
		    "client_id = a\nclient_secret_file = $/secret",
		    logins[i]);
		config_make_main(&m, LINE_SECRET, text);
		assert_int_equal(config_make_load(&m, &c, &e), STATUS_INVALID);
		assert_int_equal(e.line, 17);
		assert_non_null(strstr(e.text, "shows nobody"));
		assert_non_null(strstr(e.text, "bearer_client_auth"));
	}
	config_make_done(&m);
}

/* RFC 6749 section 3.2.1: nor can one redeem codes for a grant. */
static void
test_bearer_and_grants(void **state)
{
	struct config_made m;
	struct config *c = NULL;
	struct conf_error e = {.text = ""};

	(void)state;
	make_all(&m);
	config_make_main(&m, LINE_AUDIENCE,
	    "client_auth = bearer\nvalidation = grant\n"
	    "token_endpoint = https://sso.example.com/token");
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_INVALID);
	assert_int_equal(e.line, LINE_AUDIENCE);
	assert_non_null(strstr(e.text, "is for introspection alone"));
	config_make_done(&m);
}

/* Of another user's, or of root's, as for a secret. */
static void
test_owners_of_keys(void **state)
{
	struct config_made m;
	struct config *c = NULL;
	struct conf_error e = {.text = ""};

	(void)state;
	if (geteuid() != 0)
		return;
	make_all(&m);
	config_make_main(&m, LINE_SECRET,
	    "client_auth = private_key_jwt\nclient_key_file = $/p256.key");
	config_make_give(&m, "p256.key", "daemon");
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_FORBIDDEN);
	assert_non_null(strstr(e.text, "belongs to uid"));
	config_make_give(&m, "p256.key", "root");
	assert_int_equal(config_make_load(&m, &c, &e), STATUS_FORBIDDEN);
	assert_non_null(strstr(e.text, "belongs to root"));
	config_make_done(&m);
}

static int
forget_keys(void **state)
{
	(void)state;
	key_make_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ways),
	    cmocka_unit_test(test_raw_and_colon),
	    cmocka_unit_test(test_plain_http),
	    cmocka_unit_test(test_bearer_and_sign_in),
	    cmocka_unit_test(test_bearer_and_grants),
	    cmocka_unit_test(test_owners_of_keys),
	};

	return cmocka_run_group_tests_name(
	    "config_client", tests, NULL, forget_keys);
}
