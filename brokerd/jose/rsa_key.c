/* SPDX-License-Identifier: ISC */
/*
 * RSA keys in the forms that the broker needs: PKCS#8 in its store, JSON Web
 * Key members for others, and a name that follows from the key itself.
 */
#include "jose/rsa_key.h"

#include <stdlib.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"

#define MEMBER_TEXT_MAX ((RSA_KEY_BITS_MAX / 8 * 4 + 2) / 3)

static void
free_bn(BIGNUM **n)
{
	BN_free(*n);
}

static void
free_pkcs8(PKCS8_PRIV_KEY_INFO **p)
{
	PKCS8_PRIV_KEY_INFO_free(*p);
}

void
rsa_key_free(struct rsa_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	buf_clear(&k->n);
	buf_clear(&k->e);
	free(k);
}

void
rsa_key_freep(struct rsa_key **k)
{
	rsa_key_free(*k);
	*k = NULL;
}

/* RFC 7518 section 6.3.1: no octet more than the number needs. A key that is
 * too large is refused here. */
static enum status
read_member(const EVP_PKEY *pkey, const char *name, struct buf *ret)
{
	_cleanup_(free_bn) BIGNUM *n = NULL;
	uint8_t octets[RSA_KEY_BITS_MAX / 8];
	int size;

	if (EVP_PKEY_get_bn_param(pkey, name, &n) != 1 ||
	    BN_num_bytes(n) > (int)sizeof(octets))
		return STATUS_MALFORMED;
	size = BN_bn2bin(n, octets);
	return size <= 0 ? STATUS_MALFORMED
			 : base64url_append(ret, octets, (size_t)size);
}

/* Takes the key over, whatever comes of it. */
static enum status
wrap(EVP_PKEY *pkey, struct rsa_key **ret)
{
	_cleanup_(rsa_key_freep) struct rsa_key *k = calloc(1, sizeof(*k));
	enum status status;

	if (k == NULL) {
		EVP_PKEY_free(pkey);
		return STATUS_NOMEM;
	}
	k->pkey = pkey;
	buf_init(&k->n, MEMBER_TEXT_MAX);
	buf_init(&k->e, MEMBER_TEXT_MAX);
	if (!EVP_PKEY_is_a(pkey, "RSA") ||
	    EVP_PKEY_get_bits(pkey) < RSA_KEY_BITS)
		return STATUS_MALFORMED;
	status = read_member(pkey, OSSL_PKEY_PARAM_RSA_N, &k->n);
	if (status == STATUS_OK)
		status = read_member(pkey, OSSL_PKEY_PARAM_RSA_E, &k->e);
	if (status == STATUS_OK)
		status = rsa_key_thumbprint(
		    buf_string(&k->n), buf_string(&k->e), k->id);
	if (status == STATUS_OK)
		*ret = TAKE_PTR(k);
	return status;
}

enum status
rsa_key_generate(struct rsa_key **ret)
{
	EVP_PKEY *pkey =
	    EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_KEY_BITS);

	if (pkey == NULL) {
		ERR_clear_error();
		return STATUS_IO;
	}
	return wrap(pkey, ret);
}

enum status
rsa_key_from_bytes(const void *data, size_t size, struct rsa_key **ret)
{
	_cleanup_(free_pkcs8) PKCS8_PRIV_KEY_INFO *info = NULL;
	const unsigned char *at = data, *end = at + size;
	EVP_PKEY *pkey = NULL;

	if (size == 0 || size > RSA_KEY_BYTES_MAX)
		return STATUS_MALFORMED;
	info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)size);
	if (info != NULL && at == end)
		pkey = EVP_PKCS82PKEY(info);
	if (pkey == NULL) {
		ERR_clear_error();
		return STATUS_MALFORMED;
	}
	return wrap(pkey, ret);
}

enum status
rsa_key_to_bytes(const struct rsa_key *k, struct buf *out)
{
	_cleanup_(free_pkcs8) PKCS8_PRIV_KEY_INFO *info =
	    EVP_PKEY2PKCS8(k->pkey);
	unsigned char *der = NULL;
	int size = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	enum status status;

	if (size <= 0) {
		ERR_clear_error();
		return STATUS_IO;
	}
	status = size > RSA_KEY_BYTES_MAX ? STATUS_TOO_BIG
					  : buf_append(out, der, (size_t)size);
	OPENSSL_clear_free(der, (size_t)size);
	return status;
}

void
rsa_key_write_public(const struct rsa_key *k, struct json_writer *w)
{
	json_write_begin_object(w, NULL);
	json_write_string(w, "kty", "RSA");
	json_write_string(w, "use", "sig");
	json_write_string(w, "alg", "RS256");
	json_write_string(w, "kid", k->id);
	json_write_string(w, "n", buf_string(&k->n));
	json_write_string(w, "e", buf_string(&k->e));
	json_write_end_object(w);
}

/* RFC 7638 section 3.2: these members, in this order, without blanks. */
enum status
rsa_key_thumbprint(const char *n, const char *e, char ret[RSA_KEY_ID_SIZE])
{
	_cleanup_(buf_clear) struct buf text = {0};
	struct json_writer w;
	struct digest d;
	enum status status;

	buf_init(&text, (size_t)2 * MEMBER_TEXT_MAX + 64);
	json_writer_init(&w, &text);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "e", e);
	json_write_string(&w, "kty", "RSA");
	json_write_string(&w, "n", n);
	json_write_end_object(&w);
	if (buf_string(&text) == NULL)
		return text.error;
	status = digest_of(text.data, text.length, &d);
	if (status == STATUS_OK)
		digest_text(&d, ret);
	return status;
}
