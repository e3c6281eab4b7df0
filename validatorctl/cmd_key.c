/* SPDX-License-Identifier: ISC */
/* key rotate: a new key for what lies in state_dir. */
#include <stdio.h>

#include "ctl.h"
#include "grant_list.h"
#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"

int
cmd_key_rotate(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(buf_clear) struct buf storage;
	_cleanup_(json_freep) struct json *answer = NULL;
	const struct question question = {.command = "key-rotate"};
	long long grants;
	int code = takes_nothing(argc, argv);

	buf_init(&storage, MESSAGE_MAX);
	if (code == EXIT_DONE)
		code = ctl_ask(ctl, &question, &storage, &answer);
	if (code != EXIT_DONE)
		return code == EXIT_UNAVAILABLE ? EXIT_NOT_DONE : code;
	if (grant_error_print(json_top(answer)))
		return EXIT_NOT_DONE;
	grants = member_number(json_top(answer), "grants");
	if (!ctl->json)
		(void)printf("rotated, %lld grant%s sealed anew\n", grants,
		    plural((unsigned long long)grants));
	return EXIT_DONE;
}
