/* SPDX-License-Identifier: ISC */
/*
 * An issuer with three introspection endpoints, of which a test asks; fetch and
 * what is left of the time are the test's. Link with ENDPOINTS_WRAPPED.
 */
#ifndef TESTS_ENDPOINTS_MAKE_H
#define TESTS_ENDPOINTS_MAKE_H

#include "endpoints.h"
#include "fetcher.h"
#include "flights.h"
#include "server.h"

#define A "https://a.example/i"
#define B "https://b.example/i"
#define C "https://c.example/i"
#define ACTIVE                                                                 \
	"{\"active\":true,\"sub\":\"s\",\"scope\":\"trading\",\"exp\":"        \
	"4102444800}"

extern struct world {
	unsigned int asked, cancelled;
	char url[64], form[64]; /* of the last one */
	fetch_done *done;
	void *argument;
	bool down;
	int left_ms;
} world;

struct bench {
	struct server server;
	struct config config;
	struct issuer issuer;
	char *urls[4];
	struct issuer_state *state;
	struct flight_waiter waiter;
	bool told;
	enum reason reason;
	bool active;
};

int bench_set_up(void **state);
int bench_tear_down(void **state);
/* A reload after which these of A, B and C are the endpoints. */
void bench_apply(struct bench *b, size_t count, const size_t *which);
/* A question; b->told is set when it has its answer. */
enum reason bench_ask(struct bench *b);
/* Answers the last one that was sent. */
void bench_reply(enum fetch_result result, int status, const char *body,
    unsigned int retry_after_s);

#endif
