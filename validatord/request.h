/* SPDX-License-Identifier: ISC */
/* One request for a decision: what was asked, and what the stages found. */
#ifndef VALIDATORD_REQUEST_H
#define VALIDATORD_REQUEST_H

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "audit.h"
#include "chance.h"
#include "config.h"
#include "facts.h"
#include "facts_cache.h"
#include "flights.h"
#include "grants.h"
#include "report.h"
#include "scopegate/deadline.h"
#include "scopegate/message.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"
#include "ssh_key.h"

/* Our answer is on its way this long before the caller gives up. */
#define REQUEST_MARGIN_MS 50
/* A control request states no budget. */
#define REQUEST_CONTROL_MS 10000

struct server;

enum operation {
	OPERATION_LOGIN,   /* CHECK: a token */
	OPERATION_ACCOUNT, /* ACCOUNT: a handle of an earlier CHECK */
	OPERATION_CHECK,   /* the operator's tool: a token, every rule told */
	OPERATION_PREVIEW, /* would this sign-in be let in? A yes is no login
			    * yet and not recorded; a no is the login's end */
	OPERATION_CODE,    /* a token, for a login code */
	OPERATION_WEB,     /* a token, for a web page: who is it? */
};

struct request;
typedef void request_done(struct request *r);

struct request {
	/* By who asks. */
	struct server *server;
	enum operation operation;
	const uint8_t *received; /* the packet; borrowed while not waiting */
	size_t packet_size;
	struct message message; /* views into it */
	bool by_uid;            /* tools.sock: callers are told apart by uid */
	pid_t peer_pid;
	uid_t peer_uid;
	int64_t started_us;
	struct deadline deadline;
	struct report *report; /* NULL: stop at the first rule that fails */
	request_done *done;
	void *argument;

	unsigned int login_method; /* LOGIN_* bit: how the person signs in */
	/* Of a sign-in that just ended: its facts are the request's, and it is
	 * kept if it lets the user in. Owned; NULL: none. */
	struct grant *fresh_grant;
	/* The key that sshd has seen proven, as far as it may be believed, or the
	 * one of the handle; "" none. */
	char ssh_key[SSH_KEY_PRINT_SIZE];
	struct secret kept_token; /* beside the packet's; empty: none */

	/* By the stages. */
	bool waiting;
	uint8_t *packet; /* own copy, from the first wait on */
	struct config *config;
	int64_t at_us; /* CLOCK_REALTIME */
	const struct policy *policy;
	const struct issuer *issuer;
	struct facts *facts;
	struct facts *own_facts; /* the token's own, while it is asked about */
	struct flight_waiter waiter;
	struct event deadline_event;
	int64_t asked_us;
	enum cache_state cache;
	int64_t cache_age_ms;
	int64_t as_us;
	int64_t total_us;
	char fingerprint[9]; /* of the token; "" none */
	char grant_id[GRANT_ID_SIZE];  /* that was kept or known; "" none */
	char local_user[USER_MAX + 1]; /* OPERATION_WEB: by the facts */

	/* The outcome. */
	enum verdict verdict;
	enum reason reason;
	char detail[DETAIL_MAX + 1];
	char ref[SHORT_REF_LENGTH + 1];
	char handle[33];
	unsigned int retry_after_s;
};

#endif
