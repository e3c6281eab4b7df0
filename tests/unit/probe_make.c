/* SPDX-License-Identifier: ISC */
#include "probe_make.h"

/* The cmocka headers need these before them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scopegate/cleanup.h"

enum status
probe_make(const char *text, struct profile *ret, struct conf_error *ret_error)
{
	const char *base = getenv("TMPDIR");
	struct conf_error mine = {.text = ""};
	struct conf_error *e = ret_error != NULL ? ret_error : &mine;
	char path[128];
	enum status s;
	FILE *f;
	int fd;

	(void)snprintf(path, sizeof(path), "%.60s/sg-profile-XXXXXX.conf",
	    base != NULL ? base : "/tmp");
	fd = mkstemps(path, (int)strlen(".conf"));
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	assert_non_null(f);
	assert_true(fputs(PROFILE_HEAD, f) >= 0 && fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	*ret = (struct profile){0};
	s = profile_read(path, ret, e);
	assert_int_equal(unlink(path), 0);
	if (s != STATUS_OK && ret_error == NULL)
		fail_msg("%s:%u: %s", e->file, e->line, e->text);
	return s;
}

struct fetch_reply
probe_reply(int status, const char *content_type, const char *body)
{
	return (struct fetch_reply){.result = FETCH_ANSWERED,
	    .http_status = status,
	    .content_type =
		content_type != NULL ? content_type : "application/json",
	    .body = body,
	    .body_length = strlen(body)};
}
