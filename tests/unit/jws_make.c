/* SPDX-License-Identifier: ISC */
#include "jws_make.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"

static const struct form {
	const char *algorithm, *type, *curve, *digest;
	bool pss;
	int half; /* octets of an ECDSA number */
} forms[] = {
    {"RS256", "RSA", NULL, "SHA256", false, 0},
    {"RS384", "RSA", NULL, "SHA384", false, 0},
    {"RS512", "RSA", NULL, "SHA512", false, 0},
    {"PS256", "RSA", NULL, "SHA256", true, 0},
    {"PS384", "RSA", NULL, "SHA384", true, 0},
    {"PS512", "RSA", NULL, "SHA512", true, 0},
    {"ES256", "EC", "P-256", "SHA256", false, 32},
    {"ES384", "EC", "P-384", "SHA384", false, 48},
    {"ES512", "EC", "P-521", "SHA512", false, 66},
    {"EdDSA", "ED25519", NULL, NULL, false, 0},
};

static void
need(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "jws_make: %s failed\n", what);
	abort();
}

static const struct form *
form_of(const char *algorithm)
{
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		if (strcmp(forms[i].algorithm, algorithm) == 0)
			return &forms[i];
	}
	need(false, algorithm);
	return NULL;
}

EVP_PKEY *
jws_make_key(const char *algorithm, unsigned int bits)
{
	const struct form *f = form_of(algorithm);
	EVP_PKEY *key;

	if (strcmp(f->type, "RSA") == 0)
		key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
	else if (f->curve != NULL)
		key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", f->curve);
	else
		key = EVP_PKEY_Q_keygen(NULL, NULL, f->type);
	need(key != NULL, "making a key");
	return key;
}

void
jws_make_base64url(struct buf *out, const void *octets, size_t size)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				       "mnopqrstuvwxyz0123456789-_";
	const uint8_t *from = octets;
	unsigned int have = 0, bits = 0;

	for (size_t i = 0; i < size; i++) {
		bits = bits << 8 | from[i];
		for (have += 8; have >= 6; have -= 6)
			(void)buf_append_byte(
			    out, (uint8_t)alphabet[bits >> (have - 6) & 63]);
		bits &= 63;
	}
	if (have > 0)
		(void)buf_append_byte(
		    out, (uint8_t)alphabet[bits << (6 - have) & 63]);
}

/* `size` 0: as few octets as the number needs. */
static void
append_number(struct buf *out, const EVP_PKEY *key, const char *parameter,
    const char *name, int size)
{
	uint8_t octets[1024];
	BIGNUM *n = NULL;

	need(EVP_PKEY_get_bn_param(key, parameter, &n) == 1, parameter);
	if (size == 0)
		size = BN_num_bytes(n);
	need(BN_bn2binpad(n, octets, size) == size, "writing a number");
	(void)buf_format(out, ",\"%s\":\"", name);
	jws_make_base64url(out, octets, (size_t)size);
	(void)buf_append_string(out, "\"");
	BN_free(n);
}

void
jws_make_jwk(struct buf *out, const EVP_PKEY *key, const char *members)
{
	uint8_t raw[32];
	size_t size = sizeof(raw);

	if (EVP_PKEY_is_a(key, "RSA")) {
		(void)buf_append_string(out, "{\"kty\":\"RSA\"");
		append_number(out, key, OSSL_PKEY_PARAM_RSA_N, "n", 0);
		append_number(out, key, OSSL_PKEY_PARAM_RSA_E, "e", 0);
	} else if (EVP_PKEY_is_a(key, "EC")) {
		int bits = EVP_PKEY_get_bits(key);
		int half = (bits + 7) / 8;

		(void)buf_format(out, "{\"kty\":\"EC\",\"crv\":\"P-%d\"", bits);
		append_number(out, key, OSSL_PKEY_PARAM_EC_PUB_X, "x", half);
		append_number(out, key, OSSL_PKEY_PARAM_EC_PUB_Y, "y", half);
	} else {
		need(EVP_PKEY_get_raw_public_key(key, raw, &size) == 1,
		    "reading a public key");
		(void)buf_append_string(
		    out, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"");
		jws_make_base64url(out, raw, size);
		(void)buf_append_string(out, "\"");
	}
	(void)buf_format(out, "%s}", members);
}

static size_t
from_der(const uint8_t *der, size_t size, int half, uint8_t *ret)
{
	ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &der, (long)size);

	need(s != NULL &&
		 BN_bn2binpad(ECDSA_SIG_get0_r(s), ret, half) == half &&
		 BN_bn2binpad(ECDSA_SIG_get0_s(s), ret + half, half) == half,
	    "taking DER apart");
	ECDSA_SIG_free(s);
	return (size_t)half * 2;
}

size_t
jws_make_signature(EVP_PKEY *key, const char *algorithm, const char *text,
    size_t length, uint8_t ret[JWS_MAKE_SIGNATURE_MAX])
{
	const struct form *f = form_of(algorithm);
	uint8_t raw[JWS_MAKE_SIGNATURE_MAX];
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	size_t size = sizeof(raw);
	EVP_PKEY_CTX *p = NULL;

	need(c != NULL && EVP_DigestSignInit_ex(
			      c, &p, f->digest, NULL, NULL, key, NULL) == 1,
	    "beginning to sign");
	if (f->pss)
		need(EVP_PKEY_CTX_set_rsa_padding(p, RSA_PKCS1_PSS_PADDING) ==
			     1 &&
			 EVP_PKEY_CTX_set_rsa_pss_saltlen(
			     p, RSA_PSS_SALTLEN_DIGEST) == 1,
		    "setting PSS");
	need(EVP_DigestSign(
		 c, raw, &size, (const unsigned char *)text, length) == 1,
	    "signing");
	EVP_MD_CTX_free(c);
	if (f->half != 0)
		return from_der(raw, size, f->half, ret);
	memcpy(ret, raw, size);
	return size;
}

void
jws_make_input(struct buf *out, const void *header, size_t header_size,
    const void *payload, size_t payload_size)
{
	jws_make_base64url(out, header, header_size);
	(void)buf_append_string(out, ".");
	jws_make_base64url(out, payload, payload_size);
}

void
jws_make_sign(struct buf *out, EVP_PKEY *key, const char *algorithm)
{
	uint8_t signature[JWS_MAKE_SIGNATURE_MAX];
	size_t size = jws_make_signature(
	    key, algorithm, (const char *)out->data, out->length, signature);

	(void)buf_append_string(out, ".");
	jws_make_base64url(out, signature, size);
}

void
jws_make_token(struct buf *out, const char *header, const char *payload,
    EVP_PKEY *key, const char *algorithm)
{
	jws_make_input(out, header, strlen(header), payload, strlen(payload));
	jws_make_sign(out, key, algorithm);
}
