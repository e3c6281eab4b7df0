/* SPDX-License-Identifier: ISC */
#include "assertion.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "client_key.h"
#include "config_secret.h"
#include "form.h"
#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

/*
 * Whoever reads an assertion can show it for a minute, so each copy is wiped,
 * and none is made before it is sent. This only signs; it verifies nothing.
 */

#define JTI_OCTETS 16
#define PART_MAX 2048 /* header or claims: lines of 196 octets, escaped */
#define COORDINATE 32 /* octets of r and s on P-256 */
#define SIGNATURE_MAX (CLIENT_KEY_RSA_BITS_MAX / 8)

static const struct {
	const char *name;
	bool hashed; /* SHA-256; Ed25519 takes the message itself */
	bool pss;
	bool ecdsa;
} algs[] = {
    [ASSERTION_RS256] = {"RS256", .hashed = true},
    [ASSERTION_PS256] = {"PS256", .hashed = true, .pss = true},
    [ASSERTION_ES256] = {"ES256", .hashed = true, .ecdsa = true},
    [ASSERTION_EDDSA] = {"EdDSA"},
};

static void
free_context(EVP_MD_CTX **c)
{
	EVP_MD_CTX_free(*c);
}

static void
free_signature(ECDSA_SIG **s)
{
	ECDSA_SIG_free(*s);
}

enum status
signer_load(const struct issuer *issuer, struct signer *ret,
    struct conf_error *ret_error)
{
	const struct secret_reader reader = {.uid = geteuid()};
	const char *path = issuer->proof.key_file, *fault;
	_cleanup_(secret_clear) struct secret pem = {0};
	_cleanup_(signer_clear) struct signer made = {.issuer = issuer};
	enum status s = key_file_read(path, &reader, &pem, ret_error);

	if (s != STATUS_OK)
		return s;
	fault = client_key_parse(&pem, &made.key);
	if (fault == NULL)
		fault = client_key_alg(made.key,
		    (enum assertion_alg)issuer->proof.assertion_alg, &made.alg);
	if (fault != NULL) {
		conf_error_set(ret_error, path, 0, "%s", fault);
		return STATUS_INVALID;
	}
	*ret = made;
	made = (struct signer){0};
	return STATUS_OK;
}

void
signer_clear(struct signer *s)
{
	client_key_free(&s->key);
	*s = (struct signer){0};
}

static enum status
append_header(const struct signer *s, struct buf *out)
{
	_cleanup_(buf_clear) struct buf text = {0};
	struct json_writer w;

	buf_init(&text, PART_MAX);
	json_writer_init(&w, &text);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "alg", algs[s->alg].name);
	if (s->issuer->proof.key_id != NULL)
		json_write_string(&w, "kid", s->issuer->proof.key_id);
	json_write_string(&w, "typ", "JWT");
	json_write_end_object(&w);
	if (buf_string(&text) == NULL)
		return text.error;
	return base64url_append(out, text.data, text.length);
}

static enum status
make_jti(char ret[BASE64URL_LENGTH(JTI_OCTETS) + 1])
{
	uint8_t octets[JTI_OCTETS];
	ssize_t n;

	/* Up to 256 octets come whole or not at all (getrandom(2)). */
	do
		n = getrandom(octets, sizeof(octets), 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(octets))
		return STATUS_IO;
	base64url_encode(octets, sizeof(octets), ret);
	return STATUS_OK;
}

/* The issuer identifier as the sole audience, and as a string: an assertion
 * that names several servers can be shown by one of them to the others. */
static enum status
append_claims(const struct signer *s, int64_t now, struct buf *out)
{
	_cleanup_(buf_clear) struct buf text = {0};
	char jti[BASE64URL_LENGTH(JTI_OCTETS) + 1];
	const char *audience = s->issuer->proof.assertion_audience;
	struct json_writer w;
	enum status status = make_jti(jti);

	if (status != STATUS_OK)
		return status;
	buf_init_sensitive(&text, PART_MAX);
	json_writer_init(&w, &text);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "iss", s->issuer->client_id);
	json_write_string(&w, "sub", s->issuer->client_id);
	json_write_string(
	    &w, "aud", audience != NULL ? audience : s->issuer->url);
	json_write_string(&w, "jti", jti);
	json_write_integer(&w, "iat", now);
	json_write_integer(&w, "exp", now + ASSERTION_LIFE_S);
	json_write_end_object(&w);
	if (buf_string(&text) == NULL)
		return text.error;
	return base64url_append(out, text.data, text.length);
}

/* RFC 7518 section 3.5: the salt is as long as the hash. */
static bool
use_pss(EVP_PKEY_CTX *c)
{
	return EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(c, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* RFC 7518 section 3.4: r and s, each of full length, where OpenSSL gives
 * DER. `size` is in and out. */
static bool
unpack_ecdsa(uint8_t signature[SIGNATURE_MAX], size_t *size)
{
	const unsigned char *der = signature;
	_cleanup_(free_signature) ECDSA_SIG *pair =
	    d2i_ECDSA_SIG(NULL, &der, (long)*size);
	uint8_t joined[2 * COORDINATE];

	if (pair == NULL ||
	    BN_bn2binpad(ECDSA_SIG_get0_r(pair), joined, COORDINATE) < 0 ||
	    BN_bn2binpad(
		ECDSA_SIG_get0_s(pair), joined + COORDINATE, COORDINATE) < 0)
		return false;
	memcpy(signature, joined, sizeof(joined));
	*size = sizeof(joined);
	return true;
}

static bool
sign(const struct signer *s, const struct buf *text,
    uint8_t signature[SIGNATURE_MAX], size_t *ret_size)
{
	_cleanup_(free_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_context = NULL;
	size_t size = SIGNATURE_MAX;
	bool done;

	done =
	    context != NULL &&
	    EVP_DigestSignInit(context, &key_context,
		algs[s->alg].hashed ? EVP_sha256() : NULL, NULL, s->key) == 1 &&
	    (!algs[s->alg].pss || use_pss(key_context)) &&
	    EVP_DigestSign(
		context, signature, &size, text->data, text->length) == 1 &&
	    (!algs[s->alg].ecdsa || unpack_ecdsa(signature, &size));
	/* Its queue would speak of this in the next failure. */
	ERR_clear_error();
	if (done)
		*ret_size = size;
	return done;
}

static enum status
append_signature(const struct signer *s, struct buf *out)
{
	uint8_t signature[SIGNATURE_MAX];
	size_t size = 0;
	enum status status = STATUS_IO;

	if (sign(s, out, signature, &size)) {
		(void)buf_append_byte(out, '.');
		status = base64url_append(out, signature, size);
	}
	explicit_bzero(signature, sizeof(signature));
	return status;
}

enum status
assertion_put(const struct signer *s, int64_t now, struct secret *form)
{
	static const char type[] =
	    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
	_cleanup_(buf_clear) struct buf jwt = {0};
	enum status status;

	buf_init_sensitive(&jwt, ASSERTION_MAX);
	status = append_header(s, &jwt);
	if (status == STATUS_OK)
		status = buf_append_byte(&jwt, '.');
	if (status == STATUS_OK)
		status = append_claims(s, now, &jwt);
	if (status == STATUS_OK)
		status = append_signature(s, &jwt);
	if (status == STATUS_OK)
		status =
		    form_put(form, "client_id", text_of(s->issuer->client_id));
	if (status == STATUS_OK)
		status = form_put(form, "client_assertion_type", text_of(type));
	if (status == STATUS_OK)
		status = form_put(form, "client_assertion",
		    (struct text){buf_string(&jwt), jwt.length});
	return status;
}
