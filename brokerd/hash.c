/* SPDX-License-Identifier: ISC */
/*
 * Digests, randomness and the two base64 alphabets. Comparisons take the same
 * time whatever differs; a failure never leaves a predictable value behind.
 */
#include "hash.h"

#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "scopegate/base64url.h"

static const char base64url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum status
digest_of(const void *data, size_t size, struct digest *ret)
{
	unsigned int length = 0;
	struct digest d;

	if (EVP_Digest(data, size, d.bytes, &length, EVP_sha256(), NULL) != 1 ||
	    length != DIGEST_SIZE)
		return STATUS_IO;
	*ret = d;
	return STATUS_OK;
}

enum status
digest_of_text(const char *text, struct digest *ret)
{
	return digest_of(text, strlen(text), ret);
}

enum status
digest_keyed(const struct digest *key, const char *text, struct digest *ret)
{
	unsigned int length = 0;
	struct digest d;

	if (HMAC(EVP_sha256(), key->bytes, DIGEST_SIZE,
		(const unsigned char *)text, strlen(text), d.bytes,
		&length) == NULL ||
	    length != DIGEST_SIZE)
		return STATUS_IO;
	*ret = d;
	return STATUS_OK;
}

bool
digest_equal(const struct digest *a, const struct digest *b)
{
	return CRYPTO_memcmp(a->bytes, b->bytes, DIGEST_SIZE) == 0;
}

enum status
random_digest(struct digest *ret)
{
	struct digest d;

	/* Up to 256 bytes are never interrupted nor cut (getrandom(2)). */
	if (getrandom(d.bytes, DIGEST_SIZE, 0) != DIGEST_SIZE)
		return STATUS_IO;
	*ret = d;
	explicit_bzero(&d, sizeof(d));
	return STATUS_OK;
}

enum status
random_text(char ret[RANDOM_TEXT_SIZE])
{
	struct digest d;
	enum status status = random_digest(&d);

	if (status == STATUS_OK)
		digest_text(&d, ret);
	explicit_bzero(&d, sizeof(d));
	return status;
}

enum status
random_uuid(char ret[UUID_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	struct digest d;
	size_t at = 0;
	enum status status = random_digest(&d);

	if (status != STATUS_OK)
		return status;
	d.bytes[6] = (uint8_t)((d.bytes[6] & 0x0f) | 0x40);
	d.bytes[8] = (uint8_t)((d.bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			ret[at++] = '-';
		ret[at++] = hex[d.bytes[i] >> 4];
		ret[at++] = hex[d.bytes[i] & 15];
	}
	ret[at] = '\0';
	explicit_bzero(&d, sizeof(d));
	return STATUS_OK;
}

void
digest_text(const struct digest *d, char ret[RANDOM_TEXT_SIZE])
{
	base64url_encode(d->bytes, DIGEST_SIZE, ret);
}

/* -1 for a character outside the alphabet. */
static int
alphabet_index(const char *alphabet, char c)
{
	const char *at = c == '\0' ? NULL : strchr(alphabet, c);

	return at == NULL ? -1 : (int)(at - alphabet);
}

/*
 * Decodes `length` characters. Bits left over at the end must be zero: else
 * several spellings would mean the same octets.
 */
static enum status
decode(const char *alphabet, const char *text, size_t length, uint8_t *ret,
    size_t size, size_t *ret_length)
{
	uint32_t bits = 0;
	unsigned int count = 0;
	size_t at = 0;

	for (size_t i = 0; i < length; i++) {
		int value = alphabet_index(alphabet, text[i]);

		if (value < 0)
			return STATUS_MALFORMED;
		bits = (bits << 6 | (uint32_t)value) & 0xffffff;
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		if (at == size)
			return STATUS_TOO_BIG;
		ret[at++] = (uint8_t)(bits >> count);
	}
	if (count >= 6 || (bits & ((1u << count) - 1)) != 0)
		return STATUS_MALFORMED;
	*ret_length = at;
	return STATUS_OK;
}

enum status
digest_from_text(const char *text, struct digest *ret)
{
	struct digest d;
	size_t length = 0;

	if (strlen(text) != RANDOM_TEXT_SIZE - 1 ||
	    decode(base64url, text, RANDOM_TEXT_SIZE - 1, d.bytes, DIGEST_SIZE,
		&length) != STATUS_OK ||
	    length != DIGEST_SIZE)
		return STATUS_MALFORMED;
	*ret = d;
	return STATUS_OK;
}

enum status
base64_decode(const char *text, uint8_t *ret, size_t size, size_t *ret_length)
{
	size_t length = strlen(text);

	if (length % 4 != 0)
		return STATUS_MALFORMED;
	for (int i = 0; i < 2 && length > 0 && text[length - 1] == '='; i++)
		length--;
	return decode(base64, text, length, ret, size, ret_length);
}
