/* SPDX-License-Identifier: ISC */
/*
 * The `return` of the sign-in and sign-up pages. Only a path of ours is gone
 * to; anything else is as if it had not been there.
 */
#include <string.h>

#include "identity/sign_in.h"
#include "scopegate/cleanup.h"

/* If the way back is an authorization request: its app and its login_hint. */
static void
read_request(struct visit *v, struct way_back *w)
{
	static const char authorize[] = "/oauth/authorize?";
	_cleanup_(form_clear) struct form query = {0};
	const char *id, *hint, *text = w->path + sizeof(authorize) - 1;
	struct app a;

	if (strncmp(w->path, authorize, sizeof(authorize) - 1) != 0 ||
	    form_parse(text, strlen(text), &query) != STATUS_OK)
		return;
	id = form_get(&query, "client_id");
	hint = form_get(&query, "login_hint");
	if (id != NULL && app_find(v->broker->store, id, &a) == STATUS_OK)
		memcpy(w->app, a.title, sizeof(w->app));
	if (hint != NULL && user_name_is_valid(hint))
		memcpy(w->hint, hint, strlen(hint) + 1);
}

enum status
way_back_read(struct visit *v, struct way_back *ret)
{
	const char *path = visit_query(v, "return");

	memset(ret, 0, sizeof(*ret));
	ret->path = "/account";
	buf_init(&ret->query, RETURN_PATH_MAX * 3);
	if (path != NULL && strlen(path) <= RETURN_PATH_MAX &&
	    visit_path_is_ours(path))
		ret->path = path;
	form_encode_pair(&ret->query, "return", ret->path);
	read_request(v, ret);
	return buf_string(&ret->query) == NULL ? STATUS_NOMEM : STATUS_OK;
}

void
way_back_clear(struct way_back *w)
{
	buf_clear(&w->query);
}
