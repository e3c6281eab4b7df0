/* SPDX-License-Identifier: ISC */
/*
 * A key counts only as it would be written again: OpenSSL's decoder passes over
 * blanks and stray bits, and two spellings of a key must not be two keys.
 */
#include "ssh_key.h"

#include <openssl/evp.h>
#include <string.h>

#define PREFIX "SHA256:"
#define DIGEST_SIZE 32u
#define TYPE_MAX 64u
#define BLOB_MAX (SSH_KEY_MAX / 4u * 3u)

/* Returns the octets; 0: it is not base64 with all of its padding. */
static size_t
decode(struct text t, uint8_t ret[BLOB_MAX])
{
	uint8_t again[SSH_KEY_MAX + 1];
	size_t length;
	int octets;

	if (t.length == 0 || t.length % 4 != 0 || t.length > SSH_KEY_MAX)
		return 0;
	octets = EVP_DecodeBlock(ret, (const uint8_t *)t.bytes, (int)t.length);
	if (octets < 3)
		return 0;
	length = (size_t)octets - (t.bytes[t.length - 1] == '=') -
		 (t.bytes[t.length - 2] == '=');
	if (EVP_EncodeBlock(again, ret, (int)length) != (int)t.length ||
	    memcmp(again, t.bytes, t.length) != 0)
		return 0;
	return length;
}

/* RFC 4253 section 6.6: the data begin with the type as a string. */
static bool
is_of_type(const uint8_t *blob, size_t length, const char *type)
{
	size_t n = strlen(type);
	const uint8_t header[] = {0, 0, 0, (uint8_t)n};

	return length > sizeof(header) + n &&
	       memcmp(blob, header, sizeof(header)) == 0 &&
	       memcmp(blob + sizeof(header), type, n) == 0;
}

void
ssh_key_print(struct text key, char ret[SSH_KEY_PRINT_SIZE])
{
	static const size_t skip = sizeof(PREFIX) - 1;
	const char *blank = key.bytes != NULL && key.length > 0
				? memchr(key.bytes, ' ', key.length)
				: NULL;
	size_t n = blank != NULL ? (size_t)(blank - key.bytes) : 0;
	uint8_t blob[BLOB_MAX], digest[DIGEST_SIZE];
	char text[DIGEST_SIZE * 2], type[TYPE_MAX + 1] = "";
	size_t length;

	ret[0] = '\0';
	if (n == 0 || n > TYPE_MAX)
		return;
	memcpy(type, key.bytes, n);
	length = decode((struct text){blank + 1, key.length - n - 1}, blob);
	if (strlen(type) != n || strstr(type, "-cert-") != NULL ||
	    !is_of_type(blob, length, type) ||
	    EVP_Digest(blob, length, digest, NULL, EVP_sha256(), NULL) != 1)
		return;
	(void)EVP_EncodeBlock((uint8_t *)text, digest, sizeof(digest));
	memcpy(ret, PREFIX, skip);
	memcpy(ret + skip, text, SSH_KEY_PRINT_SIZE - 1 - skip);
	ret[SSH_KEY_PRINT_SIZE - 1] = '\0'; /* in place of the padding */
}

bool
ssh_key_print_valid(const char *text)
{
	static const size_t skip = sizeof(PREFIX) - 1;
	uint8_t digest[BLOB_MAX];
	char padded[SSH_KEY_PRINT_SIZE] = "";

	if (strlen(text) != SSH_KEY_PRINT_SIZE - 1 ||
	    strncmp(text, PREFIX, skip) != 0)
		return false;
	memcpy(padded, text + skip, SSH_KEY_PRINT_SIZE - 1 - skip);
	padded[SSH_KEY_PRINT_SIZE - 1 - skip] = '=';
	return decode(text_of(padded), digest) == DIGEST_SIZE;
}
