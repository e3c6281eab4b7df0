/* SPDX-License-Identifier: ISC */
#include "proof.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "scopegate/base64url.h"

#define OCTETS 32

enum status
proof_random(char ret[PROOF_SIZE])
{
	uint8_t octets[OCTETS];
	ssize_t n;

	do
		n = getrandom(octets, sizeof(octets), 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(octets))
		return STATUS_IO;
	base64url_encode(octets, sizeof(octets), ret);
	explicit_bzero(octets, sizeof(octets));
	return STATUS_OK;
}

enum status
proof_challenge(const char *verifier, char ret[PROOF_SIZE])
{
	uint8_t digest[OCTETS];
	size_t size = 0;

	if (EVP_Q_digest(NULL, "SHA256", NULL, verifier, strlen(verifier),
		digest, &size) != 1 ||
	    size != sizeof(digest))
		return STATUS_IO;
	base64url_encode(digest, sizeof(digest), ret);
	return STATUS_OK;
}

bool
proof_equal(const char *a, const char *b)
{
	size_t n = strlen(a);

	return strlen(b) == n && CRYPTO_memcmp(a, b, n) == 0;
}
