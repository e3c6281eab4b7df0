/* SPDX-License-Identifier: ISC */
/* What writing, recovering and verifying records share. */
#ifndef VALIDATORD_AUDIT_CHAIN_H
#define VALIDATORD_AUDIT_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "scopegate/status.h"

#define AUDIT_HASH_SIZE 64 /* hex digits of SHA-256 */

/* A record is HEAD seq "," ... PREV hash HASH hash END newline. */
#define AUDIT_HEAD "{\"v\":1,\"seq\":"
#define AUDIT_PREV ",\"prev\":\""
#define AUDIT_HASH "\",\"hash\":\""
#define AUDIT_END "\"}"

/* Says for which octets before it no record could be read. */
#define AUDIT_RECOVERED "\"op\":\"recovered\",\"torn_octets\":"
#define AUDIT_TORN_HASH ",\"torn_sha256\":\""

/* Where the chain stands: what the next record builds on. */
struct audit_chain {
	uint64_t sequence; /* of the last record; 0: none */
	char hash[AUDIT_HASH_SIZE + 1];
};

/* One line, taken apart; points into it. */
struct audit_line {
	uint64_t sequence;
	const char *prev, *hash; /* AUDIT_HASH_SIZE octets each */
	bool recovered;
	uint64_t torn_octets;
	const char *torn_hash;
};

extern const char audit_hash_zero[AUDIT_HASH_SIZE + 1];

/* A digest to use again and again; NULL: no memory. */
EVP_MD_CTX *audit_digest_new(void);
bool audit_digest_start(EVP_MD_CTX *digest);
bool audit_digest_finish(EVP_MD_CTX *digest, char ret[AUDIT_HASH_SIZE + 1]);
bool audit_digest(EVP_MD_CTX *digest, const void *bytes, size_t size,
    char ret[AUDIT_HASH_SIZE + 1]);

/* The members between ref and prev; at most AUDIT_RECORD_MAX with the rest. */
struct json_writer;
struct audit_act;
struct audit_record;
void audit_members_write(EVP_MD_CTX *digest, struct json_writer *w,
    const struct audit_record *record);
void audit_act_members_write(EVP_MD_CTX *digest, struct json_writer *w,
    const struct audit_act *act);

/* The line without its newline. NULL: its form and its own hash are good;
 * else a static sentence that says what is wrong. */
const char *audit_line_read(EVP_MD_CTX *digest, const char *line, size_t length,
    struct audit_line *ret);

/*
 * Reads the end of the log into *ret: the last record, and the octets after
 * it that have no newline (a line cut short by a crash). STATUS_MALFORMED:
 * the last whole line is no good record.
 */
struct audit_tail {
	struct audit_chain chain;
	uint64_t torn_octets;
	char torn_hash[AUDIT_HASH_SIZE + 1];
	bool newline_missing;
};
enum status audit_tail_read(EVP_MD_CTX *digest, int fd, struct audit_tail *ret);

#endif
