/* SPDX-License-Identifier: ISC */
#include "jose/jwk.h"

#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "jose/public_key.h"
#include "scopegate/cleanup.h"

/*
 * What a key says of itself: what it is for, and that it is public. The
 * numbers are public_key.c's.
 */

/* RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1: whoever publishes one of them has
 * given the key away. */
static const char *const private_members[] = {
    "d", "p", "q", "dp", "dq", "qi", "oth", "k"};

static const char *
check_public(const struct json_value *object)
{
	for (size_t i = 0; i < ELEMENTS(private_members); i++) {
		if (json_get(object, private_members[i]) != NULL)
			return "it holds private members: whoever can read it "
			       "can sign, so the key is burnt";
	}
	return NULL;
}

/* RFC 7517 sections 4.2 and 4.3. */
static const char *
check_purpose(const struct json_value *object)
{
	const struct json_value *v = json_get(object, "use");
	const char *text;
	bool verifies = false;

	if (v != NULL &&
	    (json_string(v, &text) != STATUS_OK || strcmp(text, "sig") != 0))
		return "`use` is not \"sig\"";
	v = json_get(object, "key_ops");
	if (v == NULL)
		return NULL;
	if (json_type(v) != JSON_ARRAY)
		return "`key_ops` is no array";
	for (v = json_first(v); v != NULL; v = json_next(v)) {
		if (json_string(v, &text) != STATUS_OK)
			return "`key_ops` holds something other than strings";
		verifies |= strcmp(text, "verify") == 0;
	}
	return verifies ? NULL : "`key_ops` does not have \"verify\"";
}

static const char *
read_kid(const struct json_value *object, struct jwk *k, enum status *s)
{
	const struct json_value *v = json_get(object, "kid");
	const char *text;

	if (v == NULL)
		return NULL;
	if (json_string(v, &text) != STATUS_OK || strlen(text) > JWK_KID_MAX)
		return "`kid` is no string of up to 256 octets";
	k->kid = strdup(text);
	*s = k->kid != NULL ? STATUS_OK : STATUS_NOMEM;
	return NULL;
}

static bool
fits(const struct jws_algorithm *a, const char *type, const char *curve)
{
	return strcmp(a->key_type, type) == 0 &&
	       (a->curve == NULL ||
		   (curve != NULL && strcmp(a->curve, curve) == 0));
}

/* The key's own `alg`, or the operator's first that fits. */
static const char *
choose_algorithm(const struct json_value *object,
    const struct jws_algorithms *allowed, struct jwk *k)
{
	const struct json_value *v = json_get(object, "alg");
	const char *type, *name, *curve = NULL;

	if (json_string(json_get(object, "kty"), &type) != STATUS_OK)
		return "`kty` is missing or no string";
	(void)json_string(json_get(object, "crv"), &curve);
	if (v != NULL) {
		if (json_string(v, &name) != STATUS_OK)
			return "`alg` is no string";
		k->algorithm = jws_algorithm_named(name);
		if (k->algorithm == NULL)
			return "`alg` is not a signature algorithm that is "
			       "supported";
		if (!jws_algorithms_have(allowed, k->algorithm))
			return "`alg` is not among the algorithms that are "
			       "allowed here";
		return fits(k->algorithm, type, curve)
			   ? NULL
			   : "`alg` does not fit `kty` and `crv`";
	}
	for (size_t i = 0; i < allowed->count; i++) {
		if (fits(allowed->row[i], type, curve)) {
			k->algorithm = allowed->row[i];
			return NULL;
		}
	}
	return "no algorithm that is allowed here fits its `kty` and `crv`";
}

/* Everything that need not be done anew for each signature. */
static enum status
begin_verifier(struct jwk *k)
{
	const struct jws_algorithm *a = k->algorithm;
	EVP_PKEY_CTX *c;

	k->signature_size = a->signature_size != 0
				? a->signature_size
				: (size_t)EVP_PKEY_get_size(k->key);
	k->hasher = EVP_MD_CTX_new();
	if (k->hasher == NULL)
		return STATUS_NOMEM;
	if (a->digest == NULL)
		return STATUS_OK;
	k->digest = EVP_MD_fetch(NULL, a->digest, NULL);
	k->verifier = c = EVP_PKEY_CTX_new_from_pkey(NULL, k->key, NULL);
	if (k->digest == NULL || c == NULL || EVP_PKEY_verify_init(c) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(c, k->digest) != 1)
		return STATUS_NOMEM;
	if (a->curve != NULL)
		return STATUS_OK;
	if (EVP_PKEY_CTX_set_rsa_padding(c,
		a->pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) != 1)
		return STATUS_NOMEM;
	/* RFC 7518 section 3.5: MGF1 with the same digest, and a salt of its
	 * size. */
	if (a->pss && (EVP_PKEY_CTX_set_rsa_mgf1_md(c, k->digest) != 1 ||
			  EVP_PKEY_CTX_set_rsa_pss_saltlen(
			      c, RSA_PSS_SALTLEN_DIGEST) != 1))
		return STATUS_NOMEM;
	return STATUS_OK;
}

enum status
jwk_read(const struct json_value *object, const struct jws_algorithms *allowed,
    struct jwk *ret, const char **ret_why)
{
	_cleanup_(jwk_clear) struct jwk k = {0};
	enum status s = STATUS_OK;
	const char *why = NULL;

	if (json_type(object) != JSON_OBJECT)
		why = "it is no object";
	if (why == NULL)
		why = check_public(object);
	if (why == NULL)
		why = check_purpose(object);
	if (why == NULL)
		why = choose_algorithm(object, allowed, &k);
	if (why == NULL)
		why = read_kid(object, &k, &s);
	if (why == NULL && s == STATUS_OK)
		s = public_key_read(object, k.algorithm, &k.key, &why);
	if (why != NULL) {
		*ret_why = why;
		return STATUS_INVALID;
	}
	if (s == STATUS_OK)
		s = begin_verifier(&k);
	if (s == STATUS_OK) {
		*ret = k;
		k = (struct jwk){0};
	}
	return s;
}

void
jwk_clear(struct jwk *k)
{
	free(k->kid);
	EVP_MD_free(k->digest);
	EVP_PKEY_CTX_free(k->verifier);
	EVP_MD_CTX_free(k->hasher);
	EVP_PKEY_free(k->key);
	*k = (struct jwk){0};
}
