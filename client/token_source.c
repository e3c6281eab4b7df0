/* SPDX-License-Identifier: ISC */
/*
 * Where a token comes from. Of our own logins it is refreshed under the
 * issuer's lock: a refresh token that is used twice ends the grant at an issuer
 * that rotates them (RFC 9700 section 4.14), so two processes never use it at
 * once, and the new one is stored before anybody gets to see the token.
 */
#include "token_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "child.h"
#include "scopegate/cleanup.h"
#include "scopegate/protocol.h"
#include "secret_file.h"
#include "store.h"
#include "url.h"

#define COMMAND_MS 20000
#define ARGUMENTS_MOST 32

static const char agent_prefix[] = "oidc-agent:";
static const char command_prefix[] = "command:";
static const char file_prefix[] = "file:";

/* What follows the prefix, or NULL. */
static const char *
after(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

const char *
token_source_fault(const char *text)
{
	const char *rest;

	if (strcmp(text, "login") == 0)
		return NULL;
	if ((rest = after(text, agent_prefix)) != NULL)
		return *rest != '\0' && *rest != '-' &&
			       strchr(rest, ' ') == NULL
			   ? NULL
			   : "names no account: write oidc-agent:ACCOUNT";
	if ((rest = after(text, command_prefix)) != NULL)
		return *rest == '/' ? NULL
				    : "names no program: write command:/PATH "
				      "and its arguments, with blanks between";
	if ((rest = after(text, file_prefix)) != NULL)
		return *rest == '/' ? NULL : "names no file: write file:/PATH";
	return "is no source: write login, oidc-agent:ACCOUNT, "
	       "command:/PATH ARGUMENT ... or file:/PATH";
}

/* Blanks separate; there is no quoting, so that there is nothing to get wrong.
 */
static enum status
from_command(
    const char *text, struct secret *ret, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(word_list_clear) struct word_list words = {0};
	char *argv[ARGUMENTS_MOST + 1];

	if (word_list_split(&words, text, true) != STATUS_OK ||
	    words.count > ARGUMENTS_MOST) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the command of `source` has more than %d words",
		    ARGUMENTS_MOST);
		return STATUS_INVALID;
	}
	for (size_t i = 0; i < words.count; i++)
		argv[i] = words.words[i];
	argv[words.count] = NULL;
	return child_read(argv, deadline_in_ms(COMMAND_MS), ret, ret_problem);
}

/* oidc-token(1) speaks with the agent, whose socket protocol is encrypted and
 * its own. */
static enum status
from_agent(
    const char *account, struct secret *ret, char ret_problem[PROBLEM_SIZE])
{
	char program[] = "oidc-token", seconds[] = "--time=60";
	char *argv[] = {program, seconds, (char *)(uintptr_t)account, NULL};

	return child_read(argv, deadline_in_ms(COMMAND_MS), ret, ret_problem);
}

/* Under the lock. STATUS_FORBIDDEN: the issuer wants a new login. */
static enum status
refresh(struct store *store, const struct issuer_settings *settings,
    struct token_set *t, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(issuer_clear) struct issuer i = {0};
	_cleanup_(buf_clear) struct buf form = {0};
	const char *where = NULL;
	char error[64];
	enum status s = issuer_find(settings, ENDPOINT_TOKEN, &i, ret_problem);

	if (s != STATUS_OK)
		return s;
	buf_init_sensitive(&form, TOKEN_MAX * 4);
	form_add(&form, "grant_type", "refresh_token");
	form_add(&form, "refresh_token", t->refresh.bytes);
	s = issuer_ask_token(&i, &form, t, error, ret_problem);
	if (s == STATUS_OK)
		return store_put(store, settings->name, t, &where, ret_problem);
	/* The grant is over: what is left of it is of no use to anybody. */
	if (s == STATUS_FORBIDDEN && strcmp(error, "invalid_grant") == 0) {
		char ignored[PROBLEM_SIZE];

		(void)store_remove(store, settings->name, ignored);
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the sign-in at %s has ended: scopegate login %s",
		    settings->name, settings->name);
		return STATUS_NOT_FOUND;
	}
	return s;
}

static enum status
none_kept(const char *name, const char *what, char ret_problem[PROBLEM_SIZE])
{
	(void)snprintf(
	    ret_problem, PROBLEM_SIZE, "%s: scopegate login %s", what, name);
	return STATUS_NOT_FOUND;
}

static enum status
from_login(const struct settings *settings,
    const struct issuer_settings *issuer, struct secret *ret,
    char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(store_freep) struct store *store =
	    store_open((enum storage)settings->general.storage, ret_problem);
	_cleanup_(token_set_clear) struct token_set t = {0};
	int64_t now = (int64_t)time(NULL);
	enum status s;

	if (store == NULL)
		return STATUS_IO;
	s = store_get(store, issuer->name, &t, ret_problem);
	if (s == STATUS_OK && !token_set_lasts(&t, now, TOKEN_SECONDS_LEFT) &&
	    t.refresh.length > 0) {
		/* Another process may have done it while we waited. */
		s = store_lock(store, issuer->name, ret_problem);
		if (s == STATUS_OK)
			s = store_get(store, issuer->name, &t, ret_problem);
		if (s == STATUS_OK &&
		    !token_set_lasts(&t, now, TOKEN_SECONDS_LEFT))
			s = refresh(store, issuer, &t, ret_problem);
		if (s != STATUS_OK)
			return s;
	}
	if (s == STATUS_NOT_FOUND)
		return none_kept(
		    issuer->name, "you are not signed in", ret_problem);
	if (s == STATUS_OK && !token_set_lasts(&t, now, 0))
		return none_kept(
		    issuer->name, "the token has expired", ret_problem);
	if (s == STATUS_OK)
		s = secret_set(ret, t.access.bytes, t.access.length);
	return s;
}

static enum status
from_anywhere(const struct settings *settings,
    const struct issuer_settings *issuer, struct secret *ret,
    char ret_problem[PROBLEM_SIZE])
{
	const char *rest;

	if ((rest = after(issuer->source, agent_prefix)) != NULL)
		return from_agent(rest, ret, ret_problem);
	if ((rest = after(issuer->source, command_prefix)) != NULL)
		return from_command(rest, ret, ret_problem);
	if ((rest = after(issuer->source, file_prefix)) != NULL)
		return secret_file_read(rest, ret, ret_problem);
	return from_login(settings, issuer, ret, ret_problem);
}

enum status
token_get(const struct settings *settings, const struct issuer_settings *issuer,
    struct secret *ret, char ret_problem[PROBLEM_SIZE])
{
	enum status s;

	(void)snprintf(ret_problem, PROBLEM_SIZE, "no token could be had");
	s = from_anywhere(settings, issuer, ret, ret_problem);
	if (s == STATUS_OK &&
	    (ret->length > TOKEN_MAX || !secret_is_b64token(ret))) {
		secret_clear(ret);
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "what the source of %s gives is no access token (RFC 6750 "
		    "section 2.1), or it has more than %u octets",
		    issuer->name, TOKEN_MAX);
		return STATUS_MALFORMED;
	}
	return s;
}
