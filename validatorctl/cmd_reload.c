/* SPDX-License-Identifier: ISC */
/* reload and flush: what changes the running daemon. */
#include <stdio.h>

#include "ctl.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"

/* Asks `command`, which takes nothing; the answer's top, or NULL and *code. */
static const struct json_value *
ask(const struct ctl *ctl, const char *command, int argc, char **argv,
    struct buf *storage, struct json **ret_answer, int *code)
{
	struct question question = {.command = command};

	*code = takes_nothing(argc, argv);
	if (*code == EXIT_DONE)
		*code = ctl_ask(ctl, &question, storage, ret_answer);
	if (*code == EXIT_DONE)
		return json_top(*ret_answer);
	if (*code == EXIT_UNAVAILABLE)
		*code = EXIT_NOT_DONE;
	return NULL;
}

int
cmd_flush(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(buf_clear) struct buf storage;
	_cleanup_(json_freep) struct json *answer = NULL;
	const struct json_value *top;
	int code;

	buf_init(&storage, MESSAGE_MAX);
	top = ask(ctl, "flush", argc, argv, &storage, &answer, &code);
	if (top == NULL)
		return code;
	if (!ctl->json)
		(void)printf("forgot %lld active and %lld inactive tokens\n",
		    member_number(top, "positive"),
		    member_number(top, "negative"));
	return EXIT_DONE;
}

int
cmd_reload(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(buf_clear) struct buf storage;
	_cleanup_(json_freep) struct json *answer = NULL;
	const struct json_value *top;
	int code;

	buf_init(&storage, MESSAGE_MAX);
	top = ask(ctl, "reload", argc, argv, &storage, &answer, &code);
	if (top == NULL)
		return code;
	if (!member_bool(top, "reloaded")) {
		if (!ctl->json)
			(void)fprintf(stderr,
			    "not reloaded, the old configuration stays:\n"
			    "%s\n",
			    member_text(top, "error", "no reason given"));
		return EXIT_NOT_DONE;
	}
	if (!ctl->json)
		(void)printf("reloaded, generation %lld\n",
		    member_number(top, "generation"));
	return EXIT_DONE;
}
