/* SPDX-License-Identifier: ISC */
/*
 * A server without an event loop: what decide would ask of the fetch process is
 * caught here, and the test answers when it likes. Link with ASKS_WRAPPED.
 */
#ifndef TESTS_ASKS_CAUGHT_H
#define TESTS_ASKS_CAUGHT_H

#include "fetcher.h"
#include "grants_make.h"
#include "server.h"

#define ASKS_MAX 64

struct caught_ask {
	bool open; /* neither answered nor cancelled */
	enum fetch_slot slot;
	char issuer[64];
	char url[256];
	char body[512]; /* the form, or the token of a probe */
	unsigned int probe;
	fetch_done *done;
	void *argument;
};

extern struct caught_ask caught[ASKS_MAX];
extern size_t caught_count; /* since asks_forget() */
extern bool asks_refused;   /* the fetch process is down */
void asks_forget(void);

/* Answers the ask with that number, which must be open. */
void answer_ask(size_t number, int status, const char *json);
void fail_ask(size_t number, enum fetch_result result);
/* The same with a Retry-After. */
void answer_later(size_t number, int status, unsigned int retry_after_s);

struct bench {
	char folder[FOLDER_SIZE];
	struct server server;
	struct issuer *issuer; /* "alpaca", to be changed as a test likes */
};

/* Issuer "alpaca" by the profile `text` has the keys of, with two probes. */
void bench_open(struct bench *b, const char *keys);
void bench_close(struct bench *b);

/* A reload gave the section another `url` or `client_id` (NULL: as it was): the
 * server has the new snapshot until config_restore(). */
struct changed {
	struct config *before;
	struct issuer issuer;
	struct config config;
};
void config_change(
    struct bench *b, struct changed *c, const char *url, const char *client);
void config_restore(struct bench *b, struct changed *c);

#endif
