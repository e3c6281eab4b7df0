/* SPDX-License-Identifier: ISC */
#include "endpoints_make.h"

/* The cmocka headers need these before them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "question.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"

struct world world;

uint32_t __wrap_fetcher_ask(struct fetcher *f, enum fetch_slot slot,
    const char *issuer, const char *url, const struct secret *form,
    struct deadline deadline, fetch_done *done, void *argument);
uint32_t
__wrap_fetcher_ask(struct fetcher *f, enum fetch_slot slot, const char *issuer,
    const char *url, const struct secret *form, struct deadline deadline,
    fetch_done *done, void *argument)
{
	(void)f;
	(void)deadline;
	assert_int_equal(slot, FETCH_INTROSPECT);
	assert_string_equal(issuer, "acme");
	if (world.down)
		return 0;
	(void)snprintf(world.url, sizeof(world.url), "%s", url);
	(void)snprintf(world.form, sizeof(world.form), "%s", form->bytes);
	world.done = done;
	world.argument = argument;
	return ++world.asked;
}

void __wrap_fetcher_cancel(struct fetcher *f, uint32_t id);
void
__wrap_fetcher_cancel(struct fetcher *f, uint32_t id)
{
	(void)f;
	assert_int_equal(id, world.asked);
	world.cancelled++;
}

int __wrap_deadline_left_ms(struct deadline d);
int
__wrap_deadline_left_ms(struct deadline d)
{
	(void)d;
	return world.left_ms;
}

static char name[] = "acme", issuer_url[] = "https://as.example";
static char urls[][32] = {A, B, C};

void
bench_apply(struct bench *b, size_t count, const size_t *which)
{
	for (size_t i = 0; i < count; i++)
		b->urls[i] = urls[which[i]];
	b->issuer.introspection_endpoints = (struct word_list){b->urls, count};
	assert_int_equal(
	    issuers_apply(b->server.issuers, &b->config), STATUS_OK);
	b->state = issuers_find(b->server.issuers, name);
}

int
bench_set_up(void **state)
{
	static const size_t all[] = {0, 1, 2};
	struct bench *b = calloc(1, sizeof(*b));

	memset(&world, 0, sizeof(world));
	world.left_ms = QUESTION_MS;
	b->issuer = (struct issuer){
	    .name = name, .url = issuer_url, .breaker = true, .cache_ms = 1000};
	b->config = (struct config){
	    .references = 1, .issuers = &b->issuer, .issuer_count = 1};
	b->server.config = &b->config;
	b->server.cache = facts_cache_new(16);
	b->server.flights = flights_new();
	b->server.issuers = issuers_new(&b->server);
	bench_apply(b, ELEMENTS(all), all);
	*state = b;
	return 0;
}

int
bench_tear_down(void **state)
{
	struct bench *b = *state;

	flight_leave(&b->waiter);
	flights_free(b->server.flights);
	issuers_free(b->server.issuers);
	facts_cache_free(b->server.cache);
	free(b);
	return 0;
}

static void
landed(const struct flight_answer *answer, void *argument)
{
	struct bench *b = argument;

	b->told = true;
	b->reason = answer->reason;
	b->active = answer->facts != NULL && answer->facts->active;
}

enum reason
bench_ask(struct bench *b)
{
	static const struct facts_key key = {.bytes = {1}};
	struct flight *flight;
	const char *what;
	enum reason reason = question_ask(&b->server, &b->config, &b->issuer,
	    text_of("abc"), &key, &flight, &what);

	b->told = false;
	if (reason == REASON_NONE)
		flight_join(flight, &b->waiter, landed, b);
	return reason;
}

void
bench_reply(enum fetch_result result, int status, const char *body,
    unsigned int retry_after_s)
{
	const struct fetch_reply r = {.result = result,
	    .http_status = status,
	    .content_type = "application/json",
	    .retry_after_s = retry_after_s,
	    .body = body,
	    .body_length = strlen(body)};

	world.done(&r, world.argument);
}
