/* SPDX-License-Identifier: ISC */
/*
 * `brokerd token` and `brokerd revoke`: what an operator does without a
 * browser. The token goes to standard output alone, or comes from standard
 * input; it never is an argument.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app_store.h"
#include "broker.h"
#include "command/command.h"
#include "identity/account_store.h"
#include "jose/sign.h"
#include "jose/key_ring.h"
#include "oauth/grant.h"
#include "oauth/issue.h"
#include "oauth/resource.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"
#include "scopegate/log.h"
#include "oauth/token_store.h"
#include "audit/audit_log.h"

#define TOKEN_INPUT_MAX 16384
#define TOKEN_SECONDS_MAX (3650LL * 86400)

struct token_options {
	const char *store, *user, *app, *scope, *env, *expires, *audience,
	    *authenticated;
};

static enum status
find_user_and_app(struct store *s, const char *user, const char *app,
    struct user *ret_user, struct app *ret_app)
{
	enum status status = user_find(s, user, ret_user);

	if (status != STATUS_OK) {
		log_error("user %s: %s", user, status_text(status));
		return status;
	}
	status = app_find(s, app, ret_app);
	if (status != STATUS_OK)
		log_error("app %s: %s", app, status_text(status));
	return status;
}

static enum status
fill_scope(const struct token_options *o, const struct app *a, struct grant *g)
{
	struct word_set asked, allowed;

	if (word_set_parse(a->scopes, &allowed) != STATUS_OK ||
	    word_set_parse(o->scope == NULL ? "" : o->scope, &asked) !=
		STATUS_OK ||
	    !word_set_within(&asked, &allowed)) {
		log_error("scope \"%s\": app %s may ask for: %s", o->scope,
		    a->client_id, a->scopes);
		return STATUS_INVALID;
	}
	word_set_print(&asked, g->scope);
	return STATUS_OK;
}

/* The user's account of that env; the consent page gives none away either
 * that is not open. */
static enum status
fill_account(struct store *s, const struct user *u, struct grant *g)
{
	struct account a;
	enum status status = account_find(s, g->user, g->env, &a);

	if (status == STATUS_OK && account_is_active(&a)) {
		g->account = a.id;
		return STATUS_OK;
	}
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	log_error("user %s has no active %s account", u->name, g->env);
	return STATUS_FORBIDDEN;
}

/* Without --audience it is the store's own. */
static enum status
fill_audience(struct broker *b, const char *audience, struct grant *g)
{
	enum status status = store_setting_get(
	    b->store, "audience", b->audience, sizeof(b->audience));

	if (status != STATUS_OK)
		return status;
	if (audience == NULL)
		audience = b->audience;
	if (strlen(audience) >= AUDIENCE_SIZE) {
		log_error("--audience: %s", status_text(STATUS_TOO_BIG));
		return STATUS_TOO_BIG;
	}
	memcpy(g->audience, audience, strlen(audience) + 1);
	if (resource_check(b, audience).error != OAUTH_OK)
		log_warning("--audience %s: no app is registered for it, so "
			    "nobody can ask about this token",
		    audience);
	return STATUS_OK;
}

static enum status
fill_grant(struct broker *b, const struct token_options *o, struct app *a,
    struct grant *g)
{
	struct user u;
	enum status status =
	    find_user_and_app(b->store, o->user, o->app, &u, a);

	if (status != STATUS_OK)
		return status;
	if (u.disabled != 0) {
		log_error(
		    "user %s is disabled; `brokerd user enable` ends that",
		    u.name);
		return STATUS_FORBIDDEN;
	}
	g->user = u.id;
	g->app = a->id;
	memcpy(g->env, o->env, strlen(o->env) + 1);
	status = fill_scope(o, a, g);
	if (status == STATUS_OK)
		status = fill_account(b->store, &u, g);
	return status == STATUS_OK ? fill_audience(b, o->audience, g) : status;
}

static enum status
record(struct store *s, const char *action, const char *client_id,
    const char *detail)
{
	char subject[CLIENT_ID_SIZE + 8];

	(void)snprintf(subject, sizeof(subject), "app %s", client_id);
	return audit_append(s, wall_clock(),
	    &(struct audit_entry){"shell", action, subject, detail});
}

/* A signed token names its issuer and is good no longer than its key. */
static enum status
check_signed(struct broker *b, const struct app *a, int64_t lifetime)
{
	if (a->kind == APP_ALPACA || a->tokens != APP_TOKENS_JWT)
		return STATUS_OK;
	if (b->issuer[0] == '\0') {
		log_error("app %s: its tokens name the issuer, which is known "
			  "when brokerd serve has run once",
		    a->client_id);
		return STATUS_INVALID;
	}
	if (lifetime > KEY_RETIRED_SECONDS) {
		log_error("app %s: its tokens are signed and live a day at "
			  "most; give --expires 24h or less",
		    a->client_id);
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

static enum status
add_token(struct broker *b, const struct app *a, const char *user,
    struct grant *g, int64_t lifetime, int64_t now, struct buf *ret)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct token_request request = {.kind = TOKEN_ACCESS,
	    .scope = g->scope,
	    .now = now,
	    .expires = now + lifetime};
	enum status status = transaction_write(b->store, &t);

	if (status == STATUS_OK)
		status = grant_add(b->store, g, now);
	request.grant = g->id;
	if (status == STATUS_OK)
		status = issue_access(b, a, g, &request, ret);
	if (status == STATUS_OK)
		status = record(b->store, "grant.mint", a->client_id, user);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static int
mint(const struct token_options *o, int64_t lifetime, int64_t auth_age)
{
	_cleanup_(store_freep) struct store *s = NULL;
	_cleanup_(buf_clear) struct buf token = {0};
	static struct broker b;
	int64_t now = wall_clock();
	struct grant g = {0};
	struct app a;
	enum status status;

	if (store_open(o->store, &s) != STATUS_OK)
		return EXIT_SETUP;
	b.store = s;
	buf_init_sensitive(&token, JWS_MAX);
	/* Known when brokerd serve has run once. */
	(void)store_setting_get(s, "issuer", b.issuer, sizeof(b.issuer));
	if (fill_grant(&b, o, &a, &g) != STATUS_OK ||
	    check_signed(&b, &a, lifetime) != STATUS_OK)
		return EXIT_REFUSED;
	g.auth_time = auth_age < 0 ? 0 : now - auth_age;
	status = add_token(&b, &a, o->user, &g, lifetime, now, &token);
	key_ring_clear(&b.keys);
	if (status != STATUS_OK) {
		log_error("%s: %s", o->store, status_text(status));
		return EXIT_REFUSED;
	}
	puts(buf_string(&token));
	return EXIT_SUCCESS;
}

/* A duration in whole seconds, at least `least`, at most ten years. */
static bool
seconds_parse(const char *name, const char *text, int64_t least, int64_t *ret)
{
	int64_t ms;

	if (conf_parse_duration_ms(text, &ms) != STATUS_OK ||
	    ms / 1000 < least || ms / 1000 > TOKEN_SECONDS_MAX) {
		log_error("--%s %s: give a time such as 90s, 15m, 1h or 7d",
		    name, text);
		return false;
	}
	*ret = ms / 1000;
	return true;
}

int
command_token(int argc, char **argv)
{
	struct token_options o = {0};
	const struct option_row rows[] = {
	    {.name = "store", .value = &o.store, .required = true},
	    {.name = "user", .value = &o.user, .required = true},
	    {.name = "app", .value = &o.app, .required = true},
	    {.name = "scope", .value = &o.scope},
	    {.name = "env", .value = &o.env},
	    {.name = "expires", .value = &o.expires},
	    {.name = "audience", .value = &o.audience},
	    {.name = "authenticated", .value = &o.authenticated},
	    {0},
	};
	int64_t lifetime = ACCESS_TOKEN_SECONDS, auth_age = -1;

	if (!options_parse(rows, argc, argv))
		return EXIT_USAGE;
	if (o.env == NULL)
		o.env = "paper";
	if (!env_is_valid(o.env)) {
		log_error("--env %s: it is paper or live", o.env);
		return EXIT_USAGE;
	}
	if (o.expires != NULL &&
	    !seconds_parse("expires", o.expires, 1, &lifetime))
		return EXIT_USAGE;
	if (o.authenticated != NULL &&
	    !seconds_parse("authenticated", o.authenticated, 0, &auth_age))
		return EXIT_USAGE;
	return mint(&o, lifetime, auth_age);
}

static enum status
revoke_all(struct store *s, const struct user *u, const struct app *a,
    int64_t *ret_count)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	char detail[USER_NAME_SIZE + 32];
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = grant_revoke_all(
		    s, u->id, a->id, wall_clock(), "by an operator", ret_count);
	if (status != STATUS_OK || *ret_count == 0)
		return status;
	(void)snprintf(detail, sizeof(detail), "user %s, %lld grants", u->name,
	    (long long)*ret_count);
	status = record(s, "grant.revoke_all", a->client_id, detail);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static int
revoke_user_app(struct store *s, const char *user, const char *app)
{
	struct user u;
	struct app a;
	int64_t count = 0;

	if (find_user_and_app(s, user, app, &u, &a) != STATUS_OK)
		return EXIT_REFUSED;
	if (revoke_all(s, &u, &a, &count) != STATUS_OK) {
		log_error("the grants could not be revoked");
		return EXIT_REFUSED;
	}
	printf("revoked %lld grant%s of %s to %s\n", (long long)count,
	    count == 1 ? "" : "s", user, app);
	return EXIT_SUCCESS;
}

static enum status
revoke_grant_of(struct store *s, const char *text, struct token *ret)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	char subject[32], detail[USER_NAME_SIZE + CLIENT_ID_SIZE + 16];
	int64_t now = wall_clock();
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = token_find(s, text, ret);
	if (status != STATUS_OK || ret->grant.revoked != 0)
		return status;
	status = grant_revoke(s, ret->grant.id, now, "by an operator");
	(void)snprintf(
	    subject, sizeof(subject), "grant %lld", (long long)ret->grant.id);
	(void)snprintf(detail, sizeof(detail), "of %s to app %s",
	    ret->user_name[0] == '\0' ? "the app itself" : ret->user_name,
	    ret->client_id);
	if (status == STATUS_OK)
		status = audit_append(s, now,
		    &(struct audit_entry){
			"shell", "grant.revoke", subject, detail});
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static int
revoke_token(struct store *s)
{
	_cleanup_(buf_clear) struct buf input = {0};
	struct token t;
	enum status status;

	buf_init_sensitive(&input, TOKEN_INPUT_MAX);
	if (input_read("-", &input) != STATUS_OK)
		return EXIT_REFUSED;
	if (input_single_line(&input) != STATUS_OK) {
		log_error("standard input holds no token on a line of its own");
		return EXIT_REFUSED;
	}
	status = revoke_grant_of(s, buf_string(&input), &t);
	if (status != STATUS_OK) {
		log_error("token: %s", status_text(status));
		return EXIT_REFUSED;
	}
	printf("%s a grant of %s to %s\n",
	    t.grant.revoked == 0 ? "revoked" : "nothing to do, ended already:",
	    t.user_name[0] == '\0' ? t.client_id : t.user_name, t.client_id);
	return EXIT_SUCCESS;
}

int
command_revoke(int argc, char **argv)
{
	_cleanup_(store_freep) struct store *s = NULL;
	const char *path = NULL, *user = NULL, *app = NULL;
	const struct option_row rows[] = {
	    {.name = "store", .value = &path, .required = true},
	    {.name = "user", .value = &user},
	    {.name = "app", .value = &app},
	    {0},
	};

	if (!options_parse(rows, argc, argv))
		return EXIT_USAGE;
	if ((user == NULL) != (app == NULL)) {
		log_error("--user and --app go together");
		return EXIT_USAGE;
	}
	if (store_open(path, &s) != STATUS_OK)
		return EXIT_SETUP;
	return user == NULL ? revoke_token(s) : revoke_user_app(s, user, app);
}
