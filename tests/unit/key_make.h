/* SPDX-License-Identifier: ISC */
/* Private keys and certificates, made anew for each run. */
#ifndef SCOPEGATE_TESTS_KEY_MAKE_H
#define SCOPEGATE_TESTS_KEY_MAKE_H

#include <openssl/types.h>
#include <sys/types.h>

/* "2048" for RSA of so many bits, "P-256", "P-384", "Ed25519", "X25519" or
 * "RSA-PSS". Made once each; freed by key_make_done(). */
EVP_PKEY *key_make(const char *kind);
void key_make_done(void);

/* PEM; with a passphrase if there is one. */
void key_write(
    EVP_PKEY *key, const char *path, mode_t mode, const char *passphrase);
/* Self-signed, good for a day, with an alternative name such as
 * "IP:127.0.0.1". */
void certificate_write(EVP_PKEY *key, const char *name, const char *path);
/* "sha256//BASE64" of the public key. */
void key_pin(EVP_PKEY *key, char ret[64]);

#endif
