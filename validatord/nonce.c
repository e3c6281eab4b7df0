/* SPDX-License-Identifier: ISC */
#include "nonce.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>

#include "scopegate/base64url.h"

/*
 * Straight from the kernel each time: a pool of random bytes in memory would
 * hold the secrets of tomorrow.
 */

#define READABLE_DRAW 64

bool
digest_of(struct text t, struct digest *ret)
{
	unsigned int size = 0;

	if (EVP_Digest(t.bytes != NULL ? t.bytes : "", t.length, ret->bytes,
		&size, EVP_sha256(), NULL) == 1 &&
	    size == DIGEST_SIZE)
		return true;
	memset(ret, 0, sizeof(*ret));
	return false;
}

bool
digest_matches(const struct digest *d, struct text t)
{
	struct digest own;

	return digest_of(t, &own) &&
	       CRYPTO_memcmp(own.bytes, d->bytes, DIGEST_SIZE) == 0;
}

static bool
draw(void *ret, size_t size)
{
	ssize_t n;

	/* Up to 256 bytes come whole or not at all. */
	do
		n = getrandom(ret, size, 0);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)size;
}

void
digest_base64url(const struct digest *d, char ret[NONCE_SIZE])
{
	base64url_encode(d->bytes, DIGEST_SIZE, ret);
}

bool
nonce_new(char ret[NONCE_SIZE], struct digest *ret_digest)
{
	struct digest octets;
	bool done = draw(octets.bytes, sizeof(octets.bytes));

	if (done) {
		digest_base64url(&octets, ret);
		done =
		    ret_digest == NULL || digest_of(text_of(ret), ret_digest);
	}
	explicit_bzero(&octets, sizeof(octets));
	if (!done)
		explicit_bzero(ret, NONCE_SIZE);
	return done;
}

bool
nonce_readable(char *ret, size_t length)
{
	const unsigned int most = sizeof(NONCE_LETTERS) - 1;
	uint8_t octets[READABLE_DRAW];
	size_t have = 0;

	while (have < length) {
		if (!draw(octets, sizeof(octets))) {
			explicit_bzero(ret, length + 1);
			return false;
		}
		/* Evenly: what lies above the last whole multiple is left. */
		for (size_t i = 0; i < sizeof(octets) && have < length; i++) {
			if (octets[i] < 256 - 256 % most)
				ret[have++] = NONCE_LETTERS[octets[i] % most];
		}
	}
	ret[have] = '\0';
	explicit_bzero(octets, sizeof(octets));
	return true;
}
