/* SPDX-License-Identifier: ISC */
/* `brokerd fault list|set|clear`: the fault menu from a shell. */
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "operator/fault.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"
#include "scopegate/log.h"

/* Each is a sentence, so the list needs no header. */
static void
print_fault(const struct fault *f, bool json)
{
	_cleanup_(buf_clear) struct buf line = {0};
	char text[FAULT_TEXT_SIZE];
	struct json_writer w;

	if (!json) {
		fault_text(f, text);
		puts(text);
		return;
	}
	verb_json_begin(&line, &w);
	json_write_string(&w, "kind", fault_kind_name(f->kind));
	json_write_string(&w, "on", fault_target_name(f->target));
	json_write_integer(&w, "wait_ms", f->wait_ms);
	json_write_integer(&w, "next", f->left);
	verb_json_end(&line, &w);
}

static int
list(const struct verb_request *r)
{
	struct verb_list shown = {.request = r, .what = "faults"};
	struct fault_list l;
	enum status status = fault_list_read(r->store, &l);

	for (size_t i = 0; status == STATUS_OK && i < l.count; i++) {
		verb_list_line(&shown);
		print_fault(&l.rows[i], r->flag[OPTION_JSON]);
	}
	return verb_list_end(&shown, status,
	    "cannot be read; `brokerd fault clear` makes new ones possible");
}

static bool
read_fault(const struct verb_request *r, struct fault *ret)
{
	const char *kind = r->text[OPTION_KIND], *on = r->text[OPTION_ON],
		   *wait = r->text[OPTION_WAIT], *next = r->text[OPTION_NEXT];

	if (fault_kind_parse(kind, &ret->kind) != STATUS_OK) {
		log_error("--kind %s: known are slow, drop, 429, 5xx, "
			  "no_expires_in, wrong_type",
		    kind);
		return false;
	}
	if (fault_target_parse(on, &ret->target) != STATUS_OK) {
		log_error("--on %s: known are token, introspect, api, all", on);
		return false;
	}
	ret->wait_ms = FAULT_WAIT_DEFAULT_MS;
	if (wait != NULL &&
	    (conf_parse_duration_ms(wait, &ret->wait_ms) != STATUS_OK ||
		ret->wait_ms > FAULT_WAIT_MAX_MS)) {
		log_error("--wait %s: give a time such as 300ms or 5s, at "
			  "most one minute",
		    wait);
		return false;
	}
	ret->left = 0;
	if (next != NULL && conf_parse_integer(next, 1, FAULT_NEXT_MAX,
				&ret->left) != STATUS_OK) {
		log_error("--next %s: give a number of requests, 1 to %d", next,
		    FAULT_NEXT_MAX);
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

static int
set(const struct verb_request *r)
{
	struct fault f = {0};
	int code;

	if (!read_fault(r, &f))
		return EXIT_USAGE;
	code = change(r->store, &f);
	if (code == EXIT_SUCCESS)
		print_fault(&f, false);
	return code;
}

static int
clear(const struct verb_request *r)
{
	int code = change(r->store, NULL);

	if (code == EXIT_SUCCESS)
		puts("no faults");
	return code;
}

static const struct verb verbs[] = {
    {.name = "list",
	.run = list,
	.takes = TAKES(JSON),
	.help = "the faults that are set"},
    {.name = "set",
	.run = set,
	.needs = TAKES(KIND) | TAKES(ON),
	.takes = TAKES(WAIT) | TAKES(NEXT),
	.help =
	    "strike every request to token, introspect, api or all, or "
	    "the next N\n"
	    "      with a fault of kind slow, drop, 429, 5xx, no_expires_in "
	    "or wrong_type;\n"
	    "      --wait 500ms: of slow, or of 429 the Retry-After"},
    {.name = "clear", .run = clear, .help = "remove all"},
    {0},
};
const struct noun noun_fault = {"fault", verbs};
