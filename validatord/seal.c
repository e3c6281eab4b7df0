/* SPDX-License-Identifier: ISC */
#include "seal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "scopegate/cleanup.h"

/*
 * Random nonces bound what one key may seal: 2^32 rows (NIST SP 800-38D
 * section 8.3), a row a second for a century. Nothing may leave seal_open()
 * before its tag was good.
 */

#define SEALED_MAX (1024u * 1024u)

struct seal {
	EVP_CIPHER *cipher;
	uint8_t key[32];
};

static bool
derive(const uint8_t secret[SEAL_SECRET_SIZE], uint8_t key[32])
{
	char digest[] = "SHA256", label[] = "scopegate grant seal 1";
	const OSSL_PARAM parameters[] = {
	    OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
	    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY,
		(void *)(uintptr_t)secret, SEAL_SECRET_SIZE),
	    OSSL_PARAM_octet_string(
		OSSL_KDF_PARAM_INFO, label, sizeof(label) - 1),
	    OSSL_PARAM_END,
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	bool derived = context != NULL &&
		       EVP_KDF_derive(context, key, 32, parameters) == 1;

	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return derived;
}

void
seal_free(struct seal *s)
{
	if (s == NULL)
		return;
	EVP_CIPHER_free(s->cipher);
	explicit_bzero(s->key, sizeof(s->key));
	free(s);
}

void
seal_freep(struct seal **s)
{
	seal_free(*s);
	*s = NULL;
}

struct seal *
seal_new(const uint8_t secret[SEAL_SECRET_SIZE])
{
	_cleanup_(seal_freep) struct seal *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	if (s->cipher == NULL || !derive(secret, s->key))
		return NULL;
	return TAKE_PTR(s);
}

static void
context_free(EVP_CIPHER_CTX **c)
{
	EVP_CIPHER_CTX_free(*c); /* wipes the key schedule */
}

enum status
seal_close(
    struct seal *s, struct text context, struct text plain, struct buf *ret)
{
	_cleanup_(context_free) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	_cleanup_(free_ptr) uint8_t *sealed = NULL;
	uint8_t nonce[SEAL_NONCE_SIZE], tag[SEAL_TAG_SIZE];
	int length = 0, rest = 0;

	if (plain.length > SEALED_MAX)
		return STATUS_TOO_BIG;
	sealed = malloc(plain.length + SEAL_TAG_SIZE);
	if (c == NULL || sealed == NULL)
		return STATUS_NOMEM;
	if (getrandom(nonce, sizeof(nonce), 0) != (ssize_t)sizeof(nonce))
		return STATUS_IO;
	if (EVP_EncryptInit_ex2(c, s->cipher, s->key, nonce, NULL) != 1 ||
	    EVP_EncryptUpdate(c, NULL, &length, (const uint8_t *)context.bytes,
		(int)context.length) != 1 ||
	    EVP_EncryptUpdate(c, sealed, &length, (const uint8_t *)plain.bytes,
		(int)plain.length) != 1 ||
	    EVP_EncryptFinal_ex(c, sealed + length, &rest) != 1 ||
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_SIZE, tag) !=
		1)
		return STATUS_IO;
	(void)buf_append(ret, nonce, sizeof(nonce));
	(void)buf_append(ret, sealed, (size_t)(length + rest));
	return buf_append(ret, tag, sizeof(tag));
}

static enum status
decipher(
    struct seal *s, struct text context, struct text sealed, struct buf *plain)
{
	_cleanup_(context_free) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	const uint8_t *nonce = (const uint8_t *)sealed.bytes;
	size_t size = sealed.length - SEAL_OVERHEAD;
	uint8_t tag[SEAL_TAG_SIZE];
	int length = 0, rest = 0;

	memcpy(tag, nonce + SEAL_NONCE_SIZE + size, sizeof(tag));
	if (c == NULL)
		return STATUS_NOMEM;
	if (EVP_DecryptInit_ex2(c, s->cipher, s->key, nonce, NULL) != 1 ||
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_SIZE, tag) !=
		1 ||
	    EVP_DecryptUpdate(c, NULL, &length, (const uint8_t *)context.bytes,
		(int)context.length) != 1 ||
	    EVP_DecryptUpdate(c, plain->data, &length, nonce + SEAL_NONCE_SIZE,
		(int)size) != 1 ||
	    EVP_DecryptFinal_ex(c, plain->data + length, &rest) != 1)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

enum status
seal_open(
    struct seal *s, struct text context, struct text sealed, struct buf *ret)
{
	_cleanup_(buf_clear) struct buf plain;
	enum status status;

	buf_init_sensitive(&plain, SEALED_MAX);
	if (sealed.length < SEAL_OVERHEAD ||
	    sealed.length - SEAL_OVERHEAD > SEALED_MAX)
		return STATUS_MALFORMED;
	/* Room of the right size, which the cipher then fills. */
	status = buf_append(&plain, sealed.bytes + SEAL_NONCE_SIZE,
	    sealed.length - SEAL_OVERHEAD);
	if (status == STATUS_OK && plain.length > 0)
		status = decipher(s, context, sealed, &plain);
	if (status != STATUS_OK)
		return status;
	return buf_append(ret, plain.data, plain.length);
}
