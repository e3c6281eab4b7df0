/* SPDX-License-Identifier: ISC */
/* `brokerd fault list|set|clear`: the fault menu from a shell. */
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "operator/fault.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"
#include "scopegate/log.h"

struct fault_options {
	const char *store, *kind, *on, *wait, *next;
};

static int
list(struct store *s)
{
	struct fault_list l;
	char text[FAULT_TEXT_SIZE];

	if (fault_list_read(s, &l) != STATUS_OK) {
		log_error("the faults cannot be read; `brokerd fault clear` "
			  "makes new ones possible");
		return EXIT_REFUSED;
	}
	for (size_t i = 0; i < l.count; i++) {
		fault_text(&l.rows[i], text);
		puts(text);
	}
	return EXIT_SUCCESS;
}

static bool
read_fault(const struct fault_options *o, struct fault *ret)
{
	if (o->kind == NULL || o->on == NULL) {
		log_error("--kind and --on are needed");
		return false;
	}
	if (fault_kind_parse(o->kind, &ret->kind) != STATUS_OK) {
		log_error("--kind %s: known are slow, drop, 429, 5xx, "
			  "no_expires_in, wrong_type",
		    o->kind);
		return false;
	}
	if (fault_target_parse(o->on, &ret->target) != STATUS_OK) {
		log_error(
		    "--on %s: known are token, introspect, api, all", o->on);
		return false;
	}
	ret->wait_ms = FAULT_WAIT_DEFAULT_MS;
	if (o->wait != NULL &&
	    (conf_parse_duration_ms(o->wait, &ret->wait_ms) != STATUS_OK ||
		ret->wait_ms > FAULT_WAIT_MAX_MS)) {
		log_error("--wait %s: give a time such as 300ms or 5s, at "
			  "most one minute",
		    o->wait);
		return false;
	}
	ret->left = 0;
	if (o->next != NULL && conf_parse_integer(o->next, 1, FAULT_NEXT_MAX,
				   &ret->left) != STATUS_OK) {
		log_error("--next %s: give a number of requests, 1 to %d",
		    o->next, FAULT_NEXT_MAX);
		return false;
	}
	return true;
}

/* NULL: clears. */
static int
change(struct store *s, const struct fault *f)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = f == NULL ? fault_clear(s, "shell", wall_clock())
				   : fault_set(s, f, "shell", wall_clock());
	if (status == STATUS_OK)
		status = transaction_commit(&t);
	if (status != STATUS_OK) {
		log_error(
		    "the faults were not changed: %s", status_text(status));
		return EXIT_REFUSED;
	}
	return EXIT_SUCCESS;
}

int
command_fault(int argc, char **argv)
{
	_cleanup_(store_freep) struct store *s = NULL;
	const char *verb = argc < 1 ? "" : argv[0];
	struct fault_options o = {0};
	struct fault f = {0};
	const struct option_row rows[] = {
	    {.name = "store", .value = &o.store, .required = true},
	    {.name = "kind", .value = &o.kind},
	    {.name = "on", .value = &o.on},
	    {.name = "wait", .value = &o.wait},
	    {.name = "next", .value = &o.next},
	    {0},
	};
	bool set = strcmp(verb, "set") == 0;

	if (!set && strcmp(verb, "list") != 0 && strcmp(verb, "clear") != 0) {
		log_error("`brokerd fault` knows the verbs list, set and "
			  "clear");
		return EXIT_USAGE;
	}
	if (!options_parse(rows, argc - 1, argv + 1))
		return EXIT_USAGE;
	if (!set && (o.kind != NULL || o.on != NULL || o.wait != NULL ||
			o.next != NULL)) {
		log_error("`brokerd fault %s` takes --store alone", verb);
		return EXIT_USAGE;
	}
	if (set && !read_fault(&o, &f))
		return EXIT_USAGE;
	if (store_open(o.store, &s) != STATUS_OK)
		return EXIT_SETUP;
	if (strcmp(verb, "list") == 0)
		return list(s);
	return change(s, set ? &f : NULL);
}
