/* SPDX-License-Identifier: ISC */
/*
 * `brokerd app add`: a store of one's own, beyond the demonstration. A secret
 * that is generated is shown once and kept as a hash.
 */
#include <stdio.h>
#include <string.h>

#include "app/app_store.h"
#include "app/scope_store.h"
#include "audit/audit_log.h"
#include "command/app_acts.h"
#include "command/command.h"
#include "oauth/device_store.h"
#include "oauth/resource.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

struct app_options {
	const char *store, *app, *title, *description, *website, *owner, *scope,
	    *optional, *grants, *secret_file;
	struct option_list redirects, audiences;
	bool public, approved, alpaca, jwt;
};

static bool
copy_text(const char *option, const char *text, char *ret, size_t size)
{
	if (text == NULL)
		return true;
	if (strlen(text) >= size) {
		log_error("--%s: longer than %zu characters", option, size - 1);
		return false;
	}
	memcpy(ret, text, strlen(text) + 1);
	return true;
}

static bool
check_audiences(const struct option_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		if (resource_is_uri(l->values[i]))
			continue;
		log_error("--audience %s: give an absolute URI of at most %d "
			  "characters",
		    l->values[i], AUDIENCE_SIZE - 1);
		return false;
	}
	return true;
}

static bool
check_redirects(const struct option_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		const char *problem = redirect_uri_problem(l->values[i]);

		if (problem != NULL) {
			log_error("--redirect %s: %s", l->values[i], problem);
			return false;
		}
	}
	return true;
}

static bool
check_grants(const char *text)
{
	static const char known[] = "authorization_code refresh_token "
				    "client_credentials " DEVICE_GRANT_TYPE;
	struct word_set asked, all;

	if (word_set_parse(text, &asked) == STATUS_OK &&
	    word_set_parse(known, &all) == STATUS_OK &&
	    word_set_within(&asked, &all))
		return true;
	log_error("--grants \"%s\": known are %s", text, known);
	return false;
}

/* What its users may leave out is a part of what it asks for. */
static bool
check_optional(const struct app_options *o)
{
	struct word_set asked, optional;

	if (o->optional == NULL ||
	    (word_set_parse(o->optional, &optional) == STATUS_OK &&
		word_set_parse(o->scope == NULL ? "" : o->scope, &asked) ==
		    STATUS_OK &&
		word_set_within(&optional, &asked)))
		return true;
	log_error("--optional \"%s\": name scopes that --scope has, too",
	    o->optional);
	return false;
}

static bool
fill_app(const struct app_options *o, struct app *a)
{
	const char *grants = o->grants;

	if (grants == NULL)
		grants = o->redirects.count > 0
			     ? "authorization_code refresh_token"
			     : "";
	if (!client_id_is_valid(o->app)) {
		log_error(
		    "--app %s: use letters, digits, . _ -, at most 64", o->app);
		return false;
	}
	a->confidential = !o->public;
	a->state = o->approved ? APP_APPROVED : APP_DRAFT;
	a->kind = o->alpaca ? APP_ALPACA : APP_STANDARD;
	a->tokens = o->jwt ? APP_TOKENS_JWT : APP_TOKENS_OPAQUE;
	return check_grants(grants) && check_redirects(&o->redirects) &&
	       check_audiences(&o->audiences) && check_optional(o) &&
	       copy_text("app", o->app, a->client_id, sizeof(a->client_id)) &&
	       copy_text("title", o->title == NULL ? o->app : o->title,
		   a->title, sizeof(a->title)) &&
	       copy_text("description", o->description, a->description,
		   sizeof(a->description)) &&
	       copy_text(
		   "website", o->website, a->website, sizeof(a->website)) &&
	       copy_text("owner", o->owner, a->owner, sizeof(a->owner)) &&
	       copy_text("scope", o->scope, a->scopes, sizeof(a->scopes)) &&
	       copy_text("optional", o->optional, a->optional_scopes,
		   sizeof(a->optional_scopes)) &&
	       copy_text(
		   "grants", grants, a->grant_types, sizeof(a->grant_types));
}

static enum status
record(struct store *s, const struct app *a)
{
	char subject[CLIENT_ID_SIZE + 8];

	(void)snprintf(subject, sizeof(subject), "app %s", a->client_id);
	return audit_append(s, wall_clock(),
	    &(struct audit_entry){
		"shell", "app.add", subject, app_state_name(a->state)});
}

/* The file is written before the app is kept: a secret that nobody could be
 * told would make an app that nobody can use. */
static enum status
store_app(struct store *s, const struct app_options *o, struct app *a,
    char secret[RANDOM_TEXT_SIZE])
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = app_add(s, a, wall_clock());
	if (status == STATUS_OK && a->confidential)
		status = app_secret_add(s, a->id, wall_clock(), secret);
	for (size_t i = 0; i < o->redirects.count && status == STATUS_OK; i++)
		status = app_redirect_add(s, a->id, o->redirects.values[i]);
	for (size_t i = 0; i < o->audiences.count && status == STATUS_OK; i++)
		status = app_audience_add(s, a->id, o->audiences.values[i]);
	if (status == STATUS_OK)
		status = record(s, a);
	if (status == STATUS_OK && o->secret_file != NULL)
		status = secret_file_write(o->secret_file, secret);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static void
log_app_problem(const struct app_options *o, enum status status)
{
	switch (status) {
	case STATUS_FORBIDDEN:
		log_error("app %s exists", o->app);
		break;
	case STATUS_NOT_FOUND:
		log_error("--owner %s: no such user", o->owner);
		break;
	default:
		log_error("app %s: %s", o->app, status_text(status));
	}
}

/* Which of them the store does not know. */
static bool
check_scopes(struct store *s, const char *text)
{
	char words[SCOPE_WORDS_SIZE];
	struct word_set set;

	if (word_set_parse(text, &set) != STATUS_OK) {
		log_error(
		    "--scope \"%s\": %s", text, status_text(STATUS_MALFORMED));
		return false;
	}
	for (size_t i = 0; i < set.count; i++) {
		if (scope_words(s, set.words[i], words) != STATUS_NOT_FOUND)
			continue;
		log_error("--scope: this store has no scope %s", set.words[i]);
		return false;
	}
	return true;
}

static int
add_app(const struct app_options *o, struct app *a)
{
	_cleanup_(store_freep) struct store *s = NULL;
	char secret[RANDOM_TEXT_SIZE] = "";
	enum status status;

	if (store_open(o->store, &s) != STATUS_OK)
		return EXIT_SETUP;
	if (!check_scopes(s, a->scopes))
		return EXIT_REFUSED;
	status = store_app(s, o, a, secret);
	if (status != STATUS_OK)
		log_app_problem(o, status);
	if (status == STATUS_OK) {
		printf("app %s\n", o->app);
		if (a->confidential && o->secret_file == NULL)
			printf("secret %s\n", secret);
	}
	explicit_bzero(secret, sizeof(secret));
	return status == STATUS_OK ? EXIT_SUCCESS : EXIT_REFUSED;
}

static int
add(int argc, char **argv)
{
	struct app_options o = {0};
	struct app a = {0};
	const struct option_row rows[] = {
	    {.name = "store", .value = &o.store, .required = true},
	    {.name = "app", .value = &o.app, .required = true},
	    {.name = "title", .value = &o.title},
	    {.name = "description", .value = &o.description},
	    {.name = "website", .value = &o.website},
	    {.name = "owner", .value = &o.owner},
	    {.name = "scope", .value = &o.scope},
	    {.name = "optional", .value = &o.optional},
	    {.name = "grants", .value = &o.grants},
	    {.name = "redirect", .list = &o.redirects},
	    {.name = "audience", .list = &o.audiences},
	    {.name = "public", .flag = &o.public},
	    {.name = "approved", .flag = &o.approved},
	    {.name = "alpaca", .flag = &o.alpaca},
	    {.name = "jwt", .flag = &o.jwt},
	    {.name = "secret-file", .value = &o.secret_file},
	    {0},
	};

	if (!options_parse(rows, argc, argv))
		return EXIT_USAGE;
	if (o.public && o.secret_file != NULL) {
		log_error("a public app has no secret");
		return EXIT_USAGE;
	}
	if (o.alpaca && o.jwt) {
		log_error("--alpaca and --jwt: Alpaca's tokens are opaque");
		return EXIT_USAGE;
	}
	return fill_app(&o, &a) ? add_app(&o, &a) : EXIT_USAGE;
}

static const struct verb verbs[] = {
    {.name = "add",
	.run_raw = add,
	.usage = "--app ID [--title TEXT] [--owner NAME]\n"
		 "      [--description TEXT] [--website URL]\n"
		 "      [--redirect URI]... [--audience URL]... "
		 "[--scope \"A B\"]\n"
		 "      [--optional \"A B\"] [--grants \"TYPES\"]\n"
		 "      [--alpaca | --jwt] [--approved] "
		 "[--public | --secret-file FILE]",
	.help = "register an app; its secret is shown once or written to the "
		"file"},
    {.name = "list",
	.run = verb_app_list,
	.takes = TAKES(STATE) | TAKES(BEGINS) | TAKES(OWNER) | TAKES(JSON),
	.help = "all apps, or those whose client id or owner begins so"},
    {.name = "show",
	.run = verb_app_show,
	.needs = TAKES(APP),
	.help = "all that an app declares, and how it was judged"},
    {.name = "review",
	.run = verb_app_review,
	.takes = TAKES(JSON),
	.help = "apps in review, the longest waiting first"},
    {.name = "submit",
	.run = verb_app_submit,
	.needs = TAKES(APP),
	.help = "put an app into review for its owner"},
    {.name = "approve",
	.run = verb_app_approve,
	.needs = TAKES(APP) | TAKES(REVIEWER),
	.takes = TAKES(REASON),
	.help = "vote as this operator, who does not own the app"},
    {.name = "reject",
	.run = verb_app_reject,
	.needs = TAKES(APP) | TAKES(REVIEWER) | TAKES(REASON),
	.help = "the same; one rejection is enough"},
    {.name = "suspend",
	.run = verb_app_suspend,
	.needs = TAKES(APP) | TAKES(REASON),
	.help = "no token of the app works until it is lifted"},
    {.name = "lift",
	.run = verb_app_lift,
	.needs = TAKES(APP),
	.takes = TAKES(REASON),
	.help = "end the suspension"},
    {0},
};
const struct noun noun_app = {"app", verbs};
