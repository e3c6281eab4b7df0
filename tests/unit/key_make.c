/* SPDX-License-Identifier: ISC */
#include "key_make.h"

/* The cmocka headers need these before them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define KINDS_MOST 16

static struct {
	char kind[16];
	EVP_PKEY *key;
} made[KINDS_MOST];

static EVP_PKEY *
generate(const char *kind)
{
	if (kind[0] >= '1' && kind[0] <= '9')
		return EVP_PKEY_Q_keygen(
		    NULL, NULL, "RSA", (size_t)strtoul(kind, NULL, 10));
	if (kind[0] == 'P')
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind);
	if (strcmp(kind, "RSA-PSS") == 0) {
		EVP_PKEY_CTX *c =
		    EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
		EVP_PKEY *key = NULL;

		assert_non_null(c);
		assert_int_equal(EVP_PKEY_keygen_init(c), 1);
		assert_int_equal(EVP_PKEY_generate(c, &key), 1);
		EVP_PKEY_CTX_free(c);
		return key;
	}
	return EVP_PKEY_Q_keygen(NULL, NULL, kind);
}

EVP_PKEY *
key_make(const char *kind)
{
	size_t i = 0;

	while (made[i].key != NULL && strcmp(made[i].kind, kind) != 0)
		i++;
	assert_true(i < KINDS_MOST - 1);
	if (made[i].key == NULL) {
		(void)snprintf(made[i].kind, sizeof(made[i].kind), "%s", kind);
		made[i].key = generate(kind);
		assert_non_null(made[i].key);
	}
	return made[i].key;
}

void
key_make_done(void)
{
	for (size_t i = 0; i < KINDS_MOST; i++) {
		EVP_PKEY_free(made[i].key);
		made[i].key = NULL;
	}
}

static FILE *
create(const char *path, mode_t mode)
{
	int fd;

	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, mode), 0);
	return fdopen(fd, "w");
}

void
key_write(EVP_PKEY *key, const char *path, mode_t mode, const char *passphrase)
{
	FILE *f = create(path, mode);

	assert_non_null(f);
	assert_int_equal(
	    PEM_write_PKCS8PrivateKey(f, key,
		passphrase != NULL ? EVP_aes_256_cbc() : NULL, passphrase,
		passphrase != NULL ? (int)strlen(passphrase) : 0, NULL, NULL),
	    1);
	assert_int_equal(fclose(f), 0);
}

static void
add_extension(X509 *certificate, int what, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *e;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &context, what, value);
	assert_non_null(e);
	assert_int_equal(X509_add_ext(certificate, e, -1), 1);
	X509_EXTENSION_free(e);
}

void
certificate_write(EVP_PKEY *key, const char *name, const char *path)
{
	X509 *c = X509_new();
	FILE *f = create(path, 0644);
	X509_NAME *who = X509_get_subject_name(c);

	assert_int_equal(X509_set_version(c, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(c), 1), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(c), -60));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(c), 86400));
	assert_int_equal(X509_NAME_add_entry_by_txt(who, "CN", MBSTRING_ASC,
			     (const unsigned char *)name, -1, -1, 0),
	    1);
	assert_int_equal(X509_set_issuer_name(c, who), 1);
	assert_int_equal(X509_set_pubkey(c, key), 1);
	add_extension(c, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(c, NID_subject_alt_name, name);
	assert_true(
	    X509_sign(c, key,
		EVP_PKEY_is_a(key, "ED25519") ? NULL : EVP_sha256()) > 0);
	assert_int_equal(PEM_write_X509(f, c), 1);
	assert_int_equal(fclose(f), 0);
	X509_free(c);
}

void
key_pin(EVP_PKEY *key, char ret[64])
{
	unsigned char *der = NULL, digest[32], text[48];
	unsigned int size = 0;
	int length = i2d_PUBKEY(key, &der);

	assert_true(length > 0);
	assert_int_equal(
	    EVP_Digest(der, (size_t)length, digest, &size, EVP_sha256(), NULL),
	    1);
	OPENSSL_free(der);
	assert_int_equal(EVP_EncodeBlock(text, digest, 32), 44);
	(void)snprintf(ret, 64, "sha256//%s", (char *)text);
}
