/* SPDX-License-Identifier: ISC */
/* What every endpoint has at hand. */
#ifndef BROKERD_BROKER_H
#define BROKERD_BROKER_H

#include <pthread.h>

#include "api/call_log.h"
#include "api/rate_limit.h"
#include "app/app_store.h"
#include "hash.h"
#include "identity/sign_in_throttle.h"
#include "jose/key_ring.h"
#include "oauth/code_guesses.h"
#include "store/store.h"

#define ISSUER_SIZE 256

struct pusher;

struct broker {
	struct store *store;
	char issuer[ISSUER_SIZE];     /* an origin: scheme, host, port */
	char audience[AUDIENCE_SIZE]; /* of tokens that name no other */
	bool faults;            /* started for the fault menu */
	bool secure;            /* the issuer is https: cookies are Secure */
	struct digest form_key; /* browser_session_key() */
	struct key_ring keys;   /* what it signs with */
	struct sign_in_throttle throttle;         /* by user name */
	struct sign_in_throttle sign_up_throttle; /* by address */
	struct code_guesses guesses;              /* of user codes */
	struct rate_limit rates; /* of the API, by app and account */
	struct call_log calls;   /* that wait to be written */
	struct pusher *pusher; /* NULL: nobody is told of events */
	/* One endpoint at a time uses the store; held by routes_handle(). */
	pthread_mutex_t lock;
};

#endif
