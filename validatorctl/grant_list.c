/* SPDX-License-Identifier: ISC */
#include "grant_list.h"

#include <stdio.h>
#include <stdlib.h>

#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"

/* One answer of the daemon holds so many grants as find room in a message. */

#define GRANT_TEXT_MAX 65536

void
grant_list_clear(struct grant_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		json_free(l->pages[i].document);
		buf_clear(&l->pages[i].storage);
	}
	free(l->pages);
	*l = (struct grant_list){0};
}

bool
grant_error_print(const struct json_value *top)
{
	const char *error = member_text(top, "error", NULL);

	if (error == NULL)
		return false;
	(void)fprintf(stderr, "validatorctl: %s\n", error);
	return true;
}

static struct grant_page *
page_add(struct grant_list *l)
{
	struct grant_page *grown =
	    reallocarray(l->pages, l->count + 1, sizeof(*l->pages));

	if (grown == NULL)
		return NULL;
	l->pages = grown;
	grown += l->count++;
	*grown = (struct grant_page){0};
	buf_init(&grown->storage, MESSAGE_MAX);
	return grown;
}

int
grant_list_ask(const struct ctl *ctl, const char *user, const char *id,
    struct grant_list *ret)
{
	/* The pages are printed as one document, not each by itself. */
	const struct ctl silent = {.config_path = ctl->config_path};
	struct question question = {
	    .command = "grants", .user = user, .handle = id};
	const struct json_value *top;

	do {
		struct grant_page *page = page_add(ret);
		int code;

		if (page == NULL)
			return EXIT_UNAVAILABLE;
		code = ctl_ask(
		    &silent, &question, &page->storage, &page->document);
		if (code != EXIT_DONE)
			return code;
		top = json_top(page->document);
		if (grant_error_print(top))
			return EXIT_NOT_DONE;
		question.after = member_text(top, "more", NULL);
	} while (question.after != NULL);
	return EXIT_DONE;
}

size_t
grant_list_each(const struct grant_list *l,
    void (*each)(const struct json_value *grant, void *argument),
    void *argument)
{
	size_t count = 0;

	for (size_t i = 0; i < l->count; i++) {
		const struct json_value *v = json_first(
		    json_get(json_top(l->pages[i].document), "grants"));

		for (; v != NULL; v = json_next(v)) {
			each(v, argument);
			count++;
		}
	}
	return count;
}

static void
write_value(struct json_writer *w, const struct json_value *v)
{
	const char *name = json_name(v), *text = NULL;
	int64_t number = 0;
	bool flag = false;

	switch (json_type(v)) {
	case JSON_STRING:
		(void)json_string(v, &text);
		json_write_string(w, name, text);
		break;
	case JSON_NUMBER:
		(void)json_integer(v, INT64_MIN, INT64_MAX, &number);
		json_write_integer(w, name, number);
		break;
	case JSON_BOOL:
		(void)json_bool(v, &flag);
		json_write_bool(w, name, flag);
		break;
	case JSON_ARRAY:
		json_write_begin_array(w, name);
		for (v = json_first(v); v != NULL; v = json_next(v)) {
			(void)json_string(v, &text);
			json_write_string(w, NULL, text);
		}
		json_write_end_array(w);
		break;
	case JSON_NULL:
	case JSON_OBJECT:
		json_write_null(w, name);
		break;
	}
}

static void
print_json(const struct json_value *grant, void *argument)
{
	_cleanup_(buf_clear) struct buf text;
	const char **between = argument;
	struct json_writer w;

	buf_init(&text, GRANT_TEXT_MAX);
	json_writer_init(&w, &text);
	json_write_begin_object(&w, NULL);
	for (const struct json_value *v = json_first(grant); v != NULL;
	     v = json_next(v))
		write_value(&w, v);
	json_write_end_object(&w);
	if (buf_string(&text) == NULL)
		return;
	(void)printf("%s%s", *between, buf_string(&text));
	*between = ",";
}

void
grant_list_print_json(const struct grant_list *l)
{
	const char *between = "";

	(void)printf("{\"grants\":[");
	(void)grant_list_each(l, print_json, &between);
	(void)printf("]}\n");
}
