/* SPDX-License-Identifier: ISC */
/*
 * One question of the trial. A connection is told of once, by its origin, and a
 * server that does not answer is not asked again and again.
 */
#include "issuer_trial.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_url.h"
#include "fetch/origin.h"

#define DAY_S 86400
#define EXPIRES_SOON_DAYS 14

void
trial_fail(struct trial *t, const char *step, const char *remedy,
    const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	findings_add(&t->findings, FINDING_FAILED, step, remedy, "%s", text);
}

void
trial_fail_status(struct trial *t, const char *step, const char *key,
    const char *url, const struct inspection *i)
{
	int status = i->reply.http_status;
	char remedy[128];

	if (status >= 300 && status <= 399) {
		(void)snprintf(remedy, sizeof(remedy),
		    "write `%s` as the server really has it", key);
		trial_fail(t, step, remedy,
		    "%s redirects (HTTP %d%s%s), which is not followed", url,
		    status, i->redirect[0] != '\0' ? ", to " : "", i->redirect);
		return;
	}
	(void)snprintf(remedy, sizeof(remedy), "correct `%s`", key);
	trial_fail(t, step,
	    status == 429   ? "wait, and ask the server's owner for more"
	    : status >= 500 ? "look at the server's log"
			    : remedy,
	    "%s answers HTTP %d", url, status);
}

static const char *
host_of(const char *origin)
{
	const char *host = strstr(origin, "://");

	return host != NULL ? host + 3 : origin;
}

static void
tell_certificate(struct trial *t, const struct inspection *i)
{
	int64_t days = (i->expires_at - i->arrived_at) / DAY_S;
	const char *protocol = i->protocol[0] != '\0' ? i->protocol : "TLS";

	if (i->expires_at == 0)
		findings_add(&t->findings, FINDING_OK, "tls", NULL, "%s, %s",
		    protocol, i->subject);
	else
		findings_add(&t->findings,
		    days < EXPIRES_SOON_DAYS ? FINDING_WARNING : FINDING_OK,
		    "tls",
		    days < EXPIRES_SOON_DAYS ? "renew the certificate" : NULL,
		    "%s, %s, expires in %lld day%s", protocol, i->subject,
		    (long long)days, days == 1 ? "" : "s");
}

/* Of a connection that failed after TCP: in which step? */
static bool
is_handshake(const struct inspection *i)
{
	return i->reply.result == FETCH_TLS;
}

static void
tell_fault(struct trial *t, const char *step, const struct inspection *i)
{
	bool words = i->error[0] != '\0';

	trial_fail(t, step, i->remedy, "%s%s%s%s", i->fault, words ? " (" : "",
	    words ? i->error : "", words ? ")" : "");
}

static void
tell_connection(struct trial *t, const char *origin, const struct inspection *i)
{
	bool answered = i->reply.result == FETCH_ANSWERED;
	bool secure = strncmp(origin, "https:", 6) == 0;

	if (!i->connected) {
		trial_fail(t, "connect", i->remedy, "%s: %s", host_of(origin),
		    i->fault);
		t->unreachable = true;
		return;
	}
	findings_add(&t->findings, FINDING_OK, "connect", NULL, "%s%s%s",
	    host_of(origin), i->address[0] != '\0' ? ", at " : "", i->address);
	if (is_handshake(i))
		tell_fault(t, "tls", i);
	else if (!secure)
		findings_add(&t->findings, FINDING_SKIPPED, "tls", NULL,
		    "plain HTTP on this host, by `insecure_loopback`");
	else if (i->subject[0] != '\0')
		tell_certificate(t, i);
	if (!answered && !is_handshake(i)) {
		tell_fault(t, "answer", i);
		t->unreachable = true;
	}
}

/* RFC 9110 section 6.6.1: in whole seconds, so one more may lie between. */
static void
tell_clock(struct trial *t, const struct inspection *i)
{
	static const char remedy[] =
	    "set both by NTP, or tokens count too long or not at all";
	long long leeway = (long long)t->issuer->leeway_ms / 1000;
	long long ahead = (long long)(i->date - i->arrived_at);
	long long apart = ahead < 0 ? -ahead : ahead;
	enum finding finding = FINDING_WARNING;

	if (i->date == 0 || t->clock_seen)
		return;
	t->clock_seen = true;
	if (apart <= leeway + 1) {
		findings_add(&t->findings, FINDING_OK, "clock", NULL,
		    "within %lld s of this host's", apart > 1 ? apart : 1);
		return;
	}
	if (apart > LEEWAY_MAX_S + 1)
		finding = FINDING_FAILED;
	findings_add(&t->findings, finding, "clock", remedy,
	    "the server's is %lld s %s this host's, and `leeway` is %lld s",
	    apart, ahead < 0 ? "behind" : "ahead of", leeway);
}

static void
add(struct word_list *list, const char *origin)
{
	/* Without memory it is told once more. */
	(void)word_list_add(list, origin, strlen(origin));
}

bool
trial_ask(struct trial *t, const char *step, enum fetch_slot slot,
    const char *url, const struct secret *form, struct inspection *ret)
{
	char origin[URL_ORIGIN_MAX] = "";
	bool answered, met;

	(void)config_url_fault(url, t->issuer->insecure_loopback, origin);
	/* Told already: by trial_endpoints(), or when it died. */
	if (!origin_allowed(&t->origins, t->issuer, url) ||
	    word_list_has(&t->dead, origin))
		return false;
	met = word_list_has(&t->met, origin);
	inspector_ask(t->inspector, slot, url, form, ret);
	answered = ret->reply.result == FETCH_ANSWERED;
	if (!met) {
		tell_connection(t, origin, ret);
		add(&t->met, origin);
		if (!answered)
			add(&t->dead, origin);
	} else if (!answered) {
		tell_fault(t, step, ret);
	}
	if (answered)
		tell_clock(t, ret);
	return answered;
}
