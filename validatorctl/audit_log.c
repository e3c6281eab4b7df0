/* SPDX-License-Identifier: ISC */
/* The audit log's path, and the search for one record in it. */
#include "audit_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"

FILE *
audit_log_open(const struct ctl *ctl, const char *path, int *ret_code)
{
	char configured[CTL_PATH_SIZE];
	FILE *log;

	if (path == NULL) {
		*ret_code = ctl_path(ctl, CTL_AUDIT_LOG, configured);
		if (*ret_code != EXIT_DONE)
			return NULL;
		path = configured;
	}
	log = fopen(path, "re");
	if (log == NULL) {
		(void)fprintf(
		    stderr, "validatorctl: %s: %s\n", path, strerror(errno));
		*ret_code = EXIT_NOT_DONE;
	}
	return log;
}

bool
audit_log_find(
    FILE *log, const char *ref, struct buf *ret_line, struct json **ret)
{
	_cleanup_(free_ptr) char *line = NULL;
	size_t capacity = 0;
	ssize_t n;

	while ((n = getline(&line, &capacity, log)) > 0) {
		_cleanup_(json_freep) struct json *record = NULL;
		const char *reason;

		if (line[n - 1] == '\n')
			n--;
		/* A torn line is the verifier's business. */
		if (json_parse(line, (size_t)n, &record, &reason) !=
			STATUS_OK ||
		    strcmp(member_text(json_top(record), "ref", ""), ref) != 0)
			continue;
		if (buf_append(ret_line, line, (size_t)n) != STATUS_OK)
			return false;
		*ret = TAKE_PTR(record);
		return true;
	}
	return false;
}

void
audit_log_close(FILE **log)
{
	if (*log != NULL)
		(void)fclose(*log);
	*log = NULL;
}
