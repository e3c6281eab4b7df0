/* SPDX-License-Identifier: ISC */
/* Receivers in the store. The bearer token that a receiver asks for must be
 * sent, so it stands in the clear; it never leaves but to its own URL. */
#include "push/receiver_store.h"

#include <stdio.h>
#include <string.h>

#include "app/redirect.h"
#include "audit/audit_log.h"
#include "scopegate/cleanup.h"
#include "word_set.h"

const char *
receiver_problem(const struct receiver *r)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	struct word_set asked, all;

	if (r->name[0] == '\0' || strspn(r->name, allowed) != strlen(r->name))
		return "name: use a-z, 0-9, . _ -";
	if (strncmp(r->url, "http", 4) != 0 ||
	    redirect_uri_problem(r->url) != NULL)
		return "url: it must be https, or http on a loopback address";
	if (r->audience[0] == '\0')
		return "audience: say whom the events are for";
	if (word_set_parse(r->events, &asked) != STATUS_OK ||
	    word_set_parse(EVENT_ALL, &all) != STATUS_OK || asked.count == 0 ||
	    !word_set_within(&asked, &all))
		return "events: known are " EVENT_ALL;
	for (const char *c = r->bearer; *c != '\0'; c++) {
		/* RFC 6750 section 2.1. */
		if (strchr("-._~+/=", *c) == NULL &&
		    (*c < '0' || *c > 'z' || (*c > '9' && *c < 'A') ||
			(*c > 'Z' && *c < 'a')))
			return "bearer: it holds a character that a bearer "
			       "token cannot have";
	}
	return NULL;
}

static enum status
audit(struct store *s, const char *actor, const char *action, const char *name,
    int64_t now)
{
	char subject[RECEIVER_NAME_SIZE + 16];

	(void)snprintf(subject, sizeof(subject), "receiver %s", name);
	return audit_append(
	    s, now, &(struct audit_entry){actor, action, subject, ""});
}

enum status
receiver_add(
    struct store *s, const struct receiver *r, const char *actor, int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO receivers (name, url, audience, events, bearer,"
	    " created) VALUES (?, ?, ?, ?, ?, ?)");
	enum status status;

	if (receiver_problem(r) != NULL)
		return STATUS_INVALID;
	query_text(&q, r->name);
	query_text(&q, r->url);
	query_text(&q, r->audience);
	query_text(&q, r->events);
	query_text(&q, r->bearer);
	query_integer(&q, now);
	status = query_run(&q);
	return status == STATUS_OK
		   ? audit(s, actor, "receiver.add", r->name, now)
		   : status;
}

static enum status
remove_events(struct store *s, const char *name)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "DELETE FROM events WHERE receiver ="
			   " (SELECT id FROM receivers WHERE name = ?)");

	query_text(&q, name);
	return query_run(&q);
}

enum status
receiver_remove(
    struct store *s, const char *name, const char *actor, int64_t now)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "DELETE FROM receivers WHERE name = ?");
	enum status status = remove_events(s, name);

	query_text(&q, name);
	if (status == STATUS_OK)
		status = query_run(&q);
	if (status == STATUS_OK && store_changes(s) == 0)
		return STATUS_NOT_FOUND;
	return status == STATUS_OK
		   ? audit(s, actor, "receiver.remove", name, now)
		   : status;
}

enum status
receiver_next(struct store *s, int64_t after, struct receiver *ret)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT r.id, r.name, r.url, r.audience, r.events, r.enabled,"
	    " r.created, coalesce(sum(e.delivered = 0 AND e.failed = 0), 0),"
	    " coalesce(sum(e.delivered <> 0), 0),"
	    " coalesce(sum(e.failed <> 0), 0),"
	    " coalesce((SELECT x.last_error FROM events x"
	    " WHERE x.receiver = r.id AND x.last_error <> ''"
	    " ORDER BY x.id DESC LIMIT 1), '')"
	    " FROM receivers r LEFT JOIN events e ON e.receiver = r.id"
	    " WHERE r.id = (SELECT min(id) FROM receivers WHERE id > ?)"
	    " GROUP BY r.id");
	enum status status;

	query_integer(&q, after);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	memset(ret, 0, sizeof(*ret));
	ret->id = query_column_integer(&q, 0);
	ret->enabled = query_column_integer(&q, 5) != 0;
	ret->created = query_column_integer(&q, 6);
	ret->waiting = query_column_integer(&q, 7);
	ret->delivered = query_column_integer(&q, 8);
	ret->failed = query_column_integer(&q, 9);
	if (query_copy_text(&q, 1, ret->name, sizeof(ret->name)) != STATUS_OK ||
	    query_copy_text(&q, 2, ret->url, sizeof(ret->url)) != STATUS_OK ||
	    query_copy_text(&q, 3, ret->audience, sizeof(ret->audience)) !=
		STATUS_OK ||
	    query_copy_text(&q, 4, ret->events, sizeof(ret->events)) !=
		STATUS_OK ||
	    query_copy_text(&q, 10, ret->last_error, sizeof(ret->last_error)) !=
		STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}
