/* SPDX-License-Identifier: ISC */
/* Keys and signatures, against the standards' own examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "allocations.h"
#include "base64url_read.h"
#include "jose/sign.h"
#include "scopegate/cleanup.h"

/* The standards' own examples. */

static bool
read_vector(const char *name, char *ret, size_t size)
{
	const char *given = getenv("SCOPEGATE_VECTORS");
	const char *source = getenv("top_srcdir");
	char path[PATH_MAX];
	FILE *file;
	size_t length;

	(void)snprintf(path, sizeof(path), "%s%s/jose-rfc/%s",
	    given != NULL    ? given
	    : source != NULL ? source
			     : ".",
	    given != NULL ? "" : "/../shared/vectors", name);
	file = fopen(path, "r");
	if (file == NULL) {
		print_message("no %s: set SCOPEGATE_VECTORS\n", path);
		return false;
	}
	length = fread(ret, 1, size - 1, file);
	ret[length] = '\0';
	(void)fclose(file);
	return length > 0;
}

/* A private key in JSON (RFC 7518 section 6.3) as the broker takes one. */
static struct rsa_key *
key_from_jwk(const char *text)
{
	static const char *const names[][2] = {
	    {"n", OSSL_PKEY_PARAM_RSA_N},
	    {"e", OSSL_PKEY_PARAM_RSA_E},
	    {"d", OSSL_PKEY_PARAM_RSA_D},
	    {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
	    {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
	    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
	    {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
	    {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1},
	};
	_cleanup_(json_freep) struct json *j = NULL;
	_cleanup_(buf_clear) struct buf der = {0};
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *numbers[ELEMENTS(names)];
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	struct rsa_key raw = {0}, *k = NULL;
	OSSL_PARAM *parameters;
	const char *reason;

	assert_int_equal(
	    json_parse(text, strlen(text), &j, &reason), STATUS_OK);
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		const char *value = NULL;
		uint8_t octets[512];

		assert_int_equal(
		    json_string(json_get(json_top(j), names[i][0]), &value),
		    STATUS_OK);
		numbers[i] = BN_bin2bn(octets,
		    (int)base64url_read(value, strlen(value), octets), NULL);
		assert_int_equal(
		    OSSL_PARAM_BLD_push_BN(build, names[i][1], numbers[i]), 1);
	}
	parameters = OSSL_PARAM_BLD_to_param(build);
	assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
	assert_int_equal(
	    EVP_PKEY_fromdata(context, &raw.pkey, EVP_PKEY_KEYPAIR, parameters),
	    1);
	buf_init_sensitive(&der, RSA_KEY_BYTES_MAX);
	assert_int_equal(rsa_key_to_bytes(&raw, &der), STATUS_OK);
	assert_int_equal(
	    rsa_key_from_bytes(der.data, der.length, &k), STATUS_OK);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(raw.pkey);
	for (size_t i = 0; i < ELEMENTS(names); i++)
		BN_free(numbers[i]);
	return k;
}

static void
signs_as_rfc_7515_does(void **state)
{
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;
	_cleanup_(buf_clear) struct buf jws = {0};
	const struct jws_header header = {NULL, NULL};
	char jwk[4096], wanted[2048], claims[512];
	const char *payload;
	size_t length;

	(void)state;
	if (!read_vector("rfc7515_A.2.jwk", jwk, sizeof(jwk)) ||
	    !read_vector("rfc7515_A.2.jwsc", wanted, sizeof(wanted)))
		return;
	wanted[strcspn(wanted, "\r\n")] = '\0';
	k = key_from_jwk(jwk);
	payload = strchr(wanted, '.') + 1;
	length =
	    base64url_read(payload, strcspn(payload, "."), (uint8_t *)claims);
	buf_init_sensitive(&jws, JWS_MAX);
	assert_int_equal(jws_sign(k, &header, claims, length, &jws), STATUS_OK);
	assert_string_equal(buf_string(&jws), wanted);
}

static void
names_keys_as_rfc_7638_does(void **state)
{
	_cleanup_(json_freep) struct json *j = NULL;
	char jwk[4096], wanted[64], id[RSA_KEY_ID_SIZE];
	const char *reason, *n = NULL, *e = NULL;

	(void)state;
	if (!read_vector("rfc7638_3.1.jwk", jwk, sizeof(jwk)) ||
	    !read_vector("rfc7638_3.1.thp", wanted, sizeof(wanted)))
		return;
	wanted[strcspn(wanted, "\r\n")] = '\0';
	assert_int_equal(json_parse(jwk, strlen(jwk), &j, &reason), STATUS_OK);
	assert_int_equal(
	    json_string(json_get(json_top(j), "n"), &n), STATUS_OK);
	assert_int_equal(
	    json_string(json_get(json_top(j), "e"), &e), STATUS_OK);
	assert_int_equal(rsa_key_thumbprint(n, e, id), STATUS_OK);
	assert_string_equal(id, wanted);
}

/* Keys. */

static void
keeps_a_key_whole(void **state)
{
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL, *back = NULL;
	_cleanup_(buf_clear) struct buf der = {0};

	(void)state;
	assert_int_equal(rsa_key_generate(&k), STATUS_OK);
	assert_int_equal(EVP_PKEY_get_bits(k->pkey), RSA_KEY_BITS);
	assert_int_equal(strlen(k->id), RSA_KEY_ID_SIZE - 1);
	assert_string_equal(buf_string(&k->e), "AQAB");
	buf_init_sensitive(&der, RSA_KEY_BYTES_MAX);
	assert_int_equal(rsa_key_to_bytes(k, &der), STATUS_OK);
	assert_int_equal(
	    rsa_key_from_bytes(der.data, der.length, &back), STATUS_OK);
	assert_string_equal(back->id, k->id);
	assert_int_equal(EVP_PKEY_eq(back->pkey, k->pkey), 1);
}

static void
refuse_bytes(const struct buf *der, size_t length)
{
	struct rsa_key *k = NULL;

	assert_int_equal(
	    rsa_key_from_bytes(der->data, length, &k), STATUS_MALFORMED);
	assert_null(k);
}

static void
refuses_bytes_that_are_no_whole_key(void **state)
{
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;
	_cleanup_(buf_clear) struct buf der = {0};

	(void)state;
	assert_int_equal(rsa_key_generate(&k), STATUS_OK);
	buf_init_sensitive(&der, RSA_KEY_BYTES_MAX + 1);
	assert_int_equal(rsa_key_to_bytes(k, &der), STATUS_OK);
	refuse_bytes(&der, 0);
	refuse_bytes(&der, 1);
	refuse_bytes(&der, der.length - 1);
	buf_append_byte(&der, 0);
	refuse_bytes(&der, der.length);
	while (der.length <= RSA_KEY_BYTES_MAX)
		buf_append_byte(&der, 0);
	refuse_bytes(&der, der.length);
}

/* For RSASSA-PSS alone: RS256 is not what it may sign with. */
static EVP_PKEY *
new_pss_key(void)
{
	EVP_PKEY_CTX *context =
	    EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
	EVP_PKEY *pkey = NULL;

	assert_int_equal(EVP_PKEY_keygen_init(context), 1);
	assert_int_equal(EVP_PKEY_generate(context, &pkey), 1);
	EVP_PKEY_CTX_free(context);
	return pkey;
}

static void
refuses_other_kinds_of_keys(void **state)
{
	struct rsa_key raw[] = {
	    {.pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")},
	    {.pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2040)},
	    {.pkey = new_pss_key()},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(raw); i++) {
		_cleanup_(buf_clear) struct buf der = {0};

		buf_init_sensitive(&der, RSA_KEY_BYTES_MAX);
		assert_int_equal(rsa_key_to_bytes(&raw[i], &der), STATUS_OK);
		refuse_bytes(&der, der.length);
		EVP_PKEY_free(raw[i].pkey);
	}
}

static void
signs_so_that_others_can_verify(void **state)
{
	static const char start[] =
	    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsiLCJ0eXAiOiJ0In0.e30.";
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;
	_cleanup_(buf_clear) struct buf jws = {0};
	const struct jws_header header = {"k", "t"};
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t size, length = sizeof(start) - 1;
	uint8_t signature[512];

	(void)state;
	assert_int_equal(rsa_key_generate(&k), STATUS_OK);
	buf_init_sensitive(&jws, JWS_MAX);
	assert_int_equal(jws_sign(k, &header, "{}", 2, &jws), STATUS_OK);
	assert_memory_equal(jws.data, start, length);
	size = base64url_read(
	    buf_string(&jws) + length, jws.length - length, signature);
	assert_int_equal(size, RSA_KEY_BITS / 8);
	assert_int_equal(
	    EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, k->pkey),
	    1);
	assert_int_equal(
	    EVP_DigestVerify(context, signature, size, jws.data, length - 1),
	    1);
	EVP_MD_CTX_free(context);
}

/* Of four primes: large, and found fast. */
static EVP_PKEY *
new_key_of_size(int bits)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *pkey = NULL;

	assert_int_equal(EVP_PKEY_keygen_init(context), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_primes(context, 4), 1);
	assert_int_equal(EVP_PKEY_generate(context, &pkey), 1);
	EVP_PKEY_CTX_free(context);
	return pkey;
}

static void
takes_keys_up_to_a_size(void **state)
{
	(void)state;
	for (int more = 0; more <= 8; more += 8) {
		_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;
		_cleanup_(buf_clear) struct buf der = {0}, jws = {0};
		const struct jws_header header = {NULL, NULL};
		struct rsa_key raw = {
		    .pkey = new_key_of_size(RSA_KEY_BITS_MAX + more)};

		buf_init_sensitive(&der, RSA_KEY_BYTES_MAX);
		assert_int_equal(rsa_key_to_bytes(&raw, &der), STATUS_OK);
		EVP_PKEY_free(raw.pkey);
		if (more > 0) {
			refuse_bytes(&der, der.length);
			continue;
		}
		assert_int_equal(
		    rsa_key_from_bytes(der.data, der.length, &k), STATUS_OK);
		buf_init_sensitive(&jws, JWS_MAX);
		assert_int_equal(
		    jws_sign(k, &header, "{}", 2, &jws), STATUS_OK);
	}
}

static void
says_that_memory_is_out(void **state)
{
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;
	_cleanup_(buf_clear) struct buf der = {0}, out = {0};
	const struct jws_header header = {NULL, NULL};
	struct rsa_key *none = NULL;

	(void)state;
	assert_int_equal(rsa_key_generate(&k), STATUS_OK);
	buf_init_sensitive(&der, RSA_KEY_BYTES_MAX);
	assert_int_equal(rsa_key_to_bytes(k, &der), STATUS_OK);
	allocation_fail_next();
	assert_int_equal(
	    rsa_key_from_bytes(der.data, der.length, &none), STATUS_NOMEM);
	assert_null(none);
	buf_init_sensitive(&out, JWS_MAX);
	allocation_fail_next();
	assert_int_equal(jws_sign(k, &header, "{}", 2, &out), STATUS_NOMEM);
	assert_int_equal(out.length, 0);
	assert_int_equal(jws_sign(k, &header, "{}", 2, &out), STATUS_OK);
}

static void
takes_claims_up_to_a_limit(void **state)
{
	static char claims[JWS_CLAIMS_MAX + 1];
	_cleanup_(rsa_key_freep) struct rsa_key *k = NULL;
	_cleanup_(buf_clear) struct buf jws = {0}, small = {0};
	const struct jws_header header = {"a", "b"};
	char kid[2048];

	(void)state;
	memset(claims, 'x', sizeof(claims));
	assert_int_equal(rsa_key_generate(&k), STATUS_OK);
	buf_init_sensitive(&jws, JWS_MAX);
	assert_int_equal(jws_sign(k, &header, claims, JWS_CLAIMS_MAX + 1, &jws),
	    STATUS_TOO_BIG);
	assert_int_equal(jws.length, 0);
	assert_int_equal(
	    jws_sign(k, &header, claims, JWS_CLAIMS_MAX, &jws), STATUS_OK);
	buf_init_sensitive(&small, jws.length - 1);
	assert_int_equal(jws_sign(k, &header, claims, JWS_CLAIMS_MAX, &small),
	    STATUS_TOO_BIG);
	memset(kid, 'k', sizeof(kid) - 1);
	kid[sizeof(kid) - 1] = '\0';
	assert_int_equal(
	    jws_sign(k, &(struct jws_header){kid, NULL}, "{}", 2, &jws),
	    STATUS_TOO_BIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signs_as_rfc_7515_does),
	    cmocka_unit_test(names_keys_as_rfc_7638_does),
	    cmocka_unit_test(signs_so_that_others_can_verify),
	    cmocka_unit_test(keeps_a_key_whole),
	    cmocka_unit_test(refuses_bytes_that_are_no_whole_key),
	    cmocka_unit_test(refuses_other_kinds_of_keys),
	    cmocka_unit_test(takes_keys_up_to_a_size),
	    cmocka_unit_test(says_that_memory_is_out),
	    cmocka_unit_test(takes_claims_up_to_a_limit),
	};

	return cmocka_run_group_tests_name("brokerd_jws", tests, NULL, NULL);
}
