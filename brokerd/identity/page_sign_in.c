/* SPDX-License-Identifier: ISC */
/* Signing in and out. The page says who will be let in on the way, and nothing
 * about which user names exist. */
#include <string.h>

#include "field.h"
#include "identity/sign_in.h"
#include "page.h"
#include "page_files.h"
#include "routes.h"
#include "scopegate/cleanup.h"

static void
show(struct visit *v, const struct way_back *w, const char *problem)
{
	const char *name = visit_form(v, "username");
	struct fields f = {0};

	if (name == NULL)
		name = w->hint;
	if (name[0] == '\0')
		name = v->session.user_name;
	fields_add(&f, &(struct field){.name = "username",
			   .label = "User name",
			   .type = "text",
			   .value = name,
			   .autocomplete = "username",
			   .max = USER_NAME_SIZE - 1,
			   .required = true,
			   .focus = name[0] == '\0'});
	fields_add(&f, &(struct field){.name = "password",
			   .label = "Password",
			   .type = "password",
			   .autocomplete = "current-password",
			   .max = PASSWORD_MAX,
			   .required = true,
			   .focus = name[0] != '\0'});
	const struct template_value values[] = {
	    {.name = "app", .text = w->app},
	    {.name = "query", .text = buf_string(&w->query)},
	    {.name = "problem", .text = problem},
	    {.name = "fields", .rows = f.rows, .row_count = f.count},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = "Sign in",
			 .body = page_file_sign_in,
			 .values = values});
}

static bool
is_disabled(struct store *s, const struct user *before)
{
	struct user u;

	return user_find_by_id(s, before->id, &u) == STATUS_OK &&
	       u.disabled != 0 && strcmp(u.password, before->password) == 0;
}

/* STATUS_FORBIDDEN: wrong name or password, not told apart. STATUS_CLOSED: they
 * are right, and an operator has disabled the account. */
static enum status
check_password(struct broker *b, const char *name, const char *password,
    int64_t now, struct user *ret)
{
	struct user before;
	enum status status = user_find(b->store, name, &before);
	bool good;

	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	if (user_name_is_valid(name))
		sign_in_count(&b->throttle, name, now);
	/* Slow on purpose; others are answered meanwhile. */
	(void)pthread_mutex_unlock(&b->lock);
	good = password_matches(
	    password, status == STATUS_OK ? before.password : NULL);
	(void)pthread_mutex_lock(&b->lock);
	if (!good)
		return STATUS_FORBIDDEN;
	status = user_find_again(b->store, &before, ret);
	/* Told to nobody but who has just proved to be the one. */
	if (status == STATUS_FORBIDDEN && is_disabled(b->store, &before))
		return STATUS_CLOSED;
	if (status == STATUS_OK)
		sign_in_passed(&b->throttle, name);
	return status;
}

static enum status
sign_in(struct visit *v)
{
	const char *name = visit_form(v, "username");
	const char *password = visit_form(v, "password");
	struct user u;
	enum status status;

	if (name == NULL || password == NULL)
		return STATUS_INVALID;
	if (sign_in_wait(&v->broker->throttle, name, v->now) > 0)
		return STATUS_BUSY;
	status = check_password(v->broker, name, password, v->now, &u);
	return status == STATUS_OK ? browser_session_sign_in(v->broker,
					 &v->session, &u, v->now, v->response)
				   : status;
}

static const char *
problem_of(enum status status)
{
	switch (status) {
	case STATUS_INVALID:
		return "Enter your user name and your password.";
	case STATUS_BUSY:
		return "Too many tries with this name. Wait a minute and try "
		       "again.";
	case STATUS_FORBIDDEN:
		return "This user name and password do not go together.";
	case STATUS_CLOSED:
		return "This account is disabled. Ask an operator of this "
		       "broker.";
	default:
		return "The broker could not check your password. Try again.";
	}
}

void
page_sign_in(struct visit *v)
{
	_cleanup_(way_back_clear) struct way_back w = {0};
	enum status status;

	if (way_back_read(v, &w) != STATUS_OK) {
		page_failed(v);
		return;
	}
	if (v->request->method == HTTP_GET) {
		show(v, &w, NULL);
		return;
	}
	status = sign_in(v);
	if (status == STATUS_OK) {
		visit_go(v, w.path, NULL);
		return;
	}
	show(v, &w, problem_of(status));
	if (status == STATUS_BUSY)
		v->response->status = 429;
}

void
page_sign_out(struct visit *v)
{
	const char *path = visit_query(v, "return");

	if (browser_session_sign_out(v->broker, &v->session, v->response) !=
	    STATUS_OK)
		page_failed(v);
	else if (path != NULL && visit_path_is_ours(path))
		visit_go(v, path, NULL);
	else
		visit_go(v, "/", "signed-out");
}
