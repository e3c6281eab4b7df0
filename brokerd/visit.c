/* SPDX-License-Identifier: ISC */
/*
 * Going from one page to another. Nobody is ever sent to a place that a query
 * or a form has named, unless it is a path of this broker.
 */
#include "visit.h"

#include <string.h>

#include "http/respond.h"
#include "page.h"
#include "scopegate/cleanup.h"

#define LOCATION_MAX 16384

const char *
visit_form(const struct visit *v, const char *name)
{
	return form_get(&v->request->form, name);
}

const char *
visit_query(const struct visit *v, const char *name)
{
	return form_get(&v->request->query, name);
}

bool
visit_path_is_ours(const char *path)
{
	/* "//host" and "/\host" are other hosts to a browser. */
	if (path[0] != '/' || path[1] == '/' || path[1] == '\\')
		return false;
	for (; *path != '\0'; path++) {
		if (*path <= ' ' || *path > '~' || *path == '\\')
			return false;
	}
	return true;
}

static void
go(struct visit *v, const struct buf *location)
{
	if (buf_string(location) == NULL)
		page_failed(v);
	else
		respond_redirect(v->response, buf_string(location));
}

void
visit_go(struct visit *v, const char *path, const char *notice)
{
	_cleanup_(buf_clear) struct buf location = {0};

	buf_init(&location, LOCATION_MAX);
	buf_append_string(&location, path);
	if (notice != NULL) {
		buf_append_byte(
		    &location, strchr(path, '?') == NULL ? '?' : '&');
		form_encode_pair(&location, "notice", notice);
	}
	go(v, &location);
}

void
visit_go_id(struct visit *v, const char *prefix, int64_t id, const char *notice)
{
	_cleanup_(buf_clear) struct buf path = {0};

	buf_init(&path, 256);
	buf_format(&path, "%s%lld", prefix, (long long)id);
	if (buf_string(&path) == NULL)
		page_failed(v);
	else
		visit_go(v, buf_string(&path), notice);
}

void
visit_go_sign_in(struct visit *v, const char *path)
{
	_cleanup_(buf_clear) struct buf location = {0};

	buf_init(&location, LOCATION_MAX);
	buf_append_string(&location, "/sign-in?");
	form_encode_pair(&location, "return", path);
	go(v, &location);
}
