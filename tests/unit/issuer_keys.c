/* SPDX-License-Identifier: ISC */
#include "issuer_keys.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What lib/jose verifies is made here by libcrypto alone. */

#define MEMBER_MAX 1024 /* octets of a modulus or a signature */

static void
must(bool works)
{
	if (works)
		return;
	(void)fputs("jws_make: libcrypto does not do it\n", stderr);
	abort();
}

static void
append(struct buf *to, const uint8_t *octets, size_t size)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789-_";

	for (size_t at = 0; at < size; at += 3) {
		size_t left = size - at < 3 ? size - at : 3;
		uint32_t bits = (uint32_t)octets[at] << 16;

		bits |= left > 1 ? (uint32_t)octets[at + 1] << 8 : 0;
		bits |= left > 2 ? (uint32_t)octets[at + 2] : 0;
		for (size_t i = 0; i <= left; i++)
			(void)buf_append_byte(
			    to, (uint8_t)letters[bits >> (18 - 6 * i) & 0x3f]);
	}
}

static bool
is_rsa(const struct jws_key *k)
{
	return EVP_PKEY_is_a(k->key, "RSA") == 1;
}

void
jws_key_make(struct jws_key *k, const char *algorithm, const char *kid)
{
	(void)snprintf(k->algorithm, sizeof(k->algorithm), "%s", algorithm);
	(void)snprintf(k->kid, sizeof(k->kid), "%s", kid);
	if (strcmp(algorithm, "ES256") == 0)
		k->key = EVP_EC_gen("P-256");
	else if (strcmp(algorithm, "EdDSA") == 0)
		k->key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		k->key = EVP_RSA_gen(2048);
	must(k->key != NULL);
}

void
jws_key_done(struct jws_key *k)
{
	EVP_PKEY_free(k->key);
	*k = (struct jws_key){.key = NULL};
}

static void
write_number(const struct jws_key *k, const char *parameter, struct buf *to)
{
	uint8_t octets[MEMBER_MAX];
	BIGNUM *n = NULL;

	must(EVP_PKEY_get_bn_param(k->key, parameter, &n) == 1);
	append(to, octets, (size_t)BN_bn2bin(n, octets));
	BN_free(n);
}

static void
write_point(const struct jws_key *k, struct buf *to)
{
	uint8_t octets[MEMBER_MAX];
	size_t size = 0;

	must(EVP_PKEY_get_octet_string_param(k->key, OSSL_PKEY_PARAM_PUB_KEY,
		 octets, sizeof(octets), &size) == 1);
	if (strcmp(k->algorithm, "EdDSA") == 0) {
		(void)buf_append_string(
		    to, "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"");
		append(to, octets, size);
	} else {
		must(size == 65 && octets[0] == 4);
		(void)buf_append_string(
		    to, "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"");
		append(to, octets + 1, 32);
		(void)buf_append_string(to, "\",\"y\":\"");
		append(to, octets + 33, 32);
	}
	(void)buf_append_string(to, "\"}");
}

void
jws_key_write(const struct jws_key *k, bool named, struct buf *to)
{
	(void)buf_append_string(to, "{");
	if (k->kid[0] != '\0')
		(void)buf_format(to, "\"kid\":\"%s\",", k->kid);
	if (named)
		(void)buf_format(to, "\"alg\":\"%s\",", k->algorithm);
	if (!is_rsa(k)) {
		write_point(k, to);
	} else {
		(void)buf_append_string(to, "\"kty\":\"RSA\",\"n\":\"");
		write_number(k, OSSL_PKEY_PARAM_RSA_N, to);
		(void)buf_append_string(to, "\",\"e\":\"");
		write_number(k, OSSL_PKEY_PARAM_RSA_E, to);
		(void)buf_append_string(to, "\"}");
	}
	must(to->error == STATUS_OK);
}

void
jws_keys_write(
    const struct jws_key *const *keys, size_t count, bool named, struct buf *to)
{
	(void)buf_append_string(to, "{\"keys\":[");
	for (size_t i = 0; i < count; i++) {
		(void)buf_append_string(to, i > 0 ? "," : "");
		jws_key_write(keys[i], named, to);
	}
	(void)buf_append_string(to, "]}");
	must(to->error == STATUS_OK);
}

/* RFC 7518 section 3.4: r and s side by side, where libcrypto gives DER. */
static size_t
from_der(uint8_t *signature, size_t size)
{
	const uint8_t *at = signature;
	ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &at, (long)size);

	must(s != NULL);
	must(BN_bn2binpad(ECDSA_SIG_get0_r(s), signature, 32) == 32);
	must(BN_bn2binpad(ECDSA_SIG_get0_s(s), signature + 32, 32) == 32);
	ECDSA_SIG_free(s);
	return 64;
}

static size_t
sign_text(const struct jws_key *k, const uint8_t *text, size_t length,
    uint8_t signature[MEMBER_MAX])
{
	bool hashes = strcmp(k->algorithm, "EdDSA") == 0;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key = NULL;
	size_t size = MEMBER_MAX;

	must(c != NULL && EVP_DigestSignInit(c, &key,
			      hashes ? NULL : EVP_sha256(), NULL, k->key) == 1);
	if (strcmp(k->algorithm, "PS256") == 0)
		must(EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING) ==
			 1 &&
		     EVP_PKEY_CTX_set_rsa_pss_saltlen(
			 key, RSA_PSS_SALTLEN_DIGEST) == 1);
	must(EVP_DigestSign(c, signature, &size, text, length) == 1);
	EVP_MD_CTX_free(c);
	return strcmp(k->algorithm, "ES256") == 0 ? from_der(signature, size)
						  : size;
}

void
jws_sign(const struct jws_key *k, const char *header, const char *claims,
    struct buf *to)
{
	uint8_t signature[MEMBER_MAX];
	size_t begin = to->length, size;

	append(to, (const uint8_t *)header, strlen(header));
	(void)buf_append_byte(to, '.');
	append(to, (const uint8_t *)claims, strlen(claims));
	must(to->error == STATUS_OK);
	size = sign_text(k, to->data + begin, to->length - begin, signature);
	(void)buf_append_byte(to, '.');
	append(to, signature, size);
	must(to->error == STATUS_OK);
}
