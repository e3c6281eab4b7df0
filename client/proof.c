/* SPDX-License-Identifier: ISC */
#include "proof.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#define OCTETS 32

/* RFC 4648 section 5 without padding: 32 octets give 43 characters. */
static void
encode(const uint8_t octets[OCTETS], char ret[PROOF_SIZE])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789-_";
	uint32_t bits = 0;
	unsigned int held = 0;
	size_t out = 0;

	for (size_t i = 0; i < OCTETS; i++) {
		bits = bits << 8 | octets[i];
		for (held += 8; held >= 6; held -= 6)
			ret[out++] = alphabet[bits >> (held - 6) & 63];
	}
	ret[out++] = alphabet[bits << (6 - held) & 63];
	ret[out] = '\0';
}

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
	encode(octets, ret);
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
	encode(digest, ret);
	return STATUS_OK;
}

bool
proof_equal(const char *a, const char *b)
{
	size_t n = strlen(a);

	return strlen(b) == n && CRYPTO_memcmp(a, b, n) == 0;
}
