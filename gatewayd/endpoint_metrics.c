/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "endpoint.h"
#include "http/respond.h"
#include "page.h"
#include "scopegate/cleanup.h"

/*
 * Counters in Prometheus' text format. Names and labels are fixed: what a
 * client sends never becomes one. decide's document is flat: NAME: N, or NAME:
 * {KIND: N}.
 */

static bool
is_name(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

	return text[0] >= 'a' && text[0] <= 'z' &&
	       strspn(text, allowed) == strlen(text);
}

static void
write_number(struct buf *out, const char *name, const char *label,
    const struct json_value *value)
{
	int64_t number;

	if (!is_name(label) ||
	    json_integer(value, 0, INT64_C(1) << 53, &number) != STATUS_OK)
		return;
	buf_format(out, "scopegate_%s{kind=\"%s\"} %lld\n", name, label,
	    (long long)number);
}

static void
write_decides(struct buf *out, const struct json_value *document)
{
	for (const struct json_value *m = json_first(document); m != NULL;
	     m = json_next(m)) {
		const char *name = json_name(m);
		int64_t number;

		if (!is_name(name))
			continue;
		if (json_integer(m, 0, INT64_C(1) << 53, &number) == STATUS_OK)
			buf_format(out, "scopegate_%s %lld\n", name,
			    (long long)number);
		if (json_type(m) != JSON_OBJECT)
			continue;
		for (const struct json_value *k = json_first(m); k != NULL;
		     k = json_next(k))
			write_number(out, name, json_name(k), k);
	}
}

static void
write_requests(struct buf *out, struct counters *c)
{
	buf_append_string(out,
	    "# HELP scopegate_gateway_requests_total Requests answered.\n"
	    "# TYPE scopegate_gateway_requests_total counter\n");
	for (size_t i = 0; route_name(i) != NULL; i++) {
		for (size_t class = 2; class < COUNTERS_CLASSES; class ++) {
			unsigned long long n =
			    atomic_load(&c->requests[i][class]);

			if (n == 0 && class != 2)
				continue;
			buf_format(out,
			    "scopegate_gateway_requests_total{route=\"%s\","
			    "class=\"%zuxx\"} %llu\n",
			    route_name(i), class, n);
		}
	}
}

static void
write_own(struct buf *out, struct counters *c, bool up)
{
	write_requests(out, c);
	buf_format(out,
	    "# HELP scopegate_gateway_limited_total Requests refused by the "
	    "rate limit.\n"
	    "# TYPE scopegate_gateway_limited_total counter\n"
	    "scopegate_gateway_limited_total %llu\n"
	    "# HELP scopegate_gateway_decide_failures_total Exchanges with "
	    "validatord that failed.\n"
	    "# TYPE scopegate_gateway_decide_failures_total counter\n"
	    "scopegate_gateway_decide_failures_total %llu\n"
	    "# HELP scopegate_up Whether validatord answers.\n"
	    "# TYPE scopegate_up gauge\n"
	    "scopegate_up %d\n",
	    atomic_load(&c->limited), atomic_load(&c->unavailable), up);
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
	if (up)
		write_decides(out, answer.top);
}
