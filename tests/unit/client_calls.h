/* SPDX-License-Identifier: ISC */
/*
 * For programs linked with --wrap=connect, poll and send: a descriptor is
 * looked at when it is used, and a pause (poll() on nothing) is where the
 * world may change.
 */
#ifndef SCOPEGATE_TESTS_CLIENT_CALLS_H
#define SCOPEGATE_TESTS_CLIENT_CALLS_H

#include <stdint.h>

#include "scopegate/client.h"
#include "scripted_server.h"

#define LONG_MS 60000 /* never reached by a good test */
#define REQUEST_ID 0xfffffffeu
#define ANSWER_ID 0xfffffffcu /* of a LOGIN_ANSWER */

struct watch {
	int fd; /* of the last connect() */
	unsigned int connects, pauses;
	void (*in_pause)(void);
	void (*after_connect)(void);
	void (*after_send)(int fd);
};

extern struct watch watch;
extern struct scripted_server server;

/* Set-up and tear-down of a test. */
int open_server(void **state);
int close_server(void **state);

/* The lowest free descriptor: it stays, or something leaked. */
int lowest_fd(void);
/* A finished request of this type; `b` need not be initialised. */
void put_request(struct buf *b, enum message_type type);
/* One client_call() that must leave no descriptor open. *ret lasts until the
 * next call or the test's end. */
enum status call(enum message_type type, int64_t ms, struct message *ret);
enum status call_as(const struct client_server *to, enum message_type type,
    int64_t ms, struct message *ret);

#define ON_SERVER(test)                                                        \
	cmocka_unit_test_setup_teardown(test, open_server, close_server)

#endif
