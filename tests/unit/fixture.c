/* SPDX-License-Identifier: ISC */
#include "fixture.h"

/* The cmocka headers need these before them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

void
source_path(char *ret, size_t size, const char *name)
{
	const char *top = getenv("top_srcdir");

	(void)snprintf(ret, size, "%s/%s", top != NULL ? top : ".", name);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
names_in(const char *folder, struct word_list *ret)
{
	DIR *d = opendir(folder);
	const struct dirent *entry;

	if (d == NULL)
		fail_msg("%s cannot be read", folder);
	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] != '.')
			assert_int_equal(word_list_add(ret, entry->d_name,
					     strlen(entry->d_name)),
			    STATUS_OK);
	}
	(void)closedir(d);
	if (ret->count > 0)
		qsort(ret->words, ret->count, sizeof(*ret->words), compare);
}

static void
take_line(struct fixture *f, char *line)
{
	const struct {
		const char *key, **place;
	} rows[] = {
	    {"kind", &f->kind},
	    {"probe", &f->probe},
	    {"token", &f->token},
	    {"introspection", &f->introspection},
	    {"metadata", &f->metadata},
	    {"jwt", &f->jwt},
	    {"request", &f->request},
	    {"answer", &f->answer},
	    {"expect", &f->expect},
	    {"subject", &f->subject},
	    {"display", &f->display},
	    {"scopes", &f->scopes},
	    {"client", &f->client},
	    {"user", &f->user},
	    {"expires_in", &f->expires_in},
	    {"api_base", &f->api_base},
	};
	char *value = strstr(line, ": ");
	size_t used = strlen(f->headers);

	if (value == NULL)
		fail_msg("%s: no key in `%s`", f->path, line);
	*value = '\0';
	value += 2;
	if (strcmp(line, "header") == 0) {
		(void)snprintf(f->headers + used, sizeof(f->headers) - used,
		    "%s\n", value);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (strcmp(rows[i].key, line) != 0)
			continue;
		assert_null(*rows[i].place);
		*rows[i].place = value;
		return;
	}
	fail_msg("%s: unknown key %s", f->path, line);
}

static void
make_reply(struct fixture *f)
{
	struct fetch_reply *r = &f->reply;
	char *rest;

	r->content_type = f->type;
	r->body = f->body;
	r->body_length = strlen(f->body);
	r->result = FETCH_ANSWERED;
	if (strcmp(f->answer, "timeout") == 0)
		r->result = FETCH_TIMEOUT;
	else if (strcmp(f->answer, "unreachable") == 0)
		r->result = FETCH_UNREACHABLE;
	if (r->result != FETCH_ANSWERED || strcmp(f->answer, "signed") == 0)
		return;
	r->http_status = (int)strtol(f->answer, &rest, 10);
	assert_in_range(r->http_status, 100, 599);
	if (*rest == ' ')
		(void)snprintf(f->type, sizeof(f->type), "%s", rest + 1);
}

void
fixture_read(const char *path, struct fixture *ret)
{
	FILE *file = fopen(path, "re");
	char *line = ret->text;
	size_t n;

	*ret = (struct fixture){0};
	(void)snprintf(ret->path, sizeof(ret->path), "%s", path);
	if (file == NULL)
		fail_msg("%s cannot be read", path);
	n = fread(ret->text, 1, sizeof(ret->text) - 1, file);
	(void)fclose(file);
	assert_in_range(n, 1, sizeof(ret->text) - 2);
	while (*line != '\n') {
		char *end = strchr(line, '\n');

		if (end == NULL)
			fail_msg("%s: no empty line", path);
		*end = '\0';
		take_line(ret, line);
		line = end + 1;
	}
	ret->body = line + 1;
	if (ret->kind == NULL || ret->answer == NULL || ret->expect == NULL)
		fail_msg("%s: kind, answer or expect is missing", path);
	make_reply(ret);
}
