/* SPDX-License-Identifier: ISC */
/*
 * Signing up. Anybody may, at a bounded rate from one address; the password is
 * hashed while others are answered.
 */
#include <stdio.h>
#include <string.h>

#include "audit/audit_log.h"
#include "field.h"
#include "identity/sign_in.h"
#include "page.h"
#include "page_files.h"
#include "routes.h"
#include "scopegate/cleanup.h"

struct sign_up {
	const char *name, *password;
	const char *name_problem, *password_problem, *problem;
};

static void
show(struct visit *v, const struct way_back *w, const struct sign_up *u)
{
	struct fields f = {0};

	fields_add(&f,
	    &(struct field){.name = "username",
		.label = "User name",
		.help = "Small letters, digits, and _ . - after the first; at "
			"most 32.",
		.type = "text",
		.value = u->name,
		.problem = u->name_problem,
		.autocomplete = "username",
		.max = USER_NAME_SIZE - 1,
		.required = true,
		.focus = u->password_problem == NULL});
	fields_add(&f, &(struct field){.name = "password",
			   .label = "Password",
			   .help = PASSWORD_HELP,
			   .type = "password",
			   .problem = u->password_problem,
			   .autocomplete = "new-password",
			   .max = PASSWORD_MAX,
			   .required = true,
			   .focus = u->password_problem != NULL});
	const struct template_value values[] = {
	    {.name = "query", .text = buf_string(&w->query)},
	    {.name = "problem", .text = u->problem},
	    {.name = "fields", .rows = f.rows, .row_count = f.count},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = "Open an account",
			 .body = page_file_sign_up,
			 .values = values});
}

/* Those who are kept out for a while are told so, and nothing is hashed. */
static bool
too_many(struct visit *v)
{
	struct sign_in_throttle *t = &v->broker->sign_up_throttle;

	if (sign_in_wait(t, v->request->remote, v->now) > 0)
		return true;
	sign_in_count(t, v->request->remote, v->now);
	return false;
}

static bool
check(struct visit *v, struct sign_up *u)
{
	struct user other;

	if (u->name == NULL)
		u->name_problem = "Choose a name.";
	else if (!user_name_is_valid(u->name))
		u->name_problem = "This has a character that a user name "
				  "cannot have, or is too long.";
	else if (user_find(v->broker->store, u->name, &other) == STATUS_OK)
		u->name_problem = "Somebody has this name. Choose another.";
	u->password_problem = password_problem(u->name, u->password);
	return u->name_problem == NULL && u->password_problem == NULL;
}

static enum status
store_user(struct visit *v, const char *name, const char *hash)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	char subject[USER_NAME_SIZE + 8];
	struct user u;
	enum status status = transaction_write(s, &t);

	(void)snprintf(subject, sizeof(subject), "user %s", name);
	if (status == STATUS_OK)
		status = user_add_hashed(s, name, hash, v->now, NULL);
	if (status == STATUS_OK)
		status = user_find(s, name, &u);
	if (status == STATUS_OK)
		status = audit_append(s, v->now,
		    &(struct audit_entry){name, "user.sign_up", subject, ""});
	if (status == STATUS_OK)
		status = browser_session_sign_in(
		    v->broker, &v->session, &u, v->now, v->response);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static enum status
sign_up(struct visit *v, const struct sign_up *u)
{
	char hash[PASSWORD_HASH_SIZE];
	enum status status;

	(void)pthread_mutex_unlock(&v->broker->lock);
	status = password_hash(u->password, hash);
	(void)pthread_mutex_lock(&v->broker->lock);
	return status == STATUS_OK ? store_user(v, u->name, hash) : status;
}

void
page_sign_up(struct visit *v)
{
	_cleanup_(way_back_clear) struct way_back w = {0};
	struct sign_up u = {.name = visit_form(v, "username"),
	    .password = visit_form(v, "password")};
	enum status status;

	if (way_back_read(v, &w) != STATUS_OK) {
		page_failed(v);
		return;
	}
	if (v->request->method == HTTP_GET || !check(v, &u)) {
		if (v->request->method == HTTP_GET)
			u.name_problem = u.password_problem = NULL;
		show(v, &w, &u);
		return;
	}
	if (too_many(v)) {
		u.problem = "Too many accounts were opened from your address. "
			    "Wait a minute and try again.";
		show(v, &w, &u);
		v->response->status = 429;
		return;
	}
	status = sign_up(v, &u);
	if (status == STATUS_OK) {
		visit_go(v, w.path, "welcome");
		return;
	}
	/* Somebody was faster with the same name. */
	if (status == STATUS_FORBIDDEN)
		u.name_problem = "Somebody has this name. Choose another.";
	else
		u.problem = "The account could not be stored. Try again.";
	show(v, &w, &u);
}
