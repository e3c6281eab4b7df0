/* SPDX-License-Identifier: ISC */
/*
 * Signing out: the token that is kept here goes, always, and is revoked where
 * the issuer can do that (RFC 7009). Whether what was allowed there ends with
 * it is the issuer's to say (section 2.1), so that is not promised.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "store.h"
#include "url.h"

#define FORM_SIZE (4 * 16384)

static enum status
revoke_token(const struct issuer_settings *settings, const struct token_set *t,
    char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(issuer_clear) struct issuer i = {0};
	_cleanup_(buf_clear) struct buf form = {0};
	_cleanup_(oauth_answer_clear) struct oauth_answer answer = {0};
	bool refresh = t->refresh.length > 0;
	enum status s =
	    issuer_find(settings, ENDPOINT_REVOCATION, &i, ret_problem);

	if (s != STATUS_OK)
		return s;
	/* The refresh token's end is the end of its access tokens, too. */
	buf_init_sensitive(&form, FORM_SIZE);
	form_add(&form, "token", refresh ? t->refresh.bytes : t->access.bytes);
	form_add(&form, "token_type_hint",
	    refresh ? "refresh_token" : "access_token");
	return issuer_post(
	    &i, ENDPOINT_REVOCATION, &form, true, &answer, ret_problem);
}

static int
end(const struct issuer_settings *i, struct store *store,
    const struct token_set *t)
{
	char problem[PROBLEM_SIZE] = "", removal[PROBLEM_SIZE] = "";
	enum status revoked = revoke_token(i, t, problem);
	enum status removed = store_remove(store, i->name, removal);

	if (removed != STATUS_OK)
		return cli_failed(removed, removal);
	if (revoked == STATUS_OK) {
		(void)fprintf(stderr,
		    "Signed out of %s: the token kept here is removed, and "
		    "the issuer has revoked it.\n"
		    "What you allowed there may still stand: its page of "
		    "connected apps shows that, and ends it.\n",
		    i->name);
		return EXIT_DONE;
	}
	log_warning("%s", problem);
	(void)fprintf(stderr,
	    "The token of %s that was kept here is removed, but not revoked: "
	    "whoever has a copy can use it until it expires.\n"
	    "What you allowed at the issuer stands: end that on its page of "
	    "connected apps.\n",
	    i->name);
	return revoked == STATUS_NOT_FOUND ? EXIT_DONE : EXIT_UNAVAILABLE;
}

int
cmd_logout(struct cli *cli, int argc, char **argv)
{
	const struct cli_option options[] = {{NULL, NULL, NULL}};
	_cleanup_(store_freep) struct store *store = NULL;
	_cleanup_(token_set_clear) struct token_set t = {0};
	char problem[PROBLEM_SIZE] = "the lock cannot be had";
	const char *name = NULL;
	struct issuer_settings *i;
	enum status s;
	int code = cli_options(argc, argv, options, &name, 1,
	    "an ISSUER: a name of your file, or a URL");

	if (code != EXIT_DONE)
		return code;
	i = cli_issuer(cli, name, &code);
	if (i == NULL)
		return code;
	store =
	    store_open((enum storage)cli->settings->general.storage, problem);
	if (store == NULL)
		return cli_failed(STATUS_IO, problem);
	s = store_lock(store, i->name, problem);
	if (s == STATUS_OK)
		s = store_get(store, i->name, &t, problem);
	if (s == STATUS_OK)
		return end(i, store, &t);
	/* What cannot be read must be possible to get rid of. */
	if (s == STATUS_MALFORMED &&
	    store_remove(store, i->name, problem) == STATUS_OK) {
		(void)fprintf(stderr,
		    "What was kept of %s was no token; it is "
		    "gone.\n",
		    i->name);
		return EXIT_DONE;
	}
	if (s == STATUS_NOT_FOUND)
		(void)snprintf(problem, sizeof(problem),
		    "you are not signed in at %s", i->name);
	return cli_failed(s, problem);
}
