/* SPDX-License-Identifier: ISC */
/*
 * The part of an [issuer] section that makes this host an OAuth client. What
 * is wrong here would show only when somebody sits before a browser, so it is
 * told at the start.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config_check.h"
#include "scopegate/cleanup.h"

#define ZONES "/usr/share/zoneinfo/"

static enum status
check_urls(struct issuer_exam *x)
{
	const struct sign_in *s = &x->issuer->sign_in;
	const struct {
		const char *key, *url;
	} rows[] = {
	    {"authorization_endpoint", s->authorization_endpoint},
	    {"token_endpoint", s->token_endpoint},
	    {"device_authorization_endpoint", s->device_authorization_endpoint},
	    {"revocation_endpoint", s->revocation_endpoint},
	    {"api_url", s->api_url},
	    {"paper_api_url", s->paper_api_url},
	};
	char origin[URL_ORIGIN_MAX];

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const char *fault = NULL;

		if (rows[i].url != NULL)
			fault = config_url_fault(
			    rows[i].url, x->issuer->insecure_loopback, origin);
		if (fault != NULL)
			return issuer_refuse(x, rows[i].key, fault);
	}
	return STATUS_OK;
}

/* RFC 6749 section 3.1.2. It is not fetched from here, and on a user's own
 * machine nothing has to listen, so the name of the loopback will do. */
static enum status
check_redirect(struct issuer_exam *x)
{
	static const char local[] = "http://localhost";
	const char *uri = x->issuer->sign_in.redirect_uri;
	char origin[URL_ORIGIN_MAX];
	_cleanup_(free_ptr) char *plain = NULL;
	const char *fault;

	if (uri == NULL)
		return STATUS_OK;
	/* A query may be part of what is registered. */
	plain = strndup(uri, strcspn(uri, "?"));
	if (plain == NULL)
		return STATUS_NOMEM;
	if (strncmp(plain, local, sizeof(local) - 1) == 0 &&
	    strchr(":/", plain[sizeof(local) - 1]) != NULL)
		memcpy(plain, "http://127.0.0.1", sizeof(local) - 1);
	fault = config_url_fault(plain, true, origin);
	if (fault == NULL && strpbrk(uri, "#\"<>\\^`{|} ") != NULL)
		fault = "holds a character that a URL cannot have: escape it "
			"(%41) or remove it";
	return fault == NULL ? STATUS_OK
			     : issuer_refuse(x, "redirect_uri", fault);
}

static bool
is_ours(const char *text, size_t length)
{
	static const char *const names[] = {"response_type", "client_id",
	    "redirect_uri", "scope", "state", "code_challenge",
	    "code_challenge_method"};

	for (size_t i = 0; i < ELEMENTS(names); i++) {
		if (strlen(names[i]) == length &&
		    strncmp(names[i], text, length) == 0)
			return true;
	}
	return false;
}

/* The one placeholder is {env}. */
static bool
braces_good(const char *text)
{
	static const char env[] = "{env}";

	for (text = strpbrk(text, "{}"); text != NULL;
	     text = strpbrk(text + sizeof(env) - 1, "{}")) {
		if (strncmp(text, env, sizeof(env) - 1) != 0)
			return false;
	}
	return true;
}

static enum status
check_parameters(struct issuer_exam *x)
{
	static const char key[] = "authorize_parameters";
	const struct word_list *l = &x->issuer->sign_in.parameters;

	for (size_t i = 0; i < l->count; i++) {
		const char *word = l->words[i], *equals = strchr(word, '=');

		if (equals == NULL || equals == word)
			return issuer_refuse(x, key,
			    "holds a word that is no NAME=VALUE: write it so, "
			    "such as prompt=login");
		if (is_ours(word, (size_t)(equals - word)))
			return issuer_refuse(x, key,
			    "names a parameter that every request has anyway: "
			    "remove it");
		if (!braces_good(word))
			return issuer_refuse(x, key,
			    "holds a brace that is not of {env}, the only "
			    "placeholder: write that, or escape it (%7B)");
	}
	return STATUS_OK;
}

/* A file below ZONES, and no way out of there. */
static bool
zone_exists(const char *zone)
{
	char path[256];
	struct stat st;
	int n = snprintf(path, sizeof(path), ZONES "%s", zone);

	return n > 0 && (size_t)n < sizeof(path) && zone[0] != '/' &&
	       strstr(zone, "..") == NULL && stat(path, &st) == 0 &&
	       S_ISREG(st.st_mode);
}

/* "HH:MM "; -1 if it is none. */
static int
minute_of(const char *text)
{
	static const char form[] = "00:00 ";
	int hour, minute;

	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9'
				   : text[i] != form[i])
			return -1;
	}
	hour = (text[0] - '0') * 10 + text[1] - '0';
	minute = (text[3] - '0') * 10 + text[4] - '0';
	return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

static enum status
read_expiry(struct issuer_exam *x)
{
	static const char key[] = "grant_expiry";
	struct sign_in *s = &x->issuer->sign_in;
	const char *zone = s->expiry_text + 6;
	int minute;

	if (strcmp(s->expiry_text, "stated") == 0) {
		s->expiry = GRANT_EXPIRY_STATED;
		return STATUS_OK;
	}
	if (strcmp(s->expiry_text, "none") == 0) {
		s->expiry = GRANT_EXPIRY_NONE;
		return s->grant_max_age_ms != 0
			   ? STATUS_OK
			   : issuer_refuse(x, key,
				 "= none lets a grant count for ever: add "
				 "`grant_max_age = 12h`, or what suits you");
	}
	minute = minute_of(s->expiry_text);
	if (minute < 0)
		return issuer_refuse(x, key,
		    "is neither stated, none nor a time of day: write HH:MM "
		    "and a time zone, such as 06:00 Asia/Kolkata");
	if (!zone_exists(zone))
		return issuer_refuse(x, key,
		    "names a time zone that is not below " ZONES
		    ": write one such as Asia/Kolkata, or install tzdata");
	s->expiry = GRANT_EXPIRY_CLOCK;
	s->expiry_minute = (unsigned int)minute;
	s->expiry_zone = strdup(zone);
	return s->expiry_zone != NULL ? STATUS_OK : STATUS_NOMEM;
}

/* What a probe shows is whose the token is, never whom it was given to. */
static enum status
check_foreign(struct issuer_exam *x)
{
	static const char key[] = "allow_foreign_tokens";
	const struct issuer *i = x->issuer;
	bool foreign = i->sign_in.allow_foreign_tokens;

	if (i->validation == VALIDATION_PROBE && !foreign)
		return issuer_refuse(x, "validation",
		    "= probe cannot tell to which app a token was given, so "
		    "anybody who runs one could sign in as its users: write "
		    "`validation = grant`, or if you accept that "
		    "`allow_foreign_tokens = yes`");
	if (issuer_judges_tokens(i) && foreign)
		return issuer_refuse(x, key,
		    "says nothing with introspection or a JWT, where audience "
		    "and allowed_clients decide: remove it");
	if (foreign && i->probe_count == 0)
		return issuer_refuse(x, key,
		    "needs a call of the broker's API that shows whose a "
		    "token is: add `profile = NAME` of a profile with one");
	return STATUS_OK;
}

enum status
config_sign_in_check(struct issuer_exam *x)
{
	static enum status (*const checks[])(struct issuer_exam * x) = {
	    check_urls,
	    check_redirect,
	    check_parameters,
	    read_expiry,
	    check_foreign,
	};

	for (size_t k = 0; k < ELEMENTS(checks); k++) {
		enum status s = checks[k](x);

		if (s != STATUS_OK)
			return s;
	}
	return STATUS_OK;
}

static bool
is_redirect_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._";

	return name[0] != '\0' && name[0] != '.' &&
	       name[strspn(name, allowed)] == '\0';
}

const char *
config_redirect_path(const struct config *c, const struct issuer *issuer)
{
	static const char callback[] = "/callback";
	const char *path = issuer->sign_in.redirect_uri;
	size_t n = c->gateway_url != NULL ? strlen(c->gateway_url) : 0;

	if (n == 0 || path == NULL)
		return n == 0 ? NULL : callback;
	if (c->gateway_url[n - 1] == '/')
		n--;
	if (strncmp(path, c->gateway_url, n) != 0)
		return NULL;
	path += n;
	n = sizeof(callback) - 1;
	if (strncmp(path, callback, n) != 0 || strlen(path) > CALLBACK_PATH_MAX)
		return NULL;
	return path[n] == '\0' ||
		       (path[n] == '/' && is_redirect_name(path + n + 1))
		   ? path
		   : NULL;
}

static const char *
login_fault(const struct config *c, const struct policy *p)
{
	const struct issuer *i = p->issuer;
	bool waits = (p->login & (LOGIN_BROWSER | LOGIN_DEVICE)) != 0;

	if (waits && i->validation == VALIDATION_PROBE)
		return "makes grants, and its issuer keeps none: write "
		       "`validation = grant` there, or `login = token` here";
	if (waits && i->proof.bearer_token_file != NULL)
		return "exchanges codes at the token endpoint, where the "
		       "bearer token of its issuer shows nobody: remove "
		       "bearer_token_file there and name bearer_client_auth, "
		       "or write `login = token` here";
	if ((p->login & LOGIN_BROWSER) != 0 && c->gateway_url == NULL &&
	    i->sign_in.redirect_uri == NULL)
		return "has browser in it, and nowhere for it to end: add "
		       "gateway_url to [validatord], or redirect_uri to the "
		       "issuer's section";
	if ((p->login & LOGIN_DEVICE) != 0 &&
	    i->sign_in.exchange == EXCHANGE_KITE)
		return "has device in it, and `exchange = kite` has no device "
		       "grant: remove it";
	if (p->device_remote && (p->login & LOGIN_DEVICE) == 0)
		return "lacks device, so device_remote says nothing: add the "
		       "one or remove the other";
	if (p->qr && !waits)
		return "shows no link, so qr says nothing: add browser or "
		       "device, or remove qr";
	return NULL;
}

static bool
comes_by_browser(const struct config *c, const struct issuer *i)
{
	for (size_t n = 0; n < c->policy_count; n++) {
		if (c->policies[n].issuer == i &&
		    (c->policies[n].login & LOGIN_BROWSER) != 0)
			return true;
	}
	return false;
}

/* A query does not make two: a pasted address may have more in its own. */
static bool
same_redirect(
    const struct config *c, const struct issuer *a, const struct issuer *b)
{
	const char *left = config_redirect_path(c, a);
	const char *right = config_redirect_path(c, b);
	size_t length;

	if (left != NULL || right != NULL)
		return left != NULL && right != NULL &&
		       strcmp(left, right) == 0;
	left = a->sign_in.redirect_uri;
	right = b->sign_in.redirect_uri;
	length = strcspn(left, "?");
	return length == strcspn(right, "?") &&
	       strncmp(left, right, length) == 0;
}

/* RFC 9700 section 4.4: by its redirect URI it is known which issuer sent the
 * browser back. */
static enum status
check_redirects_apart(const struct config *c, struct conf_error *ret_error)
{
	for (size_t n = 1; n < c->issuer_count; n++) {
		const struct issuer *i = &c->issuers[n];

		for (size_t k = 0; k < n && comes_by_browser(c, i); k++) {
			const struct issuer *other = &c->issuers[k];

			if (!comes_by_browser(c, other) ||
			    !same_redirect(c, other, i))
				continue;
			conf_error_set(ret_error, i->file, i->line,
			    "[issuer %s] has the redirect URI of [issuer %s], "
			    "so either could pass off the other's codes as its "
			    "own: write `redirect_uri = %s/callback/%s`, and "
			    "register that there",
			    i->name, other->name,
			    c->gateway_url != NULL ? c->gateway_url
						   : "https://HOST",
			    i->name);
			return STATUS_INVALID;
		}
	}
	return STATUS_OK;
}

enum status
config_logins_check(const struct config *c, const unsigned int *lines,
    struct conf_error *ret_error)
{
	for (size_t n = 0; n < c->policy_count; n++) {
		const struct policy *p = &c->policies[n];
		const char *fault = login_fault(c, p);

		if (fault == NULL)
			continue;
		conf_error_set(ret_error, p->file,
		    lines[n] != 0 ? lines[n] : p->line, "login %s", fault);
		return STATUS_INVALID;
	}
	return check_redirects_apart(c, ret_error);
}
