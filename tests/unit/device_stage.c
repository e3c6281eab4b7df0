/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device_stage.h"
#include "grants.h"
#include "issuers.h"
#include "scopegate/cleanup.h"

static struct issuer issuer = {.name = (char *)(uintptr_t) "as",
    .url = (char *)(uintptr_t) "https://as.example",
    .client_id = (char *)(uintptr_t) "gate",
    .validation = VALIDATION_GRANT,
    .sign_in = {
	.device_authorization_endpoint =
	    (char *)(uintptr_t) "https://as.example/d",
	.token_endpoint = (char *)(uintptr_t) "https://as.example/t",
    }};
static char *scopes[] = {(char *)(uintptr_t) "trading", NULL};
struct policy policy = {
    .name = (char *)(uintptr_t) "p",
    .issuer = &issuer,
    .login = LOGIN_DEVICE,
    .environment = ENVIRONMENT_PAPER,
    .require = {scopes, 1},
};

struct device_bench b;


uint32_t __wrap_fetcher_ask(struct fetcher *f, enum fetch_slot slot,
    const char *name, const char *url, const struct secret *form,
    struct deadline deadline, fetch_done *done, void *argument);
void __wrap_fetcher_cancel(struct fetcher *f, uint32_t id);
struct exchange *__wrap_exchange_begin(struct server *server,
    struct config *config, const struct issuer *i, int environment,
    const struct secret *form, exchange_done *done, void *argument,
    enum reason *ret_reason);
void __wrap_exchange_cancel(struct exchange *x);
int __wrap_event_add(struct event *e, const struct timeval *t);

uint32_t
__wrap_fetcher_ask(struct fetcher *f, enum fetch_slot slot, const char *name,
    const char *url, const struct secret *form, struct deadline deadline,
    fetch_done *done, void *argument)
{
	(void)f, (void)deadline;
	assert_int_equal(slot, FETCH_DEVICE);
	assert_string_equal(name, "as");
	assert_string_equal(url, "https://as.example/d");
	(void)snprintf(b.form, sizeof(b.form), "%s", form->bytes);
	b.fetched = done;
	b.fetch_argument = argument;
	return ++b.fetches;
}

void
__wrap_fetcher_cancel(struct fetcher *f, uint32_t id)
{
	(void)f, (void)id;
	b.cancelled_fetches++;
}

struct exchange *
__wrap_exchange_begin(struct server *server, struct config *config,
    const struct issuer *i, int environment, const struct secret *form,
    exchange_done *done, void *argument, enum reason *ret_reason)
{
	assert_ptr_equal(server, &b.server);
	assert_ptr_equal(config, &b.config);
	assert_ptr_equal(i, &issuer);
	assert_int_equal(environment, ENVIRONMENT_PAPER);
	b.exchanges++;
	(void)snprintf(b.poll, sizeof(b.poll), "%s", form->bytes);
	b.exchanged = done;
	b.exchange_argument = argument;
	*ret_reason = b.exchange_refused;
	return b.exchange_refused == REASON_NONE ? (struct exchange *)&b : NULL;
}

void
__wrap_exchange_cancel(struct exchange *x)
{
	b.cancelled_exchanges += x != NULL;
}

int
__wrap_event_add(struct event *e, const struct timeval *t)
{
	b.timer = e;
	assert_true(b.wait_count < MAX_WAITS);
	b.waits[b.wait_count++] = (int64_t)t->tv_sec * 1000 + t->tv_usec / 1000;
	return 0;
}

static void
on_shown(const struct device_shown *shown, void *argument)
{
	assert_ptr_equal(argument, &b);
	assert_int_equal(b.ended, 0);
	b.shown++;
	(void)snprintf(b.link, sizeof(b.link), "%s", shown->link);
	(void)snprintf(b.code, sizeof(b.code), "%s", shown->user_code);
	(void)snprintf(b.number, sizeof(b.number), "%s",
	    shown->number != NULL ? shown->number : "");
	if (b.cancel_when_shown)
		device_cancel(b.device);
}

static void
on_ended(struct exchange_result *result, void *argument)
{
	assert_ptr_equal(argument, &b);
	b.ended++;
	b.reason = result->reason;
	b.what = result->what;
	b.granted = result->grant != NULL;
	grant_free(result->grant);
}

static const struct device_calls calls = {on_shown, on_ended};

int
device_set_up(void **state)
{
	memset(&b, 0, sizeof(b));
	b.server.base = event_base_new();
	b.config.references = 1000; /* never freed */
	b.config.issuers = &issuer;
	b.config.issuer_count = 1;
	b.config.policies = &policy;
	b.config.policy_count = 1;
	b.config.host_name = (char *)(uintptr_t) "db1.example.com";
	b.server.issuers = issuers_new(&b.server);
	assert_int_equal(issuers_apply(b.server.issuers, &b.config), STATUS_OK);
	*state = &b;
	return 0;
}

int
device_tear_down(void **state)
{
	(void)state;
	issuers_free(b.server.issuers);
	event_base_free(b.server.base);
	return 0;
}

void
device_start(int64_t budget_ms)
{
	const struct device_ask ask = {
	    .server = &b.server,
	    .config = &b.config,
	    .policy = &policy,
	    .service = {"sshd-x", 4},
	    .user = {"alice-x", 5},
	    .deadline = deadline_in_ms(budget_ms),
	};
	enum reason reason;

	b.device = device_begin(&ask, &calls, &b, &reason);
	assert_non_null(b.device);
	assert_int_equal(reason, REASON_NONE);
	assert_int_equal(b.shown + b.ended, 0);
	assert_int_equal(b.fetches, 1);
}

void
device_answer(int status, const char *body)
{
	const struct fetch_reply reply = {
	    .result = FETCH_ANSWERED,
	    .http_status = status,
	    .content_type = "application/json",
	    .body = body,
	    .body_length = strlen(body),
	};

	b.fetched(&reply, b.fetch_argument);
}

/* As if the wait were over. */
void
device_fire(void)
{
	assert_non_null(b.timer);
	b.timer->ev_evcallback.evcb_cb_union.evcb_callback(
	    -1, EV_TIMEOUT, event_get_callback_arg(b.timer));
}

void
device_poll_says(enum reason reason, const char *error)
{
	struct exchange_result result = {.reason = reason};
	unsigned int before = b.exchanges;

	device_fire();
	assert_int_equal(b.exchanges, before + 1);
	(void)snprintf(result.error, sizeof(result.error), "%s", error);
	if (reason == REASON_NONE)
		result.grant = grant_new();
	b.exchanged(&result, b.exchange_argument);
}

int64_t
device_last_wait(void)
{
	assert_true(b.wait_count > 0);
	return b.waits[b.wait_count - 1];
}
