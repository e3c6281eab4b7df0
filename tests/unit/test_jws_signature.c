/* SPDX-License-Identifier: ISC */
/* Signatures: the good ones, those in a form that is not the RFC's, and those
 * of somebody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "allocations.h"
#include "jws_stage.h"
#include "scopegate/cleanup.h"

#define RS_HEADER "{\"alg\":\"RS256\",\"kid\":\"rs\"}"
#define ES_HEADER "{\"alg\":\"ES256\",\"kid\":\"es\"}"
#define ED_HEADER "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}"
#define PS_HEADER "{\"alg\":\"PS256\",\"kid\":\"ps\"}"

static void
expect(const struct jws_stage *s, const char *name, const char *bytes,
    size_t length, enum jws_reason wanted)
{
	jws_stage_expect(s, name, (struct text){bytes, length}, NULL, wanted);
}

static void
expect_text(const struct jws_stage *s, const char *text, enum jws_reason wanted)
{
	expect(s, text, text, strlen(text), wanted);
}

static void
make(struct buf *ret, const char *header, EVP_PKEY *key, const char *algorithm)
{
	buf_init(ret, 2 * JWS_TOKEN_MAX);
	jws_make_token(ret, header, JWS_STAGE_PAYLOAD, key, algorithm);
}

static void
test_controls(void **state)
{
	const struct jws_stage *s = *state;
	const struct {
		const char *header, *algorithm;
		EVP_PKEY *key;
	} rows[] = {
	    {RS_HEADER, "RS256", s->rs},
	    {PS_HEADER, "PS256", s->ps},
	    {ES_HEADER, "ES256", s->es},
	    {ED_HEADER, "EdDSA", s->ed},
	    {"{\"alg\":\"Ed25519\",\"kid\":\"ed\"}", "EdDSA", s->ed},
	    {"{\"alg\":\"EdDSA\"}", "EdDSA", s->ed},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf token;

		make(&token, rows[i].header, rows[i].key, rows[i].algorithm);
		expect_text(s, buf_string(&token), JWS_ACCEPTED);
	}
}

/* RFC 8037 appendix A.4. */
static void
test_rfc_8037(void **state)
{
	static const char set[] =
	    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
	    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";
	static const char token[] =
	    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
	    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B"
	    "hVsPt9g7sVvpAr_MuM0KAg";
	struct jws_stage other = *(struct jws_stage *)*state;
	const char *why = NULL;

	assert_int_equal(jwks_read((struct text){set, strlen(set)},
			     &other.algorithms, NULL, &other.keys, &why),
	    STATUS_OK);
	expect_text(&other, token, JWS_ACCEPTED);
	expect_text(*state, token, JWS_SIGNATURE_WRONG);
	jwks_free(other.keys);
}

/* Puts `size` octets into a token of ES256 as its signature. */
static void
expect_signature(const struct jws_stage *s, const char *name,
    const uint8_t *signature, size_t size, enum jws_reason wanted)
{
	_cleanup_(buf_clear) struct buf token;

	buf_init(&token, JWS_TOKEN_MAX);
	jws_make_input(&token, ES_HEADER, strlen(ES_HEADER), JWS_STAGE_PAYLOAD,
	    strlen(JWS_STAGE_PAYLOAD));
	(void)buf_append_string(&token, ".");
	jws_make_base64url(&token, signature, size);
	expect(s, name, buf_string(&token), token.length, wanted);
}

#define HALF 32

/* RFC 7518 section 3.4. `psychic`: CVE-2022-21449. */
static void
test_ecdsa_forms(void **state)
{
	const struct jws_stage *s = *state;
	_cleanup_(buf_clear) struct buf input;
	uint8_t good[JWS_MAKE_SIGNATURE_MAX], bad[2 * HALF + 2] = {0}, *p = bad;
	uint8_t order[HALF], der[80];
	BIGNUM *n = NULL, *number = NULL;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	size_t size;

	buf_init(&input, JWS_TOKEN_MAX);
	jws_make_input(&input, ES_HEADER, strlen(ES_HEADER), JWS_STAGE_PAYLOAD,
	    strlen(JWS_STAGE_PAYLOAD));
	size = jws_make_signature(
	    s->es, "ES256", buf_string(&input), input.length, good);
	assert_int_equal(size, 2 * HALF);
	expect_signature(s, "control", good, size, JWS_ACCEPTED);
	expect_signature(s, "psychic", bad, size, JWS_SIGNATURE_WRONG);
	expect_signature(s, "empty", bad, 0, JWS_SIGNATURE_LENGTH);
	memcpy(bad, good, HALF);
	expect_signature(s, "s = 0", bad, size, JWS_SIGNATURE_WRONG);
	memset(bad, 0, HALF);
	memcpy(bad + HALF, good + HALF, HALF);
	expect_signature(s, "r = 0", bad, size, JWS_SIGNATURE_WRONG);

	assert_int_equal(
	    EVP_PKEY_get_bn_param(s->es, OSSL_PKEY_PARAM_EC_ORDER, &n), 1);
	assert_int_equal(BN_bn2binpad(n, order, HALF), HALF);
	memcpy(bad, order, HALF);
	expect_signature(s, "r = n", bad, size, JWS_SIGNATURE_WRONG);
	memcpy(bad + HALF, order, HALF);
	expect_signature(s, "r = s = n", bad, size, JWS_SIGNATURE_WRONG);
	memcpy(bad, good, HALF);
	expect_signature(s, "s = n", bad, size, JWS_SIGNATURE_WRONG);
	memset(bad, 0xff, size);
	expect_signature(s, "2^256 - 1", bad, size, JWS_SIGNATURE_WRONG);
	memcpy(bad, good + HALF, HALF);
	memcpy(bad + HALF, good, HALF);
	expect_signature(s, "s, r", bad, size, JWS_SIGNATURE_WRONG);

	/* A zero octet before each number, and behind all. */
	memset(bad, 0, sizeof(bad));
	memcpy(bad + 1, good, HALF);
	memcpy(bad + HALF + 2, good + HALF, HALF);
	expect_signature(s, "overlong", bad, size + 2, JWS_SIGNATURE_LENGTH);
	memcpy(bad, good, size);
	bad[size] = 0;
	expect_signature(s, "one more", bad, size + 1, JWS_SIGNATURE_LENGTH);
	expect_signature(s, "one less", good, size - 1, JWS_SIGNATURE_LENGTH);

	number = BN_bin2bn(good, HALF, NULL);
	assert_int_equal(
	    ECDSA_SIG_set0(sig, number, BN_bin2bn(good + HALF, HALF, NULL)), 1);
	p = der;
	size = (size_t)i2d_ECDSA_SIG(sig, &p);
	expect_signature(s, "DER", der, size, JWS_SIGNATURE_LENGTH);
	ECDSA_SIG_free(sig);
	BN_free(n);
}

/* The right `kid` and algorithm, the signature of somebody else's key or of
 * another of the issuer's. */
static void
test_other_signers(void **state)
{
	const struct jws_stage *s = *state;
	const struct {
		const char *header, *algorithm;
		EVP_PKEY *key;
		enum jws_reason wanted;
	} rows[] = {
	    {RS_HEADER, "RS256", s->strange_rs, JWS_SIGNATURE_WRONG},
	    {RS_HEADER, "RS256", s->ps, JWS_SIGNATURE_WRONG},
	    {RS_HEADER, "PS256", s->rs, JWS_SIGNATURE_WRONG},
	    {RS_HEADER, "RS384", s->rs, JWS_SIGNATURE_WRONG},
	    {PS_HEADER, "RS256", s->ps, JWS_SIGNATURE_WRONG},
	    {PS_HEADER, "PS512", s->ps, JWS_SIGNATURE_WRONG},
	    {ES_HEADER, "ES256", s->strange_es, JWS_SIGNATURE_WRONG},
	    {RS_HEADER, "ES256", s->es, JWS_SIGNATURE_LENGTH},
	    {ES_HEADER, "RS256", s->rs, JWS_SIGNATURE_LENGTH},
	    {ES_HEADER, "EdDSA", s->ed, JWS_SIGNATURE_WRONG},
	    {ED_HEADER, "ES256", s->es, JWS_SIGNATURE_WRONG},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf token;

		make(&token, rows[i].header, rows[i].key, rows[i].algorithm);
		expect_text(s, buf_string(&token), rows[i].wanted);
	}
}

/* RFC 7518 section 3.5: a salt of the digest's size, no other. */
static void
test_pss_salts(void **state)
{
	static const struct {
		int salt;
		enum jws_reason wanted;
	} rows[] = {
	    {32, JWS_ACCEPTED},
	    {0, JWS_SIGNATURE_WRONG},
	    {20, JWS_SIGNATURE_WRONG},
	    {31, JWS_SIGNATURE_WRONG},
	    {33, JWS_SIGNATURE_WRONG},
	    {RSA_PSS_SALTLEN_MAX, JWS_SIGNATURE_WRONG},
	};
	const struct jws_stage *s = *state;

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf token;
		EVP_MD_CTX *c = EVP_MD_CTX_new();
		EVP_PKEY_CTX *p = NULL;
		uint8_t signature[256];
		size_t size = sizeof(signature);

		buf_init(&token, JWS_TOKEN_MAX);
		jws_make_input(&token, PS_HEADER, strlen(PS_HEADER),
		    JWS_STAGE_PAYLOAD, strlen(JWS_STAGE_PAYLOAD));
		assert_int_equal(
		    EVP_DigestSignInit(c, &p, EVP_sha256(), NULL, s->ps), 1);
		assert_int_equal(
		    EVP_PKEY_CTX_set_rsa_padding(p, RSA_PKCS1_PSS_PADDING), 1);
		assert_int_equal(
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(p, rows[i].salt), 1);
		assert_int_equal(EVP_DigestSign(c, signature, &size, token.data,
				     token.length),
		    1);
		EVP_MD_CTX_free(c);
		(void)buf_append_string(&token, ".");
		jws_make_base64url(&token, signature, size);
		expect_text(s, buf_string(&token), rows[i].wanted);
	}
}

/* Asked without a token around it, a key still wants its length. */
static void
test_bare_lengths(void **state)
{
	const struct jws_stage *s = *state;
	static const char text[] = "text";
	uint8_t signature[2 * JWK_SIGNATURE_MAX] = {0};

	for (size_t i = 0; i < s->keys->count; i++) {
		const struct jwk *k = &s->keys->keys[i];
		EVP_PKEY *const keys[] = {s->rs, s->ps, s->es, s->ed};
		size_t good = jws_make_signature(
		    keys[i], k->algorithm->name, text, strlen(text), signature);

		for (size_t size = 0; size < sizeof(signature); size++)
			assert_true(
			    jwk_verify(k, (struct text){text, strlen(text)},
				signature, size) == (size == good));
	}
}

static void
test_no_memory(void **state)
{
	const struct jws_stage *s = *state;
	_cleanup_(buf_clear) struct buf token;

	make(&token, RS_HEADER, s->rs, "RS256");
	allocation_fail_next();
	expect_text(s, buf_string(&token), JWS_NO_MEMORY);
	expect_text(s, buf_string(&token), JWS_ACCEPTED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_controls),
	    cmocka_unit_test(test_rfc_8037),
	    cmocka_unit_test(test_ecdsa_forms),
	    cmocka_unit_test(test_other_signers),
	    cmocka_unit_test(test_pss_salts),
	    cmocka_unit_test(test_bare_lengths),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name(
	    "jws_signature", tests, jws_stage_open, jws_stage_close);
}
