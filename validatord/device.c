/* SPDX-License-Identifier: ISC */
#include "device.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "device_answer.h"
#include "fetcher.h"
#include "form.h"
#include "issuers.h"
#include "outcome.h"
#include "scope_wanted.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "server.h"

/*
 * Asks once for the codes and then as often as the server allows. It must not
 * poll faster than it was told, nor longer than the conversation lasts; that
 * the server cannot be reached in between is no answer.
 */

#define DEVICE_MS 5000
#define SLOW_DOWN_US 5000000
#define DETAILS_MAX 1024
#define WANTED (ENDPOINT_BIT(ENDPOINT_DEVICE) | ENDPOINT_BIT(ENDPOINT_TOKEN))

struct device {
	struct server *server;
	struct config *config;
	const struct policy *policy;
	const struct issuer *issuer;
	struct issuer_state *state;
	struct issuer_ready ready;
	char *service, *user;
	struct deadline deadline;
	uint32_t fetch_id;         /* while the codes are asked for */
	struct exchange *exchange; /* while the token endpoint is */
	struct event timer;        /* until the next time */
	struct secret code;
	int64_t interval_us;
	enum reason trouble; /* of the last time; REASON_NONE: it answered */
	const char *trouble_what;
	const struct device_calls *calls;
	void *argument;
};

bool
device_allowed(const struct policy *p, struct text rhost)
{
	return rhost.length == 0 || p->device_remote;
}

static void
device_free(struct device *d)
{
	if (d == NULL)
		return;
	(void)event_del(&d->timer);
	issuer_state_unref(d->state);
	config_unref(d->config);
	free(d->service);
	free(d->user);
	secret_clear(&d->code);
	free(d);
}

static void
end(struct device *d, struct exchange_result *result)
{
	const struct device_calls *calls = d->calls;
	void *argument = d->argument;

	device_free(d);
	calls->ended(result, argument);
}

static void
fail(struct device *d, enum reason reason, const char *what)
{
	struct exchange_result result = {.reason = reason, .what = what};

	end(d, &result);
}

/* The time is up: what went wrong last says more than that. */
static void
expire(struct device *d)
{
	if (d->trouble != REASON_NONE)
		fail(d, d->trouble, d->trouble_what);
	else
		fail(d, REASON_LOGIN_UNFINISHED, NULL);
}

static void
wait_interval(struct device *d)
{
	int64_t left_us = d->deadline.at_us - monotonic_us();
	struct timeval interval =
	    timeval_of_us(d->interval_us < left_us ? d->interval_us : left_us);

	if (left_us <= 0)
		expire(d);
	else if (event_add(&d->timer, &interval) != 0)
		fail(d, REASON_NO_MEMORY, NULL);
}

/* RFC 8628 section 3.5: a server in trouble is asked half as often. */
static void
back_off(struct device *d, enum reason reason, const char *what)
{
	d->trouble = reason;
	d->trouble_what = what;
	d->interval_us *= 2;
	wait_interval(d);
}

static void
polled(struct exchange_result *result, void *argument)
{
	struct device *d = argument;
	bool slow_down = strcmp(result->error, "slow_down") == 0;

	d->exchange = NULL;
	if (result->reason == REASON_NONE) {
		end(d, result);
	} else if (slow_down ||
		   strcmp(result->error, "authorization_pending") == 0) {
		d->trouble = REASON_NONE;
		d->interval_us += slow_down ? SLOW_DOWN_US : 0;
		wait_interval(d);
	} else if (reason_row(result->reason)->verdict == VERDICT_UNAVAILABLE) {
		back_off(d, result->reason, result->what);
	} else if (result->reason == REASON_GRANT_REFUSED &&
		   d->trouble != REASON_NONE) {
		/* The code was spent when the answer was lost. */
		fail(d, d->trouble, d->trouble_what);
	} else {
		end(d, result);
	}
}

static enum status
poll_form(const struct device *d, struct secret *ret)
{
	enum status s = form_put(ret, "grant_type",
	    text_of("urn:ietf:params:oauth:grant-type:device_code"));

	return s == STATUS_OK
		   ? form_put(ret, "device_code",
			 (struct text){d->code.bytes, d->code.length})
		   : s;
}

static void
on_timer(evutil_socket_t fd, short what, void *argument)
{
	_cleanup_(secret_clear) struct secret form = {0};
	struct device *d = argument;
	enum reason reason = REASON_NO_MEMORY;

	(void)fd, (void)what;
	if (deadline_passed(d->deadline)) {
		expire(d);
		return;
	}
	if (poll_form(d, &form) == STATUS_OK)
		d->exchange = exchange_begin(d->server, d->config, d->issuer,
		    d->policy->environment, &form, polled, d, &reason);
	if (d->exchange == NULL)
		back_off(d, reason, NULL);
}

static void
begun(const struct fetch_reply *reply, void *argument)
{
	_cleanup_(device_answer_clear) struct device_answer a = {0};
	struct device *d = argument;
	const char *what;
	enum reason reason = device_answer_read(reply, d->issuer, &a, &what);
	struct device_shown shown;

	d->fetch_id = 0;
	d->state->in_flight--;
	issuer_report(d->state, outcome_of(reason),
	    reason == REASON_NONE ? 0 : reply->retry_after_s);
	if (reason != REASON_NONE) {
		outcome_log(d->state, reason, what);
		fail(d, reason, what);
		return;
	}
	d->code = a.device_code;
	a.device_code = (struct secret){0};
	d->interval_us = a.interval_s * 1000000;
	d->deadline = deadline_earlier(
	    d->deadline, deadline_in_ms(a.expires_in_s * 1000));
	shown = (struct device_shown){.link = a.link,
	    .user_code = a.user_code,
	    .number = a.number,
	    .complete = a.complete};
	/* First the timer: whoever is shown it may cancel at once. */
	if (event_add(&d->timer,
		&(struct timeval){.tv_sec = (time_t)a.interval_s}) != 0) {
		fail(d, REASON_NO_MEMORY, NULL);
		return;
	}
	d->calls->shown(&shown, d->argument);
}

/* RFC 9396, of the type that brokerd's page shows to whoever approves. */
static enum status
put_details(const struct device *d, struct secret *form)
{
	_cleanup_(buf_clear) struct buf text = {0};
	struct json_writer w;

	if (!d->state->metadata.host_login)
		return STATUS_OK;
	buf_init(&text, DETAILS_MAX);
	json_writer_init(&w, &text);
	json_write_begin_array(&w, NULL);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "type", "host_login");
	json_write_string(&w, "host", d->config->host_name);
	json_write_string(&w, "service", d->service);
	json_write_string(&w, "user", d->user);
	json_write_end_object(&w);
	json_write_end_array(&w);
	if (buf_string(&text) == NULL)
		return text.error;
	return form_put(
	    form, "authorization_details", text_of(buf_string(&text)));
}

static enum reason
send_ask(struct device *d)
{
	_cleanup_(secret_clear) struct secret form = {0};

	if (scope_wanted_put(&form, d->issuer, d->policy) != STATUS_OK ||
	    put_details(d, &form) != STATUS_OK)
		return REASON_NO_MEMORY;
	if (!issuer_allows(d->state))
		return REASON_BREAKER_OPEN;
	d->fetch_id = fetcher_ask(d->server->fetcher, FETCH_DEVICE,
	    d->issuer->name, issuer_endpoint(d->state, ENDPOINT_DEVICE), &form,
	    deadline_in_ms(DEVICE_MS), begun, d);
	if (d->fetch_id == 0) {
		issuer_report(d->state, ISSUER_UNASKED, 0);
		return REASON_FETCH_DOWN;
	}
	d->state->asked++;
	d->state->in_flight++;
	return REASON_NONE;
}

static void
endpoints_known(enum reason reason, const char *what, void *argument)
{
	struct device *d = argument;

	if (reason == REASON_NONE)
		reason = send_ask(d);
	if (reason != REASON_NONE)
		fail(d, reason, what);
}

static enum status
copy_ask(struct device *d, const struct device_ask *ask)
{
	d->server = ask->server;
	d->config = config_ref(ask->config);
	d->policy = ask->policy;
	d->issuer = ask->policy->issuer;
	d->deadline = ask->deadline;
	d->service = strndup(ask->service.bytes, ask->service.length);
	d->user = strndup(ask->user.bytes, ask->user.length);
	(void)event_assign(&d->timer, ask->server->base, -1, 0, on_timer, d);
	return d->service != NULL && d->user != NULL ? STATUS_OK : STATUS_NOMEM;
}

struct device *
device_begin(const struct device_ask *ask, const struct device_calls *calls,
    void *argument, enum reason *ret_reason)
{
	struct device *d = calloc(1, sizeof(*d));
	struct issuer_state *state =
	    issuers_find(ask->server->issuers, ask->policy->issuer->name);

	*ret_reason = d != NULL ? REASON_ISSUER_UNREADY : REASON_NO_MEMORY;
	if (d == NULL || state == NULL) {
		free(d);
		return NULL;
	}
	d->state = issuer_state_ref(state);
	d->calls = calls;
	d->argument = argument;
	*ret_reason = REASON_NO_MEMORY;
	if (copy_ask(d, ask) == STATUS_OK)
		*ret_reason = issuer_endpoints_wait(d->state, d->config,
		    d->issuer, WANTED, &d->ready, endpoints_known, d);
	if (*ret_reason == REASON_NONE && d->ready.done == NULL)
		*ret_reason = send_ask(d);
	if (*ret_reason == REASON_NONE)
		return d;
	device_free(d);
	return NULL;
}

void
device_cancel(struct device *d)
{
	if (d == NULL)
		return;
	issuer_ready_leave(d->state, &d->ready);
	if (d->fetch_id != 0) {
		fetcher_cancel(d->server->fetcher, d->fetch_id);
		d->state->in_flight--;
		issuer_report(d->state, ISSUER_UNASKED, 0);
	}
	exchange_cancel(d->exchange);
	device_free(d);
}
