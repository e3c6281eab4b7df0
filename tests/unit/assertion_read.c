/* SPDX-License-Identifier: ISC */
#include "assertion_read.h"

/* The cmocka headers need these before them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base64url_read.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static void
copy_string(
    const struct json_value *object, const char *name, char *ret, size_t size)
{
	const char *text = NULL;

	assert_int_equal(json_string(json_get(object, name), &text), STATUS_OK);
	assert_true(strlen(text) < size);
	(void)snprintf(ret, size, "%s", text);
}

static struct json *
parse_part(const char *text, size_t length, char *copy, size_t size)
{
	uint8_t octets[4096];
	const char *reason = NULL;
	struct json *j = NULL;
	size_t n;

	assert_true(length < sizeof(octets));
	n = base64url_read(text, length, octets);
	if (json_parse((const char *)octets, n, &j, &reason) != STATUS_OK)
		fail_msg("%.*s: %s", (int)n, (const char *)octets, reason);
	if (copy != NULL)
		(void)snprintf(
		    copy, size, "%.*s", (int)n, (const char *)octets);
	return j;
}

static void
read_header(const char *text, size_t length, struct assertion_read *ret)
{
	_cleanup_(json_freep) struct json *j =
	    parse_part(text, length, ret->header, sizeof(ret->header));
	const struct json_value *top = json_top(j);

	copy_string(top, "alg", ret->alg, sizeof(ret->alg));
	copy_string(top, "typ", ret->typ, sizeof(ret->typ));
	if (json_get(top, "kid") != NULL)
		copy_string(top, "kid", ret->kid, sizeof(ret->kid));
	assert_int_equal(json_count(top), ret->kid[0] != '\0' ? 3 : 2);
}

static void
read_claims(const char *text, size_t length, struct assertion_read *ret)
{
	_cleanup_(json_freep) struct json *j =
	    parse_part(text, length, NULL, 0);
	const struct json_value *top = json_top(j);

	/* Nothing else, and `aud` one string and no array. */
	assert_int_equal(json_count(top), 6);
	copy_string(top, "iss", ret->iss, sizeof(ret->iss));
	copy_string(top, "sub", ret->sub, sizeof(ret->sub));
	copy_string(top, "aud", ret->aud, sizeof(ret->aud));
	copy_string(top, "jti", ret->jti, sizeof(ret->jti));
	assert_int_equal(
	    json_numeric_date(json_get(top, "iat"), &ret->iat), STATUS_OK);
	assert_int_equal(
	    json_numeric_date(json_get(top, "exp"), &ret->exp), STATUS_OK);
}

void
assertion_read(const char *request, struct assertion_read *ret)
{
	static const char name[] = "client_assertion=";
	const char *start = strstr(request, name), *first, *second;
	size_t length;

	*ret = (struct assertion_read){.iat = 0};
	assert_non_null(strstr(request,
	    "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
	    "client-assertion-type%3Ajwt-bearer&"));
	assert_non_null(start);
	start += sizeof(name) - 1;
	/* Its alphabet is not escaped in a form. */
	length = strcspn(start, "&");
	assert_true(length < sizeof(ret->text));
	(void)snprintf(
	    ret->text, sizeof(ret->text), "%.*s", (int)length, start);
	first = strchr(ret->text, '.');
	assert_non_null(first);
	second = strchr(first + 1, '.');
	assert_non_null(second);
	read_header(ret->text, (size_t)(first - ret->text), ret);
	read_claims(first + 1, (size_t)(second - first - 1), ret);
}

/* OpenSSL verifies DER. */
static size_t
pack_ecdsa(const uint8_t *joined, size_t size, uint8_t *ret)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	unsigned char *der = ret;
	int length;

	if (size != 64)
		return 0;
	assert_int_equal(ECDSA_SIG_set0(pair, BN_bin2bn(joined, 32, NULL),
			     BN_bin2bn(joined + 32, 32, NULL)),
	    1);
	length = i2d_ECDSA_SIG(pair, &der);
	ECDSA_SIG_free(pair);
	assert_true(length > 0);
	return (size_t)length;
}

int
assertion_verifies(
    const struct assertion_read *a, EVP_PKEY *key, const char *alg)
{
	const char *last = strrchr(a->text, '.');
	uint8_t octets[2048], der[128];
	const uint8_t *signature = octets;
	size_t size = base64url_read(last + 1, strlen(last + 1), octets);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *keys = NULL;
	int good;

	if (strcmp(alg, "ES256") == 0) {
		size = pack_ecdsa(octets, size, der);
		signature = der;
	}
	good = EVP_DigestVerifyInit(context, &keys,
	    strcmp(alg, "EdDSA") == 0 ? NULL : EVP_sha256(), NULL, key);
	if (good == 1 && strcmp(alg, "PS256") == 0)
		good = EVP_PKEY_CTX_set_rsa_padding(
			   keys, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(keys, 32) == 1;
	if (good == 1)
		good = size > 0 && EVP_DigestVerify(context, signature, size,
				       (const unsigned char *)a->text,
				       (size_t)(last - a->text)) == 1;
	EVP_MD_CTX_free(context);
	return good;
}
