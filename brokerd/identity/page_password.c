/* SPDX-License-Identifier: ISC */
/*
 * Changing one's password. Whoever sits at a browser that was left signed in
 * must know the old one; every other browser is signed out.
 */
#include <stdio.h>
#include <string.h>

#include "audit/audit_log.h"
#include "field.h"
#include "identity/password.h"
#include "identity/sign_in_throttle.h"
#include "page.h"
#include "page_files.h"
#include "routes.h"
#include "scopegate/cleanup.h"

struct password_form {
	const char *current, *new;
	const char *current_problem, *new_problem, *problem;
};

static void
show(struct visit *v, const struct password_form *p)
{
	struct fields f = {0};

	fields_add(&f, &(struct field){.name = "current",
			   .label = "Password now",
			   .type = "password",
			   .problem = p->current_problem,
			   .autocomplete = "current-password",
			   .max = PASSWORD_MAX,
			   .required = true,
			   .focus = p->new_problem == NULL});
	fields_add(&f, &(struct field){.name = "password",
			   .label = "New password",
			   .help = PASSWORD_HELP,
			   .type = "password",
			   .problem = p->new_problem,
			   .autocomplete = "new-password",
			   .max = PASSWORD_MAX,
			   .required = true,
			   .focus = p->new_problem != NULL});
	const struct template_value values[] = {
	    {.name = "problem", .text = p->problem},
	    {.name = "fields", .rows = f.rows, .row_count = f.count},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = "Change your password",
			 .body = page_file_password,
			 .values = values,
			 .place = PLACE_ACCOUNT});
}

static bool
check(const struct visit *v, struct password_form *p)
{
	if (p->current == NULL)
		p->current_problem = "Enter the password that you have now.";
	p->new_problem = password_problem(v->session.user_name, p->new);
	if (p->new_problem == NULL && p->current != NULL &&
	    strcmp(p->current, p->new) == 0)
		p->new_problem = "This is the password that you have now.";
	return p->current_problem == NULL && p->new_problem == NULL;
}

static enum status
store_password(struct visit *v, const struct user *u, const char *hash)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	char subject[USER_NAME_SIZE + 8];
	enum status status = transaction_write(s, &t);

	(void)snprintf(subject, sizeof(subject), "user %s", u->name);
	if (status == STATUS_OK)
		status = user_set_password(s, u->id, hash);
	if (status == STATUS_OK)
		status = audit_append(s, v->now,
		    &(struct audit_entry){
			u->name, "user.password", subject, ""});
	if (status == STATUS_OK)
		status = browser_session_sign_in(
		    v->broker, &v->session, u, v->now, v->response);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

/* STATUS_FORBIDDEN: the password is wrong. STATUS_BUSY: too many tries. */
static enum status
change(struct visit *v, const struct password_form *p)
{
	struct broker *b = v->broker;
	char hash[PASSWORD_HASH_SIZE];
	struct user before, u;
	bool good;
	enum status status =
	    user_find_by_id(b->store, v->session.user, &before);

	if (status != STATUS_OK)
		return status;
	if (sign_in_wait(&b->throttle, before.name, v->now) > 0)
		return STATUS_BUSY;
	sign_in_count(&b->throttle, before.name, v->now);
	/* Slow on purpose; others are answered meanwhile. */
	(void)pthread_mutex_unlock(&b->lock);
	good = password_matches(p->current, before.password);
	status = good ? password_hash(p->new, hash) : STATUS_FORBIDDEN;
	(void)pthread_mutex_lock(&b->lock);
	if (status == STATUS_OK)
		status = user_find_again(b->store, &before, &u);
	if (status != STATUS_OK)
		return status;
	sign_in_passed(&b->throttle, u.name);
	return store_password(v, &u, hash);
}

void
page_password(struct visit *v)
{
	struct password_form p = {.current = visit_form(v, "current"),
	    .new = visit_form(v, "password")};
	enum status status;

	if (v->request->method == HTTP_GET) {
		show(v, &(struct password_form){0});
		return;
	}
	if (!check(v, &p)) {
		show(v, &p);
		return;
	}
	status = change(v, &p);
	if (status == STATUS_OK) {
		visit_go(v, "/account", "password-changed");
		return;
	}
	if (status == STATUS_FORBIDDEN)
		p.current_problem = "This is not the password that you have.";
	else if (status == STATUS_BUSY)
		p.problem = "Too many tries. Wait a minute and try again.";
	else
		p.problem = "The password could not be stored. Try again.";
	show(v, &p);
	if (status == STATUS_BUSY)
		v->response->status = 429;
}
