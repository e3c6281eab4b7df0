/* SPDX-License-Identifier: ISC */
#include "relay.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "scopegate/cleanup.h"
#include "scopegate/client.h"

/* It carries octets. What they mean is decide's business; that they fit is
 * the codec's. */

#define FAILURE_LOG_MS 10000

enum status
relay_init(struct relay *r, const char *runtime_dir, struct counters *counters)
{
	int n = snprintf(r->folder, sizeof(r->folder), "%s", runtime_dir);

	if (n < 0 || (size_t)n >= sizeof(r->folder))
		return STATUS_TOO_BIG;
	n = snprintf(r->path, sizeof(r->path), "%s/gateway.sock", runtime_dir);
	if (n < 0 || (size_t)n >= sizeof(r->path))
		return STATUS_TOO_BIG;
	r->started_as = geteuid();
	r->counters = counters;
	(void)pthread_mutex_init(&r->lock, NULL);
	return STATUS_OK;
}

/* Root's folder holds root's socket. A folder of whoever started us, who is
 * not root, is a gate for trying things out. */
static uid_t
owner_of(const struct relay *r)
{
	struct stat st;

	if (r->started_as != 0 && lstat(r->folder, &st) == 0 &&
	    st.st_uid == r->started_as)
		return r->started_as;
	return 0;
}

static enum status
write_request(
    const char *command, const struct relay_field *fields, struct buf *ret)
{
	message_start(ret, MESSAGE_GATEWAY, 1);
	message_put_string(ret, TAG_COMMAND, command);
	for (; fields != NULL && fields->tag != TAG_NONE; fields++) {
		if (fields->text != NULL)
			message_put_string(ret, fields->tag, fields->text);
	}
	return message_finish(ret);
}

static void
log_failure(struct relay *r, enum status status, const struct message *reply)
{
	unsigned int skipped = 0;
	bool passes;

	atomic_fetch_add(&r->counters->unavailable, 1);
	(void)pthread_mutex_lock(&r->lock);
	passes = log_limit_pass(&r->failures, FAILURE_LOG_MS, &skipped);
	(void)pthread_mutex_unlock(&r->lock);
	if (!passes)
		return;
	log_warning("validatord cannot be asked over %s: %s%s%s (%u times more "
		    "before)",
	    r->path, status_text(status),
	    status == STATUS_FORBIDDEN ? ": " : "",
	    status == STATUS_FORBIDDEN
		? protocol_error_text(message_u16(reply, TAG_ERROR, 0))
		: "",
	    skipped);
}

static enum status
read_document(const struct message *reply, struct relay_answer *ret)
{
	const char *reason;
	enum status status = json_parse(reply->value[TAG_DOCUMENT].bytes,
	    reply->value[TAG_DOCUMENT].length, &ret->document, &reason);

	if (status != STATUS_OK)
		return status;
	ret->top = json_top(ret->document);
	return json_string(json_get(ret->top, "result"), &ret->result) ==
		       STATUS_OK
		   ? STATUS_OK
		   : STATUS_MALFORMED;
}

enum status
relay_ask(struct relay *r, const char *command,
    const struct relay_field *fields, struct relay_answer *ret)
{
	struct client_server server = {.path = r->path, .owner = owner_of(r)};
	_cleanup_(buf_clear) struct buf request = {0};
	struct message reply = {0};
	enum status status;

	buf_init_sensitive(&request, MESSAGE_MAX);
	buf_init_sensitive(&ret->packet, MESSAGE_MAX);
	if (write_request(command, fields, &request) != STATUS_OK)
		return STATUS_INVALID;
	status = client_call(
	    &server, &request, deadline_in_ms(RELAY_MS), &ret->packet, &reply);
	if (status == STATUS_INVALID)
		return status;
	if (status == STATUS_OK)
		status = read_document(&reply, ret);
	if (status != STATUS_OK)
		log_failure(r, status, &reply);
	/* Of a failure that is ours to tell as the asker's. */
	return status == STATUS_INVALID ? STATUS_IO : status;
}

void
relay_answer_clear(struct relay_answer *a)
{
	json_freep(&a->document);
	a->top = NULL;
	a->result = NULL;
	buf_clear(&a->packet);
}

const char *
relay_text(
    const struct json_value *object, const char *name, const char *fallback)
{
	const char *text = fallback;

	(void)json_string(json_get(object, name), &text);
	return text;
}

int64_t
relay_number(
    const struct json_value *object, const char *name, int64_t fallback)
{
	int64_t number = fallback;

	(void)json_integer(
	    json_get(object, name), 0, INT64_C(1) << 53, &number);
	return number;
}

const struct json_value *
relay_first(const struct json_value *object, const char *name)
{
	const struct json_value *list = json_get(object, name);

	return list != NULL && json_type(list) == JSON_ARRAY ? json_first(list)
							     : NULL;
}
