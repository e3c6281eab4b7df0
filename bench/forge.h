/* SPDX-License-Identifier: ISC */
/*
 * Forgeries in numbers: real tokens of an issuer, changed in every way that
 * somebody could who has tokens, the public keys and keys of his own, and
 * lacks the issuer's private ones; and what the issuer signed for another end.
 */
#ifndef BENCH_FORGE_H
#define BENCH_FORGE_H

#include <openssl/evp.h>
#include <stdint.h>

#include "jose/jws.h"
#include "scopegate/cleanup.h"

enum signer { SIGNER_RS, SIGNER_PS, SIGNER_ES, SIGNER_ED, SIGNERS };

#define TOKEN_ROOM 1024
#define POOL 64 /* real tokens that are at hand to be changed */
#define SECRETS 5

struct real_token {
	enum signer signer;
	char text[TOKEN_ROOM];
	size_t length;
};

struct forge {
	uint64_t state; /* of the numbers that choose every change */
	EVP_PKEY *issuer[SIGNERS];
	EVP_PKEY *stranger[SIGNERS];
	struct buf stranger_jwk;
	struct buf secrets[SECRETS]; /* public, tried as keys of an HMAC */
	struct real_token pool[POOL];
	uint64_t made; /* real tokens, for a `jti` of its own */
};

extern const char *const signer_algorithm[SIGNERS];
extern const char *const signer_kid[SIGNERS];

/* A number below `limit`. */
uint64_t forge_number(struct forge *f, uint64_t limit);

#define ONE_OF(f, list) ((list)[forge_number((f), ELEMENTS(list))])

enum part { HEADER, PAYLOAD, SIGNATURE, PARTS };

struct text forge_part(const struct real_token *t, int part);
void forge_append(struct buf *ret, struct text t);
/* The second part of a real token, or one that nobody wrote. */
void forge_payload(struct forge *f, struct buf *ret);

/* forge_sign.c: whole tokens. */
void forge_edit(struct forge *f, struct buf *ret);
void forge_sign_by_stranger(struct forge *f, struct buf *ret);
void forge_sign_for_other_algorithm(struct forge *f, struct buf *ret);
void forge_sign_for_something_else(struct forge *f, struct buf *ret);
void forge_sign_by_public_key(struct forge *f, struct buf *ret);
void forge_leave_unsigned(struct forge *f, struct buf *ret);

/* Writes a token that must not be accepted, and returns what was done to it. */
const char *forge_change(struct forge *f, struct buf *ret);

#endif
