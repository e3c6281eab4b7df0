/* SPDX-License-Identifier: ISC */
/* What the pages say about a connection, in words. */
#include "connected/connection_card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"

/* The first character of the title: one octet of UTF-8 and those that go on
 * with it. */
static void
set_initial(const char *title, char ret[8])
{
	size_t length = title[0] == '\0' ? 0 : 1;

	while (length > 0 && length < 4 && (title[length] & 0xc0) == 0x80)
		length++;
	memcpy(ret, title, length);
	ret[length] = '\0';
}

static enum status
fill_logins(struct visit *v, struct connection_card *card)
{
	_cleanup_(free_ptr) char(*details)[GRANT_DETAILS_SIZE] =
	    calloc(CONNECTION_LOGINS_MAX, GRANT_DETAILS_SIZE);
	size_t count = 0;
	enum status status;

	if (details == NULL)
		return STATUS_NOMEM;
	status = connection_details(v->broker->store, v->session.user,
	    &card->connection, v->now, details, &count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct login_line *l = &card->logins[card->login_count];

		/* Another type of details has no words here. */
		if (host_login_parse(details[i], &l->login) != STATUS_OK)
			continue;
		l->values[0] = (struct template_value){
		    .name = "host", .text = l->login.host};
		l->values[1] = (struct template_value){
		    .name = "service", .text = l->login.service};
		l->values[2] = (struct template_value){
		    .name = "login", .text = l->login.user};
		l->values[3] = (struct template_value){0};
		card->login_rows[card->login_count].values = l->values;
		card->login_count++;
	}
	return status;
}

static enum status
fill_scopes(struct visit *v, struct connection_card *card)
{
	char scope[WORD_SET_TEXT_SIZE];
	enum status status = connection_scopes(v->broker->store,
	    v->session.user, &card->connection, v->now, scope);

	return status == STATUS_OK
		   ? scope_list_fill(v->broker->store, scope, &card->scopes)
		   : status;
}

static const char *
given(bool flag)
{
	return flag ? "yes" : NULL;
}

static void
set_values(struct connection_card *card)
{
	const struct connection *c = &card->connection;
	const struct template_value values[] = {
	    {.name = "id", .text = card->id},
	    {.name = "app", .text = card->app},
	    {.name = "name", .text = c->title},
	    {.name = "initial", .text = card->initial},
	    {.name = "logo", .text = given(c->has_logo)},
	    {.name = "client_id", .text = c->client_id},
	    {.name = "owner", .text = c->owner},
	    {.name = "shut_out", .text = given(!c->usable)},
	    {.name = "idle", .text = given(!c->alive)},
	    {.name = "env", .text = c->env},
	    {.name = "number", .text = c->number},
	    {.name = "first", .text = card->first},
	    {.name = "latest", .text = card->latest},
	    {.name = "again", .text = given(c->first != c->latest)},
	    {.name = "used", .text = card->used},
	    {.name = "scopes",
		.rows = card->scopes.rows,
		.row_count = card->scopes.count},
	    {.name = "logins",
		.rows = card->login_rows,
		.row_count = card->login_count},
	    {0},
	};

	_Static_assert(sizeof(values) <= sizeof(card->values), "values");
	memcpy(card->values, values, sizeof(values));
}

enum status
connection_card_fill(struct visit *v, struct connection_card *card)
{
	const struct connection *c = &card->connection;
	enum status status = fill_scopes(v, card);

	if (status == STATUS_OK)
		status = fill_logins(v, card);
	if (status != STATUS_OK)
		return status;
	(void)snprintf(card->id, sizeof(card->id), "%lld", (long long)c->id);
	(void)snprintf(card->app, sizeof(card->app), "%lld", (long long)c->app);
	set_initial(c->title, card->initial);
	page_time(c->first, card->first);
	page_time(c->latest, card->latest);
	page_time(c->last_used, card->used);
	set_values(card);
	return STATUS_OK;
}
