/* SPDX-License-Identifier: ISC */
/*
 * Facts by keyed hash of (issuer, token); never verdicts, never tokens.
 * Positive and negative (active: false) facts lie in tables of their own, so
 * that rubbish cannot push good entries out. Bounded, least recently used
 * goes; times are CLOCK_MONOTONIC.
 */
#ifndef VALIDATORD_FACTS_CACHE_H
#define VALIDATORD_FACTS_CACHE_H

#include <stdint.h>

#include "facts.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

#define FACTS_CACHE_MAX 16384
#define FACTS_CACHE_NEGATIVE_MAX 4096
#define FACTS_CACHE_NEGATIVE_MS 5000
#define FACTS_KEY_SIZE 32

struct facts_key {
	uint8_t bytes[FACTS_KEY_SIZE]; /* HMAC-SHA-256 under the boot key */
};

/* Entries are bounded by number and, since a server may state a lot, by about
 * this many octets of facts in all. */
#define FACTS_CACHE_OCTETS (32u * 1024 * 1024)

struct facts_cache;

/* NULL: no memory or no random bytes. */
struct facts_cache *facts_cache_new(size_t positive_max);
void facts_cache_free(struct facts_cache *c);

/* The key of a token; the key schedule is kept between calls. */
enum status facts_cache_key(struct facts_cache *c, const char *issuer,
    unsigned int generation, struct text token, struct facts_key *ret);
/* 8 hex digits and NUL: names a token in logs without telling it. */
void facts_key_fingerprint(const struct facts_key *key, char ret[9]);

/* A new reference or NULL; expired entries are dropped on the way. */
struct facts *facts_cache_get(struct facts_cache *c,
    const struct facts_key *key, int64_t now_us, int64_t *ret_age_ms);
/* Takes its own reference. ttl_ms <= 0 stores nothing. */
void facts_cache_put(struct facts_cache *c, const struct facts_key *key,
    struct facts *facts, int64_t now_us, int64_t ttl_ms);
void facts_cache_flush(struct facts_cache *c);
size_t facts_cache_octets(const struct facts_cache *c);
size_t facts_cache_count(const struct facts_cache *c, bool positive);

#endif
