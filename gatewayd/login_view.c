/* SPDX-License-Identifier: ISC */
#include "login_view.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "relay.h"
#include "scopegate/cleanup.h"

/* Facts into words. What is absent stays out of the page; nothing is guessed,
 * and a scope that has no words here is shown by its name. */

static const struct {
	const char *scope, *words;
} scope_words[] = {
    {"trading", "Place, change and cancel orders"},
    {"account:write", "Change account settings and watchlists"},
    {"account:read", "See the account, its balances and positions"},
    {"account", "See the account, its balances and positions"},
    {"data", "Read market data"},
    {"market", "Read market data"},
    {"trade", "Place, change and cancel orders"},
    {"read", "See the account, its balances and positions"},
    {"openid", "Tell who you are"},
    {"profile", "Tell your name"},
    {"email", "Tell your e-mail address"},
    {"offline_access", "Stay connected until you end it"},
};

/* What sshd calls the terminal of a login that has none yet. */
static const char no_tty[] = "ssh";

/* Members of the answer that are shown as they are. */
static const char *const texts[] = {"host", "service", "user", "rhost",
    "issuer", "client_id", "account", "display", "error", "sentence", "code"};

static const char *
words_of(const char *scope)
{
	for (size_t i = 0; i < ELEMENTS(scope_words); i++) {
		if (strcmp(scope_words[i].scope, scope) == 0)
			return scope_words[i].words;
	}
	return NULL;
}

/* "1 minute 5 seconds". */
static void
duration(int64_t seconds, char ret[LOGIN_VIEW_WORDS])
{
	int64_t minutes = seconds / 60;
	char rest[24] = "";

	seconds %= 60;
	if (seconds != 0 || minutes == 0)
		(void)snprintf(rest, sizeof(rest), "%s%lld second%s",
		    minutes != 0 ? " " : "", (long long)seconds,
		    seconds == 1 ? "" : "s");
	if (minutes == 0)
		(void)snprintf(ret, LOGIN_VIEW_WORDS, "%s", rest);
	else
		(void)snprintf(ret, LOGIN_VIEW_WORDS, "%lld minute%s%s",
		    (long long)minutes, minutes == 1 ? "" : "s", rest);
}

static void
moment(int64_t when, char ret[LOGIN_VIEW_WORDS])
{
	time_t t = (time_t)when;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(ret, LOGIN_VIEW_WORDS, "%Y-%m-%d %H:%M UTC", &tm) == 0)
		ret[0] = '\0';
}

void
login_view_add(struct login_view *v, const char *name, const char *text)
{
	if (v->count < LOGIN_VIEW_VALUES - 1)
		v->values[v->count++] =
		    (struct template_value){.name = name, .text = text};
}

static enum status
add_scopes(struct login_view *v, const struct json_value *first,
    const char *name, struct scope_view *views, struct template_row *rows)
{
	struct template_value *value = &v->values[v->count];
	size_t count = 0;

	for (const struct json_value *s = first; s != NULL; s = json_next(s)) {
		const char *scope;

		if (json_string(s, &scope) != STATUS_OK)
			continue;
		if (count == LOGIN_VIEW_SCOPES)
			return STATUS_TOO_BIG;
		views[count].values[0] =
		    (struct template_value){.name = "scope", .text = scope};
		views[count].values[1] = (struct template_value){
		    .name = "words", .text = words_of(scope)};
		rows[count].values = views[count].values;
		count++;
	}
	login_view_add(v, name, NULL);
	value->rows = rows;
	value->row_count = count;
	return STATUS_OK;
}

static void
add_times(const struct json_value *answer, struct login_view *v)
{
	int64_t age = relay_number(answer, "age", -1);
	int64_t seconds = relay_number(answer, "seconds", -1);
	int64_t ends = relay_number(answer, "ends_at", 0);

	if (age >= 0)
		duration(age, v->age);
	if (seconds >= 0)
		duration(seconds, v->seconds);
	if (ends > 0)
		moment(ends, v->ends);
	login_view_add(v, "age", v->age);
	login_view_add(v, "seconds", v->seconds);
	login_view_add(v, "ends", v->ends);
}

enum status
login_view_make(const struct json_value *answer, struct login_view *v)
{
	const char *environment = relay_text(answer, "environment", "");
	const char *tty = relay_text(answer, "tty", "");
	enum status status;

	memset(v, 0, sizeof(*v));
	for (size_t i = 0; i < ELEMENTS(texts); i++)
		login_view_add(v, texts[i], relay_text(answer, texts[i], ""));
	login_view_add(v, "tty", strcmp(tty, no_tty) == 0 ? "" : tty);
	login_view_add(
	    v, "paper", strcmp(environment, "paper") == 0 ? "yes" : NULL);
	login_view_add(
	    v, "live", strcmp(environment, "live") == 0 ? "yes" : NULL);
	add_times(answer, v);
	status = add_scopes(v, relay_first(answer, "scopes"), "scopes",
	    v->scopes, v->scope_rows);
	if (status == STATUS_OK)
		status = add_scopes(v, relay_first(answer, "missing"),
		    "missing", v->missing, v->missing_rows);
	login_view_add(v, "any_missing",
	    relay_first(answer, "missing") != NULL ? "yes" : NULL);
	return status;
}
