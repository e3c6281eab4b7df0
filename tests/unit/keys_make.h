/* SPDX-License-Identifier: ISC */
/*
 * An issuer that signs, its fetches caught (asks_caught.h), and clocks that go
 * forward when a test says so. Link with KEYS_WRAPPED.
 */
#ifndef TESTS_KEYS_MAKE_H
#define TESTS_KEYS_MAKE_H

#include "asks_caught.h"
#include "issuer_keys.h"
#include "jwt_question.h"
#include "keys.h"

#define KEYS_URL "https://as.example.com/jwks"
#define REFRESH_S 100 /* of what the bench configures */
#define DUE_S 80
#define STALE_S 1000
#define KEYS_BENCH                                                             \
	"jwks_uri = " KEYS_URL "\njwks_refresh = 100s\njwks_stale = 1000s\n"

extern int64_t clocks_ahead_s; /* both clocks */
extern int64_t wall_ahead_s;   /* CLOCK_REALTIME besides */

struct keys_bench {
	char folder[FOLDER_SIZE];
	struct server server;
	struct config *config;
	const struct issuer *issuer; /* "as" */
	struct issuer_state *state;
	struct jws_key key[3]; /* ES256 "k-0" "k-1" "k-2" */
};

/* As at a start: the first fetch is caught[0]. `keys` ends [issuer as]. */
void keys_bench_open(struct keys_bench *b, const char *keys);
void keys_bench_close(struct keys_bench *b);
/* The configuration with other `keys`, as a reload takes it. */
void keys_bench_reload(struct keys_bench *b, const char *keys);
/* The daemon ends and starts again, with what it has on disk. */
void keys_bench_restart(struct keys_bench *b, const char *keys);

/* Answers that ask with those of key[] that `which` names, such as "01"; with
 * `alg` members only where `named`. */
void answer_keys(
    struct keys_bench *b, size_t number, const char *which, bool named);
/* The keys that count: keys_now() and keys_kept(), by their number; -1: NULL */
int count_now(struct keys_bench *b);
int count_kept(struct keys_bench *b);

/* A token signed with key[`signer`], naming `kid`; buf_clear(). */
void bench_token(const struct keys_bench *b, size_t signer, const char *kid,
    struct buf *ret);

/* Somebody who has a token. */
struct holder {
	struct flight_waiter waiter;
	bool waits;
	unsigned int told;
	enum reason reason;       /* of asking, or what was told */
	struct jwt_result result; /* of asking; facts are released */
	const char *what;         /* that was told */
};
/* Such a one, which is asked about. */
void hold_token(
    struct keys_bench *b, struct holder *h, size_t signer, const char *kid);

#endif
