/* SPDX-License-Identifier: ISC */
/*
 * `brokerd receiver add|list|remove`: who is told when access ends. The bearer
 * token that a receiver wants comes from a file, never from an argument.
 */
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "push/receiver_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

struct receiver_options {
	const char *store, *name, *url, *audience, *events, *bearer_file;
};

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
fill(const struct receiver_options *o, struct receiver *r)
{
	const char *problem;

	if (!copy_option("receiver", o->name, r->name, sizeof(r->name)) ||
	    !copy_option("url", o->url, r->url, sizeof(r->url)) ||
	    !copy_option("audience", o->audience == NULL ? o->url : o->audience,
		r->audience, sizeof(r->audience)) ||
	    !copy_option("events", o->events == NULL ? EVENT_ALL : o->events,
		r->events, sizeof(r->events)) ||
	    !read_bearer(o->bearer_file, r->bearer))
		return false;
	problem = receiver_problem(r);
	if (problem != NULL)
		log_error("receiver %s: %s", o->name, problem);
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
add(struct store *s, const struct receiver_options *o)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct receiver r = {0};
	enum status status;
	int code;

	if (!fill(o, &r))
		return EXIT_USAGE;
	status = transaction_write(s, &t);
	if (status == STATUS_OK)
		status = receiver_add(s, &r, "shell", wall_clock());
	explicit_bzero(r.bearer, sizeof(r.bearer));
	code = finish(&t, status, o->name, "there is one of that name");
	if (code == EXIT_SUCCESS)
		printf("receiver %s: %s\n", o->name, r.events);
	return code;
}

static int
remove_one(struct store *s, const struct receiver_options *o)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = receiver_remove(s, o->name, "shell", wall_clock());
	return finish(&t, status, o->name, "there is none of that name");
}

static int
list(struct store *s, const struct receiver_options *o)
{
	struct receiver r = {0};
	enum status status;

	(void)o;
	while ((status = receiver_next(s, r.id, &r)) == STATUS_OK) {
		printf("%s\n  to         %s\n  audience   %s\n"
		       "  events     %s\n  delivered  %lld\n  waiting    %lld\n"
		       "  failed     %lld\n",
		    r.name, r.url, r.audience, r.events, (long long)r.delivered,
		    (long long)r.waiting, (long long)r.failed);
		if (r.last_error[0] != '\0')
			printf("  last fault %s\n", r.last_error);
	}
	if (status != STATUS_NOT_FOUND)
		log_error("receivers: %s", status_text(status));
	return status == STATUS_NOT_FOUND ? EXIT_SUCCESS : EXIT_REFUSED;
}

int
command_receiver(int argc, char **argv)
{
	static const struct {
		const char *verb;
		int (*run)(struct store *s, const struct receiver_options *o);
		bool named, located;
	} verbs[] = {
	    {"add", add, true, true},
	    {"remove", remove_one, true, false},
	    {"list", list, false, false},
	};
	_cleanup_(store_freep) struct store *s = NULL;
	struct receiver_options o = {0};

	for (size_t i = 0; i < ELEMENTS(verbs); i++) {
		const struct option_row rows[] = {
		    {.name = "store", .value = &o.store, .required = true},
		    {.name = "receiver",
			.value = &o.name,
			.required = verbs[i].named},
		    {.name = "url",
			.value = &o.url,
			.required = verbs[i].located},
		    {.name = "audience", .value = &o.audience},
		    {.name = "events", .value = &o.events},
		    {.name = "bearer-file", .value = &o.bearer_file},
		    {0},
		};

		if (argc < 1 || strcmp(argv[0], verbs[i].verb) != 0)
			continue;
		if (!options_parse(rows, argc - 1, argv + 1))
			return EXIT_USAGE;
		if (store_open(o.store, &s) != STATUS_OK)
			return EXIT_SETUP;
		return verbs[i].run(s, &o);
	}
	log_error("`brokerd receiver` knows add, list and remove");
	return EXIT_USAGE;
}
