/* SPDX-License-Identifier: ISC */
/*
 * A device grant (RFC 8628): a link and a code for whoever signs in, on
 * whatever device has a browser, and polling until they have answered. It ends
 * as a grant of ours or with a reason; the person's answer at the terminal is
 * the login's business.
 *
 * Nothing ties the browser to the terminal but the code, so who is talked into
 * typing a stranger's code lets the stranger in (RFC 8628 section 5.4, RFC
 * 10027). Hence device_allowed(), and the number that a page can ask for.
 */
#ifndef VALIDATORD_DEVICE_H
#define VALIDATORD_DEVICE_H

#include <stdbool.h>

#include "config.h"
#include "exchange.h"
#include "scopegate/deadline.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

struct device;

struct device_ask {
	struct server *server;
	struct config *config;
	const struct policy *policy; /* of `config`; its issuer is asked */
	struct text service, user;   /* of the login; copied */
	struct deadline deadline;    /* the conversation's end */
};

/* What a terminal shows: TAG_LINK, TAG_USER_CODE and TAG_NUMBER of a PROMPT. */
struct device_shown {
	const char *link; /* verification_uri */
	const char *user_code;
	/* brokerd's confirmation_number: the page asks for it, so that whoever
	 * approves has seen this terminal. NULL: the page asks for none. */
	const char *number;
	/* verification_uri_complete, with the code in it: only for a drawing
	 * on a terminal that the person sits at. NULL: none. */
	const char *complete;
};

/*
 * Each runs from the event loop, never from inside device_begin(). First
 * `shown`, once; then `ended`, once, whose result is exchange_done()'s. Where
 * nothing can be shown, `ended` comes at once. With `ended` the device is gone.
 * After device_cancel() none runs.
 */
struct device_calls {
	void (*shown)(const struct device_shown *shown, void *argument);
	void (*ended)(struct exchange_result *result, void *argument);
};

/* May a device grant open this login? Any PAM_RHOST makes it remote, also one
 * that says loopback: a proxy on this host shows that for everybody. */
bool device_allowed(const struct policy *p, struct text rhost);

/* NULL with *ret_reason: it cannot be begun now. */
struct device *device_begin(const struct device_ask *ask,
    const struct device_calls *calls, void *argument, enum reason *ret_reason);
void device_cancel(struct device *d); /* NULL is fine */

#endif
