/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>

#include "jose/jwk.h"
#include "scopegate/cleanup.h"

#define DER_MAX 144 /* an ECDSA-Sig-Value of two 521-bit numbers */

static void
free_signature(ECDSA_SIG **s)
{
	ECDSA_SIG_free(*s);
}

/* RFC 7518 section 3.4 has r and s side by side; libcrypto takes DER. */
static int
to_der(const uint8_t *signature, size_t size, uint8_t der[DER_MAX])
{
	_cleanup_(free_signature) ECDSA_SIG *s = ECDSA_SIG_new();
	int half = (int)size / 2;
	BIGNUM *r_part = BN_bin2bn(signature, half, NULL);
	BIGNUM *s_part = BN_bin2bn(signature + half, half, NULL);

	if (s == NULL || r_part == NULL || s_part == NULL ||
	    ECDSA_SIG_set0(s, r_part, s_part) != 1) {
		BN_free(r_part);
		BN_free(s_part);
		return -1;
	}
	return i2d_ECDSA_SIG(s, NULL) <= DER_MAX ? i2d_ECDSA_SIG(s, &der) : -1;
}

static bool
verify_digest(const struct jwk *k, struct text text, const uint8_t *signature,
    size_t size)
{
	uint8_t digest[EVP_MAX_MD_SIZE], der[DER_MAX];
	unsigned int digest_size = 0;

	if (EVP_DigestInit_ex2(k->hasher, k->digest, NULL) != 1 ||
	    EVP_DigestUpdate(k->hasher, text.bytes, text.length) != 1 ||
	    EVP_DigestFinal_ex(k->hasher, digest, &digest_size) != 1)
		return false;
	if (k->algorithm->curve != NULL) {
		int n = to_der(signature, size, der);

		if (n <= 0)
			return false;
		signature = der;
		size = (size_t)n;
	}
	return EVP_PKEY_verify(
		   k->verifier, signature, size, digest, digest_size) == 1;
}

static bool
verify_text(const struct jwk *k, struct text text, const uint8_t *signature,
    size_t size)
{
	return EVP_DigestVerifyInit(k->hasher, NULL, NULL, NULL, k->key) == 1 &&
	       EVP_DigestVerify(k->hasher, signature, size,
		   (const unsigned char *)text.bytes, text.length) == 1;
}

bool
jwk_verify(const struct jwk *k, struct text text, const uint8_t *signature,
    size_t size)
{
	bool good;

	if (size != k->signature_size)
		return false;
	good = k->digest != NULL ? verify_digest(k, text, signature, size)
				 : verify_text(k, text, signature, size);
	if (!good)
		ERR_clear_error();
	return good;
}
