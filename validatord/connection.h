/* SPDX-License-Identifier: ISC */
/*
 * One client from accept to close. A connection carries one request, or one
 * conversation; it is closed after the final reply, after a time without a
 * request, or when the client leaves, which cancels the work.
 */
#ifndef VALIDATORD_CONNECTION_H
#define VALIDATORD_CONNECTION_H

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "request.h"
#include "scopegate/buf.h"
#include "scopegate/protocol.h"
#include "sockets.h"

struct login;
struct redeem;
struct server;

enum connection_state {
	CONNECTION_IDLE, /* nothing received yet */
	CONNECTION_WORKING,
	CONNECTION_ASKING,  /* a PROMPT is out: a person is thinking */
	CONNECTION_HOLDING, /* the reply is made and waits for its time */
};

struct connection {
	TAILQ_ENTRY(connection) used; /* or in the free list */
	TAILQ_ENTRY(connection) idle;
	struct server *server;
	int fd;
	enum socket_kind kind;
	pid_t pid;
	uid_t uid;
	enum connection_state state;
	bool watched; /* `readable` is registered */
	bool acked;
	bool refused; /* over a limit: its request is answered with BUSY */
	bool unasked; /* a verdict is held that no request was made for: an
		       * answer may have been on its way */
	uint32_t id;  /* of the last request */
	int64_t opened_us;
	struct login *login;   /* the conversation; NULL: none */
	struct redeem *redeem; /* what a browser waits for; NULL: nothing */
	struct event readable;
	struct event hold;
	struct buf reply; /* while holding */
	struct request request;
};

/* Microseconds as libevent wants them; 0 for what has passed. */
struct timeval timeval_of_us(int64_t us);

/* Cancels what it waits for, and gives it back to the set. */
void connection_close(struct connection *c);
/* Takes the request if it is there. false: nothing has been received yet. */
bool connection_receive(struct connection *c);
/* From now on something happens when the client sends or leaves. */
bool connection_watch(struct connection *c);

/* Forgets its conversation, if it has one. */
void connection_end_login(struct connection *c);
/* Sends the PROMPT, of a finished message; clears it and waits for the answer.
 * false: it cannot wait, and is gone. */
bool connection_prompt(struct connection *c, struct buf *prompt);

/* May this peer use login.sock and ctl.sock? root, or our own user when the
 * daemon was not started as root. And gateway.sock: gatewayd's user, too. */
bool connection_is_trusted(const struct connection *c);

/* Has c->request decided; acknowledges it and watches the client if it has to
 * wait. The connection may be gone when this returns. */
void connection_decide(struct connection *c);
/* "We are at it": once, before anything that lets the client wait. */
void connection_acknowledge(struct connection *c);
/* The same, and the client's leaving cancels from now on. */
void connection_wait(struct connection *c);
/* The final reply, of a finished message; clears it and closes. */
void connection_reply(struct connection *c, struct buf *reply);
void connection_reply_error(struct connection *c, enum protocol_error error);
/* The final reply at a point on CLOCK_MONOTONIC. Takes the contents. */
void connection_reply_at(
    struct connection *c, struct buf *reply, int64_t at_us);

#endif
