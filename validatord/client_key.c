/* SPDX-License-Identifier: ISC */
#include "client_key.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "scopegate/cleanup.h"

static void
free_bio(BIO **b)
{
	BIO_free(*b);
}

static void
free_certificate(X509 **c)
{
	X509_free(*c);
}

void
client_key_free(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
	*key = NULL;
}

/* Without one of these OpenSSL would ask on the terminal. */
static int
refuse_passphrase(char *bytes, int size, int writing, void *asked)
{
	(void)bytes;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

const char *
client_key_parse(const struct secret *pem, EVP_PKEY **ret)
{
	_cleanup_(free_bio) BIO *in =
	    BIO_new_mem_buf(pem->bytes, (int)pem->length);
	bool locked = false;
	EVP_PKEY *key = NULL;

	if (in != NULL)
		key = PEM_read_bio_PrivateKey(
		    in, NULL, refuse_passphrase, &locked);
	ERR_clear_error();
	if (key != NULL) {
		*ret = key;
		return NULL;
	}
	if (locked)
		return "is locked by a passphrase, which nobody can type in "
		       "here: write it without one (openssl pkey -in FILE)";
	return "holds no private key in PEM form: write one there (openssl "
	       "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)";
}

static const char *
rsa_fault(const EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	if (bits < CLIENT_KEY_RSA_BITS_MIN)
		return "is an RSA key of less than 2048 bits, which is too "
		       "weak: make a larger one, or one of EC P-256";
	if (bits > CLIENT_KEY_RSA_BITS_MAX)
		return "is an RSA key of more than 8192 bits, which is too "
		       "slow: make a smaller one, or one of EC P-256";
	return NULL;
}

static bool
is_p256(const EVP_PKEY *key)
{
	char name[32] = "";

	return EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_group_name(key, name, sizeof(name), NULL) == 1 &&
	       strcmp(name, "prime256v1") == 0;
}

const char *
client_key_alg(
    const EVP_PKEY *key, enum assertion_alg wanted, enum assertion_alg *ret)
{
	enum assertion_alg fitting;
	const char *fault = NULL;

	if (EVP_PKEY_is_a(key, "RSA")) {
		fault = rsa_fault(key);
		fitting = wanted == ASSERTION_PS256 ? ASSERTION_PS256
						    : ASSERTION_RS256;
	} else if (is_p256(key)) {
		fitting = ASSERTION_ES256;
	} else if (EVP_PKEY_is_a(key, "ED25519")) {
		fitting = ASSERTION_EDDSA;
	} else {
		return "is a key of no kind that can sign here: make one of "
		       "EC P-256, Ed25519 or RSA";
	}
	if (fault == NULL && wanted != ASSERTION_AUTO && wanted != fitting)
		return "does not fit client_assertion_alg, for an RSA key "
		       "makes RS256 or PS256, EC P-256 ES256 and Ed25519 "
		       "EdDSA: remove client_assertion_alg, or make another "
		       "key";
	if (fault == NULL)
		*ret = fitting;
	return fault;
}

const char *
client_certificate_fault(const struct secret *pem, const EVP_PKEY *key)
{
	_cleanup_(free_bio) BIO *in =
	    BIO_new_mem_buf(pem->bytes, (int)pem->length);
	_cleanup_(free_certificate) X509 *certificate = NULL;
	bool locked, fits;

	if (in != NULL)
		certificate =
		    PEM_read_bio_X509(in, NULL, refuse_passphrase, &locked);
	fits = certificate != NULL &&
	       X509_check_private_key(certificate, key) == 1;
	ERR_clear_error();
	if (certificate == NULL)
		return "holds no certificate in PEM form: write ours there, "
		       "and below it those that lead to the authority";
	return fits ? NULL
		    : "begins with a certificate of another key than "
		      "client_certificate_key_file: put ours first, or name "
		      "its key";
}
