/* SPDX-License-Identifier: ISC */
#include "jose/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <string.h>

#include "jose/jwk.h"
#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"

#define EC_COORDINATE_MAX 66 /* octets, P-521 */
#define ED25519_SIZE 32
#define EXPONENT_MAX 8 /* octets: below 2^64 */

static void
free_bn(BIGNUM **n)
{
	BN_free(*n);
}

static void
free_build(OSSL_PARAM_BLD **b)
{
	OSSL_PARAM_BLD_free(*b);
}

static void
free_params(OSSL_PARAM **p)
{
	OSSL_PARAM_free(*p);
}

static void
free_pkey_ctx(EVP_PKEY_CTX **c)
{
	EVP_PKEY_CTX_free(*c);
}

static void
free_pkey(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}

/* A member's octets; of another length than `room` they are in *ret_size. */
static enum status
read_octets(const struct json_value *object, const char *name, uint8_t *ret,
    size_t room, size_t *ret_size)
{
	const char *text;

	if (json_string(json_get(object, name), &text) != STATUS_OK)
		return STATUS_MALFORMED;
	return base64url_decode(text, strlen(text), ret, room, ret_size);
}

/* From the parameters that were put together. NULL: libcrypto refused. */
static EVP_PKEY *
build(const char *type, OSSL_PARAM_BLD *b)
{
	_cleanup_(free_params) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);
	_cleanup_(free_pkey_ctx) EVP_PKEY_CTX *c =
	    EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (params == NULL || c == NULL || EVP_PKEY_fromdata_init(c) != 1 ||
	    EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
		ERR_clear_error();
		return NULL;
	}
	return key;
}

/*
 * CVE-2017-15361: the modulus of a key that one maker's chips generated is a
 * power of 65537 modulo every small prime. A random modulus is that modulo all
 * of these with a chance of about 2^-28.
 */
static bool
has_weak_primes(const BIGNUM *modulus)
{
	static const uint8_t primes[] = {3, 5, 7, 11, 13, 17, 19, 23, 29, 31,
	    37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
	    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

	for (size_t i = 0; i < sizeof(primes); i++) {
		unsigned int p = primes[i], power = 1;
		unsigned int rest = (unsigned int)BN_mod_word(modulus, p);

		do
			power = power * (65537u % p) % p;
		while (power != 1 && power != rest);
		if (power != rest)
			return false;
	}
	return true;
}

static const char *
check_modulus(const BIGNUM *n)
{
	int bits = BN_num_bits(n);

	if (bits < JWK_RSA_BITS_MIN)
		return "the RSA key is shorter than 2048 bits";
	if (bits > JWK_RSA_BITS_MAX)
		return "the RSA key is longer than 8192 bits";
	if (!BN_is_odd(n))
		return "the RSA modulus is even";
	if (has_weak_primes(n))
		return "the RSA key is one of the weak ones of CVE-2017-15361";
	return NULL;
}

static enum status
read_rsa(const struct json_value *object, EVP_PKEY **ret, const char **ret_why)
{
	_cleanup_(free_bn) BIGNUM *n = NULL, *e = NULL;
	_cleanup_(free_build) OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	uint8_t modulus[JWK_RSA_BITS_MAX / 8 + 1], exponent[EXPONENT_MAX];
	size_t n_size, e_size;

	/* Exactly as many octets as the number needs, section 6.3.1.1. */
	if (read_octets(object, "n", modulus, sizeof(modulus), &n_size) !=
		STATUS_OK ||
	    n_size == 0 || modulus[0] == 0)
		*ret_why = "`n` is missing, too long or no Base64urlUInt";
	else if (read_octets(object, "e", exponent, sizeof(exponent),
		     &e_size) != STATUS_OK ||
		 e_size == 0 || exponent[0] == 0)
		*ret_why = "`e` is missing, 2^64 or more, or no Base64urlUInt";
	else if ((exponent[e_size - 1] & 1) == 0 ||
		 (e_size == 1 && exponent[0] < 3))
		*ret_why = "`e` is even or below 3";
	if (*ret_why != NULL)
		return STATUS_INVALID;
	n = BN_bin2bn(modulus, (int)n_size, NULL);
	e = BN_bin2bn(exponent, (int)e_size, NULL);
	if (b == NULL || n == NULL || e == NULL)
		return STATUS_NOMEM;
	*ret_why = check_modulus(n);
	if (*ret_why != NULL)
		return STATUS_INVALID;
	if (OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e) != 1)
		return STATUS_NOMEM;
	*ret = build("RSA", b);
	if (*ret != NULL)
		return STATUS_OK;
	*ret_why = "libcrypto does not take it";
	return STATUS_INVALID;
}

/* SEC 1 section 2.3.3: 4, then both coordinates. */
static enum status
read_ec(const struct json_value *object, const struct jws_algorithm *algorithm,
    EVP_PKEY **ret, const char **ret_why)
{
	_cleanup_(free_build) OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	_cleanup_(free_pkey_ctx) EVP_PKEY_CTX *c = NULL;
	_cleanup_(free_pkey) EVP_PKEY *key = NULL;
	uint8_t point[1 + 2 * EC_COORDINATE_MAX] = {4};
	size_t size = algorithm->signature_size / 2, x, y;

	if (read_octets(object, "x", point + 1, size, &x) != STATUS_OK ||
	    read_octets(object, "y", point + 1 + size, size, &y) != STATUS_OK ||
	    x != size || y != size) {
		*ret_why = "`x` or `y` is missing, or not of the curve's length";
		return STATUS_INVALID;
	}
	if (b == NULL ||
	    OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME,
		algorithm->curve, 0) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(
		b, OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * size) != 1)
		return STATUS_NOMEM;
	key = build("EC", b);
	if (key != NULL)
		c = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (c == NULL || EVP_PKEY_public_check(c) != 1) {
		ERR_clear_error();
		*ret_why = "`x` and `y` are no point of the curve";
		return STATUS_INVALID;
	}
	*ret = TAKE_PTR(key);
	return STATUS_OK;
}

/*
 * The points of small order, in all their spellings (little-endian, the sign
 * aside): 0, 1, two of order eight, p - 1, p, p + 1. With such a key, all
 * zeros for one, anybody can make a signature that is good.
 */
static bool
has_small_order(const uint8_t point[ED25519_SIZE])
{
	static const uint8_t points[][ED25519_SIZE] = {
	    {0},
	    {1},
	    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
		0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3,
		0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc,
		0x05},
	    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
		0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c,
		0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03,
		0x7a},
	    {0xec, [1 ... 30] = 0xff, 0x7f},
	    {0xed, [1 ... 30] = 0xff, 0x7f},
	    {0xee, [1 ... 30] = 0xff, 0x7f},
	};
	uint8_t unsigned_point[ED25519_SIZE];

	memcpy(unsigned_point, point, ED25519_SIZE);
	unsigned_point[ED25519_SIZE - 1] &= 0x7f;
	for (size_t i = 0; i < ELEMENTS(points); i++) {
		if (memcmp(points[i], unsigned_point, ED25519_SIZE) == 0)
			return true;
	}
	return false;
}

/* RFC 8037 section 2. */
static enum status
read_okp(const struct json_value *object, EVP_PKEY **ret, const char **ret_why)
{
	uint8_t octets[ED25519_SIZE];
	size_t size;

	if (read_octets(object, "x", octets, sizeof(octets), &size) !=
		STATUS_OK ||
	    size != sizeof(octets)) {
		*ret_why = "`x` is missing or not 32 octets";
		return STATUS_INVALID;
	}
	if (has_small_order(octets)) {
		*ret_why = "`x` is a point of small order: anybody could sign";
		return STATUS_INVALID;
	}
	*ret = EVP_PKEY_new_raw_public_key_ex(
	    NULL, "ED25519", NULL, octets, size);
	return *ret != NULL ? STATUS_OK : STATUS_NOMEM;
}

enum status
public_key_read(const struct json_value *object,
    const struct jws_algorithm *algorithm, EVP_PKEY **ret, const char **ret_why)
{
	*ret_why = NULL;
	if (strcmp(algorithm->key_type, "RSA") == 0)
		return read_rsa(object, ret, ret_why);
	if (strcmp(algorithm->key_type, "EC") == 0)
		return read_ec(object, algorithm, ret, ret_why);
	return read_okp(object, ret, ret_why);
}
