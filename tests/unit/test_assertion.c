/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "allocations.h"
#include "assertion_read.h"
#include "fetch/assertion.h"
#include "key_make.h"
#include "scopegate/cleanup.h"

/* What we sign, read by another's eyes. */

#define NOW 1795737600
#define MANY 500

static char place[64], path[96];
static bool random_gone, signing_fails;

ssize_t __real_getrandom(void *octets, size_t size, unsigned int flags);
ssize_t __wrap_getrandom(void *octets, size_t size, unsigned int flags);
ssize_t
__wrap_getrandom(void *octets, size_t size, unsigned int flags)
{
	if (!random_gone)
		return __real_getrandom(octets, size, flags);
	errno = ENOSYS;
	return -1;
}

int __real_EVP_DigestSign(EVP_MD_CTX *c, unsigned char *signature, size_t *size,
    const unsigned char *text, size_t length);
int __wrap_EVP_DigestSign(EVP_MD_CTX *c, unsigned char *signature, size_t *size,
    const unsigned char *text, size_t length);
int
__wrap_EVP_DigestSign(EVP_MD_CTX *c, unsigned char *signature, size_t *size,
    const unsigned char *text, size_t length)
{
	return signing_fails
		   ? 0
		   : __real_EVP_DigestSign(c, signature, size, text, length);
}
static char url[] = "https://sso.example.com/realms/trading";
static char client_id[] = "ssh-gate:1 \"x\"";

static int
start(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	(void)snprintf(place, sizeof(place), "%s/assertionXXXXXX",
	    tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(place));
	(void)snprintf(path, sizeof(path), "%s/key", place);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	(void)unlink(path);
	(void)rmdir(place);
	key_make_done();
	return 0;
}

static struct issuer
issuer_with(int alg)
{
	return (struct issuer){.url = url,
	    .client_id = client_id,
	    .proof = {.key_file = path, .assertion_alg = alg}};
}

static void
load(const struct issuer *issuer, struct signer *ret)
{
	struct conf_error e = {.text = ""};

	if (signer_load(issuer, ret, &e) != STATUS_OK)
		fail_msg("%s", e.text);
}

static const struct {
	const char *kind;
	enum assertion_alg wanted;
	const char *alg;
} rows[] = {
    {"P-256", ASSERTION_AUTO, "ES256"},
    {"P-256", ASSERTION_ES256, "ES256"},
    {"Ed25519", ASSERTION_AUTO, "EdDSA"},
    {"Ed25519", ASSERTION_EDDSA, "EdDSA"},
    {"2048", ASSERTION_AUTO, "RS256"},
    {"2048", ASSERTION_RS256, "RS256"},
    {"2048", ASSERTION_PS256, "PS256"},
    {"3072", ASSERTION_PS256, "PS256"},
    {"8192", ASSERTION_PS256, "PS256"},
};

static void
each_kind_of_key_signs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(signer_clear) struct signer s = {0};
		_cleanup_(secret_clear) struct secret form = {0};
		struct issuer issuer = issuer_with((int)rows[i].wanted);
		EVP_PKEY *key = key_make(rows[i].kind);
		struct assertion_read a;

		key_write(key, path, 0600, NULL);
		load(&issuer, &s);
		assert_int_equal(assertion_put(&s, NOW, &form), STATUS_OK);
		assertion_read(form.bytes, &a);
		assert_string_equal(a.alg, rows[i].alg);
		assert_string_equal(a.typ, "JWT");
		assert_string_equal(a.kid, "");
		if (!assertion_verifies(&a, key, rows[i].alg))
			fail_msg("%s %s", rows[i].kind, rows[i].alg);
		/* An octet of what was signed is not what was signed. */
		a.text[20] = a.text[20] == 'A' ? 'B' : 'A';
		assert_false(assertion_verifies(&a, key, rows[i].alg));
	}
}

static void
claims_are_those_of_the_standard(void **state)
{
	_cleanup_(signer_clear) struct signer s = {0};
	_cleanup_(secret_clear) struct secret form = {0};
	struct issuer issuer = issuer_with(ASSERTION_AUTO);
	struct assertion_read a;

	(void)state;
	key_write(key_make("P-256"), path, 0600, NULL);
	load(&issuer, &s);
	assert_int_equal(secret_set(&form, "token=abc", 9), STATUS_OK);
	assert_int_equal(assertion_put(&s, NOW, &form), STATUS_OK);
	assert_ptr_equal(
	    strstr(form.bytes, "token=abc&client_id=ssh-gate%3A1+%22x%22&"),
	    form.bytes);
	assertion_read(form.bytes, &a);
	assert_string_equal(a.iss, client_id);
	assert_string_equal(a.sub, client_id);
	assert_string_equal(a.aud, url);
	assert_int_equal(a.iat, NOW);
	assert_int_equal(a.exp, NOW + 60);
	/* 128 bits. */
	assert_int_equal(strlen(a.jti), 22);
}

static void
kid_and_audience_are_as_written(void **state)
{
	static char kid[] = "k\"1",
		    audience[] = "https://sso.example.com/token";
	_cleanup_(signer_clear) struct signer s = {0};
	_cleanup_(secret_clear) struct secret form = {0};
	struct issuer issuer = issuer_with(ASSERTION_AUTO);
	struct assertion_read a;

	(void)state;
	issuer.proof.key_id = kid;
	issuer.proof.assertion_audience = audience;
	key_write(key_make("Ed25519"), path, 0600, NULL);
	load(&issuer, &s);
	assert_int_equal(assertion_put(&s, NOW, &form), STATUS_OK);
	assertion_read(form.bytes, &a);
	assert_string_equal(a.kid, kid);
	assert_string_equal(a.aud, audience);
	assert_string_equal(
	    a.header, "{\"alg\":\"EdDSA\",\"kid\":\"k\\\"1\",\"typ\":\"JWT\"}");
}

static void
no_two_are_the_same(void **state)
{
	static char seen[MANY][64];
	_cleanup_(signer_clear) struct signer s = {0};
	struct issuer issuer = issuer_with(ASSERTION_AUTO);

	(void)state;
	key_write(key_make("P-256"), path, 0600, NULL);
	load(&issuer, &s);
	for (size_t i = 0; i < MANY; i++) {
		_cleanup_(secret_clear) struct secret form = {0};
		struct assertion_read a;

		assert_int_equal(assertion_put(&s, NOW, &form), STATUS_OK);
		assertion_read(form.bytes, &a);
		/* r and s now and then begin with a zero octet. */
		assert_true(assertion_verifies(&a, key_make("P-256"), "ES256"));
		assert_int_equal(strlen(strrchr(a.text, '.') + 1), 86);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(seen[k], a.jti);
		(void)snprintf(seen[i], sizeof(seen[i]), "%s", a.jti);
	}
}

/* The longest that the configuration lets through. */
static void
long_names_fit(void **state)
{
	char words[4][200];
	_cleanup_(signer_clear) struct signer s = {0};
	_cleanup_(secret_clear) struct secret form = {0};
	struct issuer issuer = issuer_with(ASSERTION_PS256);
	const char *body;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(words); i++) {
		memset(words[i], '"', CONF_LINE_MAX);
		words[i][CONF_LINE_MAX] = '\0';
	}
	issuer.url = words[0];
	issuer.client_id = words[1];
	issuer.proof.key_id = words[2];
	issuer.proof.assertion_audience = words[3];
	key_write(key_make("8192"), path, 0600, NULL);
	load(&issuer, &s);
	assert_int_equal(assertion_put(&s, NOW, &form), STATUS_OK);
	body = strstr(form.bytes, "client_assertion=");
	assert_true(strlen(body) < ASSERTION_MAX);
}

static void
a_key_that_will_not_do_is_not_loaded(void **state)
{
	static const struct {
		const char *kind;
		enum assertion_alg wanted;
		const char *said;
	} bad[] = {
	    {"P-384", ASSERTION_AUTO, "of no kind that can sign"},
	    {"X25519", ASSERTION_AUTO, "of no kind that can sign"},
	    {"RSA-PSS", ASSERTION_PS256, "of no kind that can sign"},
	    {"1024", ASSERTION_AUTO, "less than 2048 bits"},
	    {"P-256", ASSERTION_RS256, "does not fit client_assertion_alg"},
	    {"2048", ASSERTION_ES256, "does not fit client_assertion_alg"},
	    {"2048", ASSERTION_EDDSA, "does not fit client_assertion_alg"},
	    {"Ed25519", ASSERTION_PS256, "does not fit client_assertion_alg"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		struct issuer issuer = issuer_with((int)bad[i].wanted);
		struct signer s = {0};
		struct conf_error e = {.text = ""};

		key_write(key_make(bad[i].kind), path, 0600, NULL);
		assert_int_equal(signer_load(&issuer, &s, &e), STATUS_INVALID);
		if (strstr(e.text, bad[i].said) == NULL)
			fail_msg("%s: %s", bad[i].kind, e.text);
		assert_null(s.key);
		assert_string_equal(e.file, path);
	}
}

/* A predictable jti could be used up by somebody else. */
static void
without_randomness_nothing_is_signed(void **state)
{
	_cleanup_(signer_clear) struct signer s = {0};
	_cleanup_(secret_clear) struct secret form = {0};
	struct issuer issuer = issuer_with(ASSERTION_AUTO);

	(void)state;
	key_write(key_make("P-256"), path, 0600, NULL);
	load(&issuer, &s);
	random_gone = true;
	assert_int_equal(assertion_put(&s, NOW, &form), STATUS_IO);
	random_gone = false;
	assert_int_equal(form.length, 0);
	signing_fails = true;
	assert_int_equal(assertion_put(&s, NOW, &form), STATUS_IO);
	signing_fails = false;
	assert_int_equal(form.length, 0);
	allocation_fail_next();
	assert_int_equal(assertion_put(&s, NOW, &form), STATUS_NOMEM);
	assert_int_equal(form.length, 0);
	assert_int_equal(assertion_put(&s, NOW, &form), STATUS_OK);
}

static void
freed_memory_tells_nothing(void **state)
{
	/* Of the key's file, of the claims, and of the claims encoded. */
	const char *texts[] = {NULL, "\"jti\":\"", "eyJpc3MiOiJ"};
	struct issuer issuer = issuer_with(ASSERTION_AUTO);
	char pem[512] = "";
	FILE *f;

	(void)state;
	key_write(key_make("P-256"), path, 0600, NULL);
	f = fopen(path, "re");
	assert_true(f != NULL && fread(pem, 1, sizeof(pem) - 1, f) > 64);
	(void)fclose(f);
	texts[0] = strchr(pem, '\n') + 1;
	pem[strcspn(pem, "\n") + 1 + 40] = '\0';
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		struct signer s = {0};
		struct secret form = {0};

		frees_watch(texts[i]);
		load(&issuer, &s);
		assert_int_equal(assertion_put(&s, NOW, &form), STATUS_OK);
		signer_clear(&s);
		secret_clear(&form);
		assert_true(frees_seen() > 0);
		if (frees_with_text() > 0)
			fail_msg("`%s` is left behind", texts[i]);
		frees_watch(NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_kind_of_key_signs),
	    cmocka_unit_test(claims_are_those_of_the_standard),
	    cmocka_unit_test(kid_and_audience_are_as_written),
	    cmocka_unit_test(no_two_are_the_same),
	    cmocka_unit_test(long_names_fit),
	    cmocka_unit_test(a_key_that_will_not_do_is_not_loaded),
	    cmocka_unit_test(without_randomness_nothing_is_signed),
	    cmocka_unit_test(freed_memory_tells_nothing),
	};

	return cmocka_run_group_tests_name("assertion", tests, start, end);
}
