/* SPDX-License-Identifier: ISC */
/*
 * Signing. RS256 is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3): the
 * same claims and key give the same signature. What is signed may become an
 * access token, so every copy of it is wiped.
 */
#include "jose/sign.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

#define HEADER_MAX 1024

static void
free_context(EVP_MD_CTX **c)
{
	EVP_MD_CTX_free(*c);
}

static enum status
append_header(const struct jws_header *h, struct buf *out)
{
	_cleanup_(buf_clear) struct buf text = {0};
	struct json_writer w;

	buf_init(&text, HEADER_MAX);
	json_writer_init(&w, &text);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "alg", "RS256");
	if (h->kid != NULL)
		json_write_string(&w, "kid", h->kid);
	if (h->typ != NULL)
		json_write_string(&w, "typ", h->typ);
	json_write_end_object(&w);
	if (buf_string(&text) == NULL)
		return text.error;
	return base64url_append(out, text.data, text.length);
}

static enum status
append_signature(const struct rsa_key *k, struct buf *out)
{
	_cleanup_(free_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t signature[RSA_KEY_BITS_MAX / 8];
	size_t size = sizeof(signature);

	if (context == NULL ||
	    EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, k->pkey) !=
		1 ||
	    EVP_DigestSign(context, signature, &size, out->data, out->length) !=
		1) {
		ERR_clear_error();
		return STATUS_IO;
	}
	buf_append_byte(out, '.');
	return base64url_append(out, signature, size);
}

enum status
jws_sign(const struct rsa_key *k, const struct jws_header *header,
    const char *claims, size_t length, struct buf *ret)
{
	_cleanup_(buf_clear) struct buf text = {0};
	enum status status;

	if (length > JWS_CLAIMS_MAX)
		return STATUS_TOO_BIG;
	buf_init_sensitive(&text, JWS_MAX);
	status = append_header(header, &text);
	if (status == STATUS_OK)
		status = buf_append_byte(&text, '.');
	if (status == STATUS_OK)
		status = base64url_append(&text, claims, length);
	if (status == STATUS_OK)
		status = append_signature(k, &text);
	return status == STATUS_OK ? buf_append(ret, text.data, text.length)
				   : status;
}
