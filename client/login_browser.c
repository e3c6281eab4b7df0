/* SPDX-License-Identifier: ISC */
/*
 * The authorization code grant for a program on the user's machine (RFC 8252):
 * PKCE and state of our own, a redirect to loopback, the issuer's name compared
 * (RFC 9207) before the code goes anywhere.
 */
#include <stdio.h>
#include <string.h>

#include "browser.h"
#include "login_flow.h"
#include "loopback.h"
#include "oauth_words.h"
#include "proof.h"
#include "scopegate/cleanup.h"
#include "url.h"

#define SCOPE_MAX 4096
#define REQUEST_MAX 8192

struct attempt {
	const struct issuer *issuer;
	char state[PROOF_SIZE], verifier[PROOF_SIZE], challenge[PROOF_SIZE];
};

static void
wipe_attempt(struct attempt *a)
{
	explicit_bzero(a, sizeof(*a));
}

enum status
login_scope(const struct issuer_settings *s, struct buf *ret)
{
	buf_init(ret, SCOPE_MAX);
	for (size_t n = 0; n < s->scope.count; n++)
		buf_format(ret, "%s%s", n > 0 ? " " : "", s->scope.words[n]);
	return ret->error;
}

/* "env=paper" and the like, as the user wrote them. */
static void
add_parameters(const struct issuer_settings *s, struct buf *url)
{
	for (size_t n = 0; n < s->parameters.count; n++) {
		const char *word = s->parameters.words[n];
		const char *equals = strchr(word, '=');
		char name[128];

		(void)snprintf(
		    name, sizeof(name), "%.*s", (int)(equals - word), word);
		form_add(url, name, equals + 1);
	}
}

static enum status
make_request(const struct attempt *a, const char *redirect_uri, struct buf *url)
{
	const struct issuer_settings *s = a->issuer->settings;
	const char *endpoint = a->issuer->endpoints[ENDPOINT_AUTHORIZATION];
	_cleanup_(buf_clear) struct buf scope = {0};

	if (login_scope(s, &scope) != STATUS_OK)
		return STATUS_TOO_BIG;
	buf_init_sensitive(url, REQUEST_MAX);
	buf_append_string(url, endpoint);
	if (strchr(endpoint, '?') == NULL)
		buf_append_byte(url, '?');
	form_add(url, "response_type", "code");
	form_add(url, "client_id", s->client_id);
	form_add(url, "redirect_uri", redirect_uri);
	form_add(url, "state", a->state);
	if (scope.length > 0)
		form_add(url, "scope", buf_string(&scope));
	if (s->pkce) {
		form_add(url, "code_challenge", a->challenge);
		form_add(url, "code_challenge_method", "S256");
	}
	add_parameters(s, url);
	return url->error;
}

/* Says what to open; on standard error, since standard output is for what was
 * asked for. */
static void
invite(const char *url, const struct login_options *options)
{
	bool opened = options->browser && browser_open(url);

	(void)fprintf(stderr, "%s\n\n  %s\n\n",
	    opened ? "Your browser opens. If it does not, open this link in a "
		     "browser on this machine:"
		   : "Open this link in a browser on this machine:",
	    url);
	(void)fflush(stderr);
}

static const char *
text_of(const struct buf *b)
{
	return b->length > 0 && buf_string(b) != NULL ? buf_string(b) : "";
}

static enum status
refused(const char *text, char ret_problem[PROBLEM_SIZE])
{
	(void)snprintf(ret_problem, PROBLEM_SIZE, "%s", text);
	return STATUS_FORBIDDEN;
}

/* RFC 9207 section 2.4, before anything else in the redirect is believed. */
static enum status
check_iss(const struct attempt *a, const struct redirect *r,
    char ret_problem[PROBLEM_SIZE])
{
	const char *url = a->issuer->settings->url, *iss = text_of(&r->iss);

	if (iss[0] == '\0' && !a->issuer->promises_iss)
		return STATUS_OK;
	if (iss[0] != '\0' && (url == NULL || strcmp(iss, url) == 0))
		return STATUS_OK;
	if (iss[0] != '\0')
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the redirect is another issuer's and not of %s, so it was "
		    "not believed (RFC 9207); nothing was sent anywhere",
		    url);
	else
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the redirect does not name its issuer, though %s promises "
		    "to (RFC 9207); nothing was sent anywhere",
		    url);
	return STATUS_UNTRUSTED;
}

static enum status
check_redirect(const struct attempt *a, const struct redirect *r,
    char ret_problem[PROBLEM_SIZE])
{
	char words[OAUTH_WORDS_SIZE];
	const char *error = text_of(&r->error);
	enum status s;

	if (r->repeated)
		return refused("the redirect says something twice or garbled, "
			       "so it was not believed",
		    ret_problem);
	s = check_iss(a, r, ret_problem);
	if (s != STATUS_OK)
		return s;
	if (error[0] != '\0') {
		oauth_words(oauth_error_valid(error) ? error : "unreadable",
		    text_of(&r->description), words);
		(void)snprintf(ret_problem, PROBLEM_SIZE, "%s refuses: %s",
		    a->issuer->settings->name, words);
		return STATUS_FORBIDDEN;
	}
	if (r->code.length == 0)
		return refused("the redirect holds neither a code nor an error",
		    ret_problem);
	return STATUS_OK;
}

static enum status
exchange(const struct attempt *a, const struct redirect *r,
    const char *redirect_uri, struct token_set *ret,
    char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(buf_clear) struct buf form = {0};
	char error[64];

	buf_init_sensitive(&form, REQUEST_MAX);
	form_add(&form, "grant_type", "authorization_code");
	form_add(&form, "code", text_of(&r->code));
	form_add(&form, "redirect_uri", redirect_uri);
	if (a->issuer->settings->pkce)
		form_add(&form, "code_verifier", a->verifier);
	return issuer_ask_token(a->issuer, &form, ret, error, ret_problem);
}

static enum status
wait_for_person(struct loopback *l, const struct attempt *a,
    const struct login_options *options, struct redirect *ret,
    char ret_problem[PROBLEM_SIZE])
{
	unsigned int strangers = 0;
	enum status s =
	    loopback_wait(l, a->state, options->deadline, ret, &strangers);

	if (s == STATUS_OK)
		return s;
	(void)snprintf(ret_problem, PROBLEM_SIZE, "%s%s",
	    s == STATUS_TIMEOUT
		? "nobody finished the sign-in in time: try again, or give "
		  "--timeout"
		: "the wait for the browser failed",
	    strangers > 0 ? "; a redirect came, but with another state, so it "
			    "was not this sign-in's"
			  : "");
	return s;
}

enum status
login_by_browser(const struct issuer *i, const struct login_options *options,
    struct token_set *ret, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(wipe_attempt) struct attempt a = {.issuer = i};
	_cleanup_(loopback_close) struct loopback l = {.fd = -1};
	_cleanup_(redirect_clear) struct redirect r = {.fd = -1};
	_cleanup_(buf_clear) struct buf url = {0};
	enum status s;

	if (proof_random(a.state) != STATUS_OK ||
	    proof_random(a.verifier) != STATUS_OK ||
	    proof_challenge(a.verifier, a.challenge) != STATUS_OK) {
		(void)snprintf(
		    ret_problem, PROBLEM_SIZE, "the system gave no randomness");
		return STATUS_IO;
	}
	s = loopback_open(&i->settings->redirect_uris, &l, ret_problem);
	if (s != STATUS_OK)
		return s;
	s = make_request(&a, l.redirect_uri, &url);
	if (s != STATUS_OK) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the link would be too long: ask for fewer scopes");
		return s;
	}
	invite(buf_string(&url), options);
	s = wait_for_person(&l, &a, options, &r, ret_problem);
	if (s != STATUS_OK)
		return s;
	s = check_redirect(&a, &r, ret_problem);
	if (s == STATUS_OK)
		s = exchange(&a, &r, l.redirect_uri, ret, ret_problem);
	loopback_page(r.fd, s == STATUS_OK,
	    s == STATUS_OK ? "You can close this window and go back to the "
			     "terminal."
			   : "You can close this window. The terminal says "
			     "why.");
	return s;
}
