/* SPDX-License-Identifier: ISC */
/* People: all of them, and one with what is theirs. */
#include <stdio.h>
#include <string.h>

#include "confirm.h"
#include "operator/listing.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

#define APPS_SHOWN 10

void
page_operator_users(struct visit *v)
{
	static const char *const keep[] = {"name", NULL};
	_cleanup_(rows_freep) struct rows *rows = rows_new();
	_cleanup_(pager_clear) struct pager pager = {0};
	struct user_line lines[ROWS_SHOWN + 1];
	const char *begins = operator_query_text(v, "name");
	size_t count = 0;

	if (rows == NULL ||
	    user_lines(v->broker->store, begins, operator_query_id(v, "after"),
		lines, ELEMENTS(lines), &count) != STATUS_OK) {
		page_failed(v);
		return;
	}
	for (size_t i = 0; i < count && i < ROWS_SHOWN; i++) {
		const struct user_line *u = &lines[i];

		rows_begin(rows);
		rows_integer(rows, "id", u->id);
		rows_text(rows, "name", u->name);
		rows_time(rows, "created", u->created);
		rows_text(rows, "is_operator", u->is_operator ? "yes" : NULL);
		rows_text(rows, "off", u->disabled != 0 ? "yes" : NULL);
	}
	pager_fill(&pager, v, keep, "after",
	    count > ROWS_SHOWN ? lines[ROWS_SHOWN - 1].id : 0);
	const struct template_value values[] = {
	    {.name = "begins", .text = begins},
	    ROWS_VALUES("users", rows),
	    PAGER_VALUES(pager),
	    {0},
	};
	operator_show(v, TAB_USERS, "People", page_file_operator_users, values);
}

static enum status
add_account(struct store *s, int64_t user, const char *env, struct rows *ret)
{
	struct account a;
	enum status status = account_find(s, user, env, &a);

	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (status != STATUS_OK)
		return status;
	rows_begin(ret);
	rows_text(ret, "env", strcmp(env, "live") == 0 ? "Live" : "Paper");
	rows_text(ret, "number", a.number);
	rows_text(ret, "state", a.state);
	rows_text(ret, "reason", a.reason);
	return STATUS_OK;
}

/* The prefix is a whole name here: others that begin with it are left out. */
static enum status
add_apps(struct store *s, const char *owner, struct rows *ret, bool *ret_more)
{
	struct app_line lines[APPS_SHOWN + 1];
	const struct app_filter f = {.owner = owner};
	size_t count = 0;
	enum status status =
	    app_lines(s, &f, 0, lines, ELEMENTS(lines), &count);

	*ret_more = false;
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		if (strcmp(lines[i].owner, owner) != 0)
			continue;
		if (ret->count == APPS_SHOWN) {
			*ret_more = true;
			break;
		}
		rows_begin(ret);
		rows_integer(ret, "id", lines[i].id);
		rows_text(ret, "app_title", lines[i].title);
		rows_text(ret, "client_id", lines[i].client_id);
		rows_text(ret, "state", app_state_name(lines[i].state));
		rows_text(ret, "state_words", app_state_words(lines[i].state));
	}
	return status;
}

static void
show_user(struct visit *v, const struct user *u, const char *problem)
{
	_cleanup_(rows_freep) struct rows *accounts = rows_new();
	_cleanup_(rows_freep) struct rows *apps = rows_new();
	struct store *s = v->broker->store;
	char id[24], created[PAGE_TIME_SIZE], disabled[PAGE_TIME_SIZE] = "";
	bool more = false;

	if (accounts == NULL || apps == NULL ||
	    add_account(s, u->id, "paper", accounts) != STATUS_OK ||
	    add_account(s, u->id, "live", accounts) != STATUS_OK ||
	    add_apps(s, u->name, apps, &more) != STATUS_OK) {
		page_failed(v);
		return;
	}
	(void)snprintf(id, sizeof(id), "%lld", (long long)u->id);
	page_time(u->created, created);
	if (u->disabled != 0)
		page_time(u->disabled, disabled);
	const struct template_value values[] = {
	    {.name = "problem", .text = problem},
	    {.name = "id", .text = id},
	    {.name = "name", .text = u->name},
	    {.name = "sub", .text = u->sub},
	    {.name = "created", .text = created},
	    {.name = "disabled", .text = disabled},
	    {.name = "is_operator", .text = u->is_operator ? "yes" : NULL},
	    {.name = "self", .text = u->id == v->session.user ? "yes" : NULL},
	    {.name = "accounts",
		.rows = accounts->rows,
		.row_count = accounts->count},
	    ROWS_VALUES("apps", apps),
	    {.name = "more_apps", .text = more ? "yes" : NULL},
	    {0},
	};
	operator_show(v, TAB_USERS, u->name, page_file_operator_user, values);
}

static void
show(struct visit *v, const char *problem)
{
	struct user u;
	enum status status = user_find_by_id(v->broker->store, v->id, &u);

	if (status == STATUS_OK)
		show_user(v, &u, problem);
	else if (status == STATUS_NOT_FOUND)
		page_not_found(v);
	else
		page_failed(v);
}

/* What is asked about first; enabling is not. "%s" is the name, twice. */
static const struct question {
	const char *title, *text, *button;
} questions[] = {
    [USER_DISABLE] = {"Disable %s?",
	"%s is signed out everywhere, and no token that acts for %s works "
	"until this is undone.",
	"Disable %s"},
    [USER_ENABLE] = {NULL, NULL, NULL},
    [USER_MAKE_OPERATOR] = {"Make %s an operator?",
	"%s will see everything here, vote on apps and be able to disable "
	"others, you among them. Do so only if you know that %s is who you "
	"mean.",
	"Make %s an operator"},
    [USER_UNMAKE_OPERATOR] = {"Make %s an ordinary user?",
	"%s will not see these pages any more, nor vote on apps. What %s has "
	"decided stands.",
	"Make %s an ordinary user"},
};

/* Puts the name in place of each "%s". */
static void
fill(const char *pattern, const char *name, char *ret, size_t size)
{
	struct buf out = {0};

	buf_init(&out, size - 1);
	for (const char *at = pattern; *at != '\0'; at++) {
		if (at[0] == '%' && at[1] == 's') {
			buf_append_string(&out, name);
			at++;
		} else {
			buf_append_byte(&out, (uint8_t)*at);
		}
	}
	(void)snprintf(
	    ret, size, "%s", buf_string(&out) == NULL ? "" : buf_string(&out));
	buf_clear(&out);
}

static void
ask(struct visit *v, const struct user *u, enum user_act act)
{
	const struct question *q = &questions[act];
	char title[96], text[320], button[96], path[64];

	fill(q->title, u->name, title, sizeof(title));
	fill(q->text, u->name, text, sizeof(text));
	fill(q->button, u->name, button, sizeof(button));
	(void)snprintf(
	    path, sizeof(path), "/operator/users/%lld", (long long)u->id);
	confirm_ask(v, &(struct confirmation){.title = title,
			   .text = text,
			   .action = path,
			   .name = "do",
			   .value = visit_query(v, "ask"),
			   .button = button,
			   .back = path,
			   .place = PLACE_OPERATOR});
}

static void
show_or_ask(struct visit *v)
{
	const char *what = visit_query(v, "ask");
	enum user_act act;
	struct user u;

	if (what != NULL && user_act_parse(what, &act) == STATUS_OK &&
	    questions[act].title != NULL && v->id != v->session.user &&
	    user_find_by_id(v->broker->store, v->id, &u) == STATUS_OK)
		ask(v, &u, act);
	else
		show(v, NULL);
}

void
page_operator_user(struct visit *v)
{
	static const char *const notices[] = {
	    [USER_DISABLE] = "user-disabled",
	    [USER_ENABLE] = "user-enabled",
	    [USER_MAKE_OPERATOR] = "operator-made",
	    [USER_UNMAKE_OPERATOR] = "operator-unmade",
	};
	const struct operator_who who = operator_who(v);
	const char *what = visit_form(v, "do"), *fault = NULL;
	enum user_act act;
	enum status status;

	if (v->request->method == HTTP_GET) {
		show_or_ask(v);
		return;
	}
	if (what == NULL || user_act_parse(what, &act) != STATUS_OK) {
		page_error(v, 400, "Nothing was done",
		    "The form did not say what to do. Go back and choose a "
		    "button.");
		return;
	}
	status =
	    operator_act_on_user(v->broker->store, v->id, act, &who, &fault);
	if (status == STATUS_OK)
		visit_go_id(v, "/operator/users/", v->id, notices[act]);
	else if (status == STATUS_FORBIDDEN || status == STATUS_NOT_FOUND)
		show(v, fault);
	else
		page_failed(v);
}
