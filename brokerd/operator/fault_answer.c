/* SPDX-License-Identifier: ISC */
/*
 * What a fault does to an answer. Answers are spoilt after the endpoint has
 * written them: no endpoint knows that there are faults.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/api_fault.h"
#include "http/respond.h"
#include "respond_fault.h"
#include "operator/fault.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static const struct fault *
find(const struct fault_list *l, enum fault_kind kind)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->rows[i].kind == kind)
			return &l->rows[i];
	}
	return NULL;
}

static void
wait_unlocked(struct broker *b, int64_t ms)
{
	struct timespec left = {
	    .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	(void)pthread_mutex_unlock(&b->lock);
	while (nanosleep(&left, &left) != 0)
		continue;
	(void)pthread_mutex_lock(&b->lock);
}

/* HTTP counts Retry-After in seconds (RFC 9110 section 10.2.3). */
static void
answer_too_many(
    const char *path, struct http_response *response, int64_t wait_ms)
{
	char seconds[24];

	(void)snprintf(seconds, sizeof(seconds), "%lld",
	    (long long)((wait_ms + 999) / 1000));
	if (api_has_path(path))
		api_refuse(response, API_FAULT_TOO_MANY);
	else
		respond_fault(
		    response, OAUTH_FAULT(TEMPORARILY_UNAVAILABLE,
				  "too many requests, by the fault menu"));
	response->status = 429;
	http_response_header(response, "Retry-After", seconds);
}

static void
answer_unavailable(const char *path, struct http_response *response)
{
	if (api_has_path(path))
		api_refuse(response, API_FAULT_UNAVAILABLE);
	else
		respond_fault(response, OAUTH_FAULT(TEMPORARILY_UNAVAILABLE,
					    "out of order, by the fault menu"));
}

bool
fault_before(struct broker *b, const struct fault_list *faults,
    const char *path, struct http_response *response)
{
	const struct fault *f = find(faults, FAULT_SLOW);

	if (f != NULL)
		wait_unlocked(b, f->wait_ms);
	if (find(faults, FAULT_DROP) != NULL) {
		response->drop = true;
		return false;
	}
	f = find(faults, FAULT_TOO_MANY);
	if (f != NULL) {
		answer_too_many(path, response, f->wait_ms);
		return false;
	}
	if (find(faults, FAULT_UNAVAILABLE) != NULL) {
		answer_unavailable(path, response);
		return false;
	}
	return true;
}

static bool
is_expiry(const char *name)
{
	return name != NULL &&
	       (strcmp(name, "expires_in") == 0 || strcmp(name, "exp") == 0);
}

/* Our endpoints write whole numbers only. */
static void
write_number(struct json_writer *w, const struct json_value *v, bool as_text)
{
	int64_t number = 0;
	char text[24];

	(void)json_integer(v, INT64_MIN, INT64_MAX, &number);
	(void)snprintf(text, sizeof(text), "%lld", (long long)number);
	if (as_text)
		json_write_string(w, json_name(v), text);
	else
		json_write_integer(w, json_name(v), number);
}

static void
write_bool(struct json_writer *w, const struct json_value *v, bool as_text)
{
	bool value = false;

	(void)json_bool(v, &value);
	if (as_text)
		json_write_string(w, json_name(v), value ? "true" : "false");
	else
		json_write_bool(w, json_name(v), value);
}

static void spoil_all(struct json_writer *w, const struct json_value *container,
    const struct fault_list *faults);

static void
spoil(struct json_writer *w, const struct json_value *v,
    const struct fault_list *faults)
{
	bool as_text = find(faults, FAULT_WRONG_TYPE) != NULL;
	const char *name = json_name(v), *text = "";

	switch (json_type(v)) {
	case JSON_NUMBER:
		write_number(w, v, as_text);
		break;
	case JSON_BOOL:
		write_bool(w, v, as_text);
		break;
	case JSON_STRING:
		(void)json_string(v, &text);
		json_write_string(w, name, text);
		break;
	case JSON_OBJECT:
		json_write_begin_object(w, name);
		spoil_all(w, v, faults);
		json_write_end_object(w);
		break;
	case JSON_ARRAY:
		json_write_begin_array(w, name);
		spoil_all(w, v, faults);
		json_write_end_array(w);
		break;
	case JSON_NULL:
		json_write_null(w, name);
	}
}

static void
spoil_all(struct json_writer *w, const struct json_value *container,
    const struct fault_list *faults)
{
	bool no_expiry = find(faults, FAULT_NO_EXPIRY) != NULL;
	const struct json_value *v;

	for (v = json_first(container); v != NULL; v = json_next(v)) {
		if (!no_expiry || !is_expiry(json_name(v)))
			spoil(w, v, faults);
	}
}

void
fault_after(const struct fault_list *faults, struct http_response *response)
{
	_cleanup_(json_freep) struct json *document = NULL;
	const char *body = buf_string(&response->body), *reason;
	struct buf spoilt = {0};
	struct json_writer w;

	if (find(faults, FAULT_NO_EXPIRY) == NULL &&
	    find(faults, FAULT_WRONG_TYPE) == NULL)
		return;
	/* What is no JSON object, such as a signed answer, stays whole. */
	if (body == NULL || json_parse(body, response->body.length, &document,
				&reason) != STATUS_OK)
		return;
	buf_init_sensitive(&spoilt, HTTP_ANSWER_MAX);
	json_writer_init(&w, &spoilt);
	spoil(&w, json_top(document), faults);
	buf_clear(&response->body);
	response->body = spoilt;
}
