/* SPDX-License-Identifier: ISC */
/*
 * `brokerd receiver add|list|remove`: who is told when access ends. The bearer
 * token that a receiver wants comes from a file, never from an argument.
 */
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "push/pusher.h"
#include "push/receiver_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

static bool
copy_option(const char *option, const char *text, char *ret, size_t size)
{
	if (strlen(text) >= size) {
		log_error("--%s: longer than %zu characters", option, size - 1);
		return false;
	}
	memcpy(ret, text, strlen(text) + 1);
	return true;
}

/* Words of EVENT_ALL, or the types as they are sent. */
static bool
copy_events(const char *text, struct receiver *r)
{
	_cleanup_(buf_clear) struct buf words = {0};

	buf_init(&words, 1024);
	while (*text != '\0') {
		if (strncmp(text, EVENT_URN, strlen(EVENT_URN)) == 0)
			text += strlen(EVENT_URN);
		for (; *text != '\0' && *text != ' '; text++)
			buf_append_byte(&words, (unsigned char)*text);
		for (; *text == ' '; text++)
			buf_append_byte(&words, ' ');
	}
	return copy_option("events",
	    buf_string(&words) == NULL ? "" : buf_string(&words), r->events,
	    sizeof(r->events));
}

static bool
read_bearer(const char *path, char ret[RECEIVER_BEARER_SIZE])
{
	_cleanup_(buf_clear) struct buf input = {0};

	if (path == NULL)
		return true;
	buf_init_sensitive(&input, RECEIVER_BEARER_SIZE);
	if (input_read(path, &input) != STATUS_OK)
		return false;
	if (input_single_line(&input) != STATUS_OK ||
	    input.length >= RECEIVER_BEARER_SIZE) {
		log_error("%s: holds no token on a line of its own", path);
		return false;
	}
	memcpy(ret, input.data, input.length + 1);
	return true;
}

static bool
fill(const struct verb_request *q, struct receiver *r)
{
	const char *name = q->text[OPTION_RECEIVER], *url = q->text[OPTION_URL],
		   *audience = q->text[OPTION_AUDIENCE],
		   *events = q->text[OPTION_EVENTS], *problem;

	if (!copy_option("receiver", name, r->name, sizeof(r->name)) ||
	    !copy_option("url", url, r->url, sizeof(r->url)) ||
	    !copy_option("audience", audience == NULL ? url : audience,
		r->audience, sizeof(r->audience)) ||
	    !copy_events(events == NULL ? EVENT_ALL : events, r) ||
	    !read_bearer(q->text[OPTION_BEARER_FILE], r->bearer))
		return false;
	problem = receiver_problem(r);
	if (problem != NULL)
		log_error("receiver %s: %s", name, problem);
	return problem == NULL;
}

static int
finish(struct transaction *t, enum status status, const char *name,
    const char *refusal)
{
	if (status == STATUS_OK)
		status = transaction_commit(t);
	if (status == STATUS_OK)
		return EXIT_SUCCESS;
	log_error("receiver %s: %s", name,
	    status == STATUS_FORBIDDEN || status == STATUS_NOT_FOUND
		? refusal
		: status_text(status));
	return EXIT_REFUSED;
}

static int
add(const struct verb_request *q)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct receiver r = {0};
	enum status status;
	int code;

	if (!fill(q, &r))
		return EXIT_USAGE;
	status = transaction_write(q->store, &t);
	if (status == STATUS_OK)
		status = receiver_add(q->store, &r, "shell", wall_clock());
	explicit_bzero(r.bearer, sizeof(r.bearer));
	code = finish(&t, status, r.name, "there is one of that name");
	if (code == EXIT_SUCCESS)
		printf("receiver %s: %s\n", r.name, r.events);
	return code;
}

static int
remove_one(const struct verb_request *q)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	const char *name = q->text[OPTION_RECEIVER];
	enum status status = transaction_write(q->store, &t);
	int code;

	if (status == STATUS_OK)
		status = receiver_remove(q->store, name, "shell", wall_clock());
	code = finish(&t, status, name, "there is none of that name");
	if (code == EXIT_SUCCESS)
		printf("receiver %s: removed\n", name);
	return code;
}

/* A paragraph each: the addresses are long. */
static void
print_receiver(const struct receiver *r, bool json)
{
	_cleanup_(buf_clear) struct buf line = {0};
	struct json_writer w;

	if (!json) {
		printf("%s\n  to         %s\n  audience   %s\n"
		       "  events     %s\n  delivered  %lld\n  waiting    %lld\n"
		       "  failed     %lld\n",
		    r->name, r->url, r->audience, r->events,
		    (long long)r->delivered, (long long)r->waiting,
		    (long long)r->failed);
		if (r->last_error[0] != '\0')
			printf("  last fault %s\n", r->last_error);
		return;
	}
	verb_json_begin(&line, &w);
	json_write_string(&w, "receiver", r->name);
	json_write_string(&w, "url", r->url);
	json_write_string(&w, "audience", r->audience);
	json_write_string(&w, "events", r->events);
	json_write_integer(&w, "delivered", r->delivered);
	json_write_integer(&w, "waiting", r->waiting);
	json_write_integer(&w, "failed", r->failed);
	json_write_string(&w, "last_error", r->last_error);
	verb_json_end(&line, &w);
}

static int
list(const struct verb_request *q)
{
	struct verb_list shown = {.request = q, .what = "receivers"};
	struct receiver r = {0};
	enum status status;

	while ((status = receiver_next(q->store, r.id, &r)) == STATUS_OK) {
		verb_list_line(&shown);
		print_receiver(&r, q->flag[OPTION_JSON]);
	}
	explicit_bzero(r.bearer, sizeof(r.bearer));
	return verb_list_end(
	    &shown, status == STATUS_NOT_FOUND ? STATUS_OK : status, NULL);
}

static const struct verb verbs[] = {
    {.name = "add",
	.run = add,
	.needs = TAKES(RECEIVER) | TAKES(URL),
	.takes = TAKES(AUDIENCE) | TAKES(EVENTS) | TAKES(BEARER_FILE),
	.help = "tell this address; --events: of " EVENT_ALL ";\n"
		"      --bearer-file: the token that it asks for (-: standard "
		"input)"},
    {.name = "remove",
	.run = remove_one,
	.needs = TAKES(RECEIVER),
	.help = "tell it no more, and forget what waits for it"},
    {.name = "list",
	.run = list,
	.takes = TAKES(JSON),
	.help = "who is told, and what became of it"},
    {0},
};
const struct noun noun_receiver = {"receiver", verbs};
