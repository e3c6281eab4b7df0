/* SPDX-License-Identifier: ISC */
/*
 * The stage of the device grant's tests: fetch, the exchange and the clock are
 * its own. A timer is noted and waits for nobody.
 */
#ifndef TESTS_UNIT_DEVICE_STAGE_H
#define TESTS_UNIT_DEVICE_STAGE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "server.h"

#define MAX_WAITS 16

struct device_bench {
	struct server server;
	struct config config;
	struct device *device;
	/* What was asked. */
	fetch_done *fetched;
	void *fetch_argument;
	unsigned int fetches, cancelled_fetches;
	char form[1024];
	exchange_done *exchanged;
	void *exchange_argument;
	unsigned int exchanges, cancelled_exchanges;
	char poll[1024];
	enum reason exchange_refused; /* REASON_NONE: it begins */
	/* The timer. */
	struct event *timer;
	int64_t waits[MAX_WAITS]; /* milliseconds */
	size_t wait_count;
	/* What was told. */
	unsigned int shown, ended;
	char link[64], code[32], number[8];
	enum reason reason;
	const char *what;
	bool granted;
	bool cancel_when_shown;
};
extern struct device_bench b;
extern struct policy policy;

#define CODES                                                                  \
	"\"device_code\":\"d+1\",\"user_code\":\"BCDF-GHJK\","                 \
	"\"verification_uri\":\"https://as.example/device\""
#define GOOD "{" CODES ",\"expires_in\":600,\"interval\":2}"

int device_set_up(void **state);
int device_tear_down(void **state);
void device_start(int64_t budget_ms);
/* The server's answer to the first question, and to a poll. */
void device_answer(int status, const char *body);
void device_poll_says(enum reason reason, const char *error);
/* As if the wait were over. */
void device_fire(void);
int64_t device_last_wait(void); /* milliseconds */

#endif
