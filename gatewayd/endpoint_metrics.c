/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "endpoint.h"
#include "http/respond.h"
#include "page.h"
#include "scopegate/cleanup.h"

/*
 * Counters in Prometheus' text format. Names and labels are those of the
 * tables here; what a client sends never becomes one. Of decide's document
 * (validatord/gateway_metrics.c) that is taken which has a row.
 */

struct metric {
	const char *object; /* of decide's document; NULL: the top */
	const char *member; /* NULL: each of the object, as the label's value */
	const char *name;
	const char *label;
	const char *type;
	const char *help;
};

static const struct metric metrics[] = {
    {NULL, "uptime_s", "uptime_seconds", NULL, "gauge",
	"Since validatord started."},
    {NULL, "generation", "config_generation", NULL, "gauge",
	"How often a configuration was taken."},
    {NULL, "config_stale", "config_stale", NULL, "gauge",
	"1: the last reload was refused."},
    {NULL, "connections", "connections", NULL, "gauge",
	"Callers on validatord's sockets."},
    {NULL, "audit_sequence", "audit_records_total", NULL, "counter",
	"Records in the audit log."},
    {NULL, "grants", "grants", NULL, "gauge", "Grants that are kept."},
    {NULL, "fetch_restarts", "fetch_restarts_total", NULL, "counter",
	"Times that the fetching process was started again."},
    {"decisions", NULL, "decisions_total", "verdict", "counter",
	"Decisions by verdict."},
    {"cache", NULL, "cache_lookups_total", "result", "counter",
	"Questions to the cache of facts."},
    {"logins", "waiting", "logins_waiting", NULL, "gauge",
	"Logins that wait for a person."},
    {"logins", "begun", "logins_begun_total", NULL, "counter",
	"Logins that were begun."},
    {"logins", "finished", "logins_finished_total", NULL, "counter",
	"Logins that let somebody in."},
    {"logins", "unfinished", "logins_unfinished_total", NULL, "counter",
	"Logins that nobody went through."},
    {"logins", "declined", "logins_declined_total", NULL, "counter",
	"Logins that their account's owner declined."},
    {"logins", "codes", "login_codes", NULL, "gauge",
	"Login codes that wait to be used."},
};

/* Of each issuer, by its name in the configuration. */
static const struct metric issuer_metrics[] = {
    {NULL, "in_flight", "issuer_in_flight", "issuer", "gauge",
	"Questions that wait for the authorization server."},
    {NULL, "asked", "issuer_asked_total", "issuer", "counter",
	"Questions to the authorization server."},
    {NULL, "failed", "issuer_failed_total", "issuer", "counter",
	"Questions that it did not answer."},
};

/* Booleans count as 0 and 1. */
static bool
read_number(const struct json_value *value, long long *ret)
{
	int64_t number;
	bool yes;

	if (json_integer(value, 0, INT64_C(1) << 53, &number) == STATUS_OK)
		*ret = (long long)number;
	else if (json_bool(value, &yes) == STATUS_OK)
		*ret = yes;
	else
		return false;
	return true;
}

static void
write_head(struct buf *out, const struct metric *m)
{
	buf_format(out, "# HELP scopegate_%s %s\n# TYPE scopegate_%s %s\n",
	    m->name, m->help, m->name, m->type);
}

static void
write_sample(struct buf *out, const struct metric *m, const char *label,
    const struct json_value *value)
{
	long long number;

	if (!read_number(value, &number))
		return;
	buf_format(out, "scopegate_%s", m->name);
	if (m->label != NULL) {
		buf_format(out, "{%s=\"", m->label);
		for (; *label != '\0'; label++)
			buf_append_byte(out, strchr("\"\\\n", *label) != NULL
						 ? '_'
						 : (uint8_t)*label);
		buf_append_string(out, "\"}");
	}
	buf_format(out, " %lld\n", number);
}

static void
write_metric(
    struct buf *out, const struct metric *m, const struct json_value *document)
{
	const struct json_value *object =
	    m->object == NULL ? document : json_get(document, m->object);

	if (object == NULL || json_type(object) != JSON_OBJECT ||
	    (m->member != NULL && json_get(object, m->member) == NULL))
		return;
	write_head(out, m);
	if (m->member != NULL) {
		write_sample(out, m, "", json_get(object, m->member));
		return;
	}
	for (const struct json_value *i = json_first(object); i != NULL;
	     i = json_next(i))
		write_sample(out, m, json_name(i), i);
}

static void
write_issuers(struct buf *out, const struct json_value *document)
{
	const struct json_value *first = relay_first(document, "issuers");

	for (size_t i = 0; first != NULL && i < ELEMENTS(issuer_metrics); i++) {
		const struct metric *m = &issuer_metrics[i];

		write_head(out, m);
		for (const struct json_value *one = first; one != NULL;
		     one = json_next(one))
			write_sample(out, m, relay_text(one, "name", ""),
			    json_get(one, m->member));
	}
}

static void
write_requests(struct buf *out, struct counters *c)
{
	static const struct metric requests = {NULL, NULL,
	    "gateway_requests_total", NULL, "counter", "Requests answered."};

	write_head(out, &requests);
	for (size_t i = 0; route_name(i) != NULL; i++) {
		for (size_t class = 2; class < COUNTERS_CLASSES; class ++)
			buf_format(out,
			    "scopegate_%s{route=\"%s\",class=\"%zuxx\"} %llu\n",
			    requests.name, route_name(i), class,
			    atomic_load(&c->requests[i][class]));
	}
}

static void
write_own(struct buf *out, struct counters *c, bool up)
{
	const struct {
		struct metric metric;
		unsigned long long value;
	} own[] = {
	    {{NULL, NULL, "gateway_limited_total", NULL, "counter",
		 "Requests refused by the rate limit."},
		atomic_load(&c->limited)},
	    {{NULL, NULL, "gateway_decide_failures_total", NULL, "counter",
		 "Exchanges with validatord that failed."},
		atomic_load(&c->unavailable)},
	    {{NULL, NULL, "up", NULL, "gauge", "Whether validatord answers."},
		up},
	};

	write_requests(out, c);
	for (size_t i = 0; i < ELEMENTS(own); i++) {
		write_head(out, &own[i].metric);
		buf_format(out, "scopegate_%s %llu\n", own[i].metric.name,
		    own[i].value);
	}
}

/* An address that may not know is told what strangers are told of a path that
 * there is not. */
void
endpoint_metrics(struct visit *v)
{
	_cleanup_(relay_answer_clear) struct relay_answer answer = {0};
	struct gateway *g = v->gateway;
	struct buf *out = &v->response->body;
	bool up;

	if (!network_list_holds(&g->settings->metrics_from, &v->client)) {
		page_message(v, MESSAGE_PAGE_NOT_FOUND, NULL);
		return;
	}
	up = relay_ask(&g->relay, "metrics", NULL, &answer) == STATUS_OK &&
	     strcmp(answer.result, "metrics") == 0;
	respond_empty(v->response, 200);
	http_response_header(v->response, "Content-Type",
	    "text/plain; version=0.0.4; charset=utf-8");
	write_own(out, &g->counters, up);
	for (size_t i = 0; up && i < ELEMENTS(metrics); i++)
		write_metric(out, &metrics[i], answer.top);
	if (up)
		write_issuers(out, answer.top);
}
