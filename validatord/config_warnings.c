/* SPDX-License-Identifier: ISC */
/*
 * What is allowed and yet worth a sentence at every start: written opt-outs,
 * and sections that never come to decide. A warning never changes a decision.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "rhost.h"

struct sink {
	char (*warnings)[256];
	size_t most, count;
};

__attribute__((format(printf, 4, 5))) static void
warn(struct sink *s, const char *file, unsigned int line, const char *format,
    ...)
{
	char *to;
	va_list arguments;
	int n;

	if (s->count == s->most)
		return;
	to = s->warnings[s->count++];
	n = snprintf(to, sizeof(*s->warnings), "%s:%u: ", file, line);
	if (n < 0 || (size_t)n >= sizeof(*s->warnings))
		return;
	va_start(arguments, format);
	(void)vsnprintf(
	    to + n, sizeof(*s->warnings) - (size_t)n, format, arguments);
	va_end(arguments);
}

static void
warn_of_issuer(struct sink *s, const struct config *c, const struct issuer *i)
{
	bool used = false;

	for (size_t k = 0; k < c->policy_count; k++)
		used = used || c->policies[k].issuer == i;
	if (!used)
		warn(s, i->file, i->line, "issuer %s: no policy names it",
		    i->name);
	if (i->audience == NULL && issuer_judges_tokens(i))
		warn(s, i->file, i->line,
		    "issuer %s: `audience = none`: a token meant for any "
		    "other service is accepted here",
		    i->name);
	if (i->expiry == NONE)
		warn(s, i->file, i->line,
		    "issuer %s: `expiry = none`: a token whose expiry is not "
		    "stated is accepted",
		    i->name);
	if (i->user_claim_mutable)
		warn(s, i->file, i->line,
		    "issuer %s: user_claim = %s: says profile %s, it can be "
		    "changed there and be somebody else's later, who then logs "
		    "in as this user; write user_map",
		    i->name, i->user_claim, i->profile);
	if (i->insecure_loopback)
		warn(s, i->file, i->line,
		    "issuer %s: `insecure_loopback = yes`: tokens may travel "
		    "without TLS on this host; for tests only",
		    i->name);
	if (i->tls_pins.count == 1)
		warn(s, i->file, i->line,
		    "issuer %s: tls_pins has one pin alone: when the server "
		    "gets another key, nobody can log in; add that of the next",
		    i->name);
	if (!i->breaker)
		warn(s, i->file, i->line,
		    "issuer %s: `breaker = off`: a failing server is asked "
		    "again and again; for tests only",
		    i->name);
}

/* Ways to sign in by which policies let people come. */
static unsigned int
logins_of(const struct config *c, const struct issuer *i)
{
	unsigned int logins = 0;

	for (size_t k = 0; k < c->policy_count; k++) {
		if (c->policies[k].issuer == i)
			logins |= c->policies[k].login;
	}
	return logins;
}

static void
warn_of_sign_in(struct sink *s, const struct config *c, const struct issuer *i)
{
	const struct sign_in *in = &i->sign_in;
	unsigned int logins = logins_of(c, i);

	if (i->validation == VALIDATION_PROBE)
		warn(s, i->file, i->line,
		    "issuer %s: `validation = probe` shows identity only, and "
		    "whoever runs any app that a user has connected can sign "
		    "in as that user",
		    i->name);
	else if (in->allow_foreign_tokens)
		warn(s, i->file, i->line,
		    "issuer %s: `allow_foreign_tokens = yes`: whoever runs any "
		    "app that a user has connected can sign in as that user",
		    i->name);
	if (i->validation == VALIDATION_GRANT && logins == LOGIN_TOKEN)
		warn(s, i->file, i->line,
		    "issuer %s: no policy has browser or device in `login`, so "
		    "there will be no grants",
		    i->name);
	if ((logins & LOGIN_BROWSER) != 0 && c->gateway_url != NULL &&
	    config_redirect_path(c, i) == NULL)
		warn(s, i->file, i->line,
		    "issuer %s: redirect_uri is not gateway_url with "
		    "/callback or /callback/NAME, "
		    "so addresses are pasted and no page shows a code",
		    i->name);
}

/* Does every place that `inner` matches match `outer` too? */
static bool
rhost_covers(const struct rhost_rule *outer, const struct rhost_rule *inner)
{
	struct rhost place = {
	    .family = inner->family, .name = text_of(inner->name)};

	memcpy(place.address, inner->address, sizeof(place.address));
	return rhost_rule_matches(outer, &place) &&
	       (inner->family == AF_UNSPEC || outer->prefix <= inner->prefix);
}

static bool
rhosts_cover(const struct policy *outer, const struct policy *inner)
{
	if (outer->rhost_count == 0)
		return true;
	for (size_t i = 0; i < inner->rhost_count; i++) {
		bool covered = false;

		for (size_t k = 0; k < outer->rhost_count; k++)
			covered = covered || rhost_covers(&outer->rhosts[k],
						 &inner->rhosts[i]);
		if (!covered)
			return false;
	}
	return inner->rhost_count > 0;
}

static bool
words_cover(const struct word_list *outer, const struct word_list *inner)
{
	for (size_t i = 0; i < inner->count; i++) {
		if (!word_list_has(outer, inner->words[i]))
			return false;
	}
	return inner->count > 0;
}

/* An earlier policy that takes all of `p`'s logins to the service. */
static const struct policy *
shadow_of(const struct config *c, const struct policy *p, const char *service)
{
	for (const struct policy *earlier = c->policies; earlier < p;
	     earlier++) {
		if (word_list_has(&earlier->services, service) &&
		    (earlier->users.count == 0 ||
			words_cover(&earlier->users, &p->users)) &&
		    rhosts_cover(earlier, p))
			return earlier;
	}
	return NULL;
}

static void
warn_of_policy(struct sink *s, const struct config *c, const struct policy *p)
{
	const struct policy *shadow = NULL;

	/* RFC 7662 has no such member. */
	if (p->environment != ENVIRONMENT_ANY &&
	    p->issuer->validation == VALIDATION_INTROSPECT)
		warn(s, p->file, p->line,
		    "policy %s: env lets in nobody unless what %s answers to "
		    "introspection has `env`: have it say so, or remove env",
		    p->name, p->issuer->name);
	if (p->device_remote)
		warn(s, p->file, p->line,
		    "policy %s: `device_remote = yes`: whoever is talked into "
		    "approving a device grant lets in who began it, from "
		    "anywhere",
		    p->name);
	for (size_t i = 0; i < p->services.count; i++) {
		shadow = shadow_of(c, p, p->services.words[i]);
		if (shadow == NULL)
			return;
	}
	warn(s, p->file, p->line,
	    "policy %s never decides, for %s stands before it and matches all "
	    "that it matches: move it up or narrow the other",
	    p->name, shadow->name);
}

size_t
config_warnings(const struct config *c, char warnings[][256], size_t most)
{
	struct sink s = {.warnings = warnings, .most = most};

	if (c->gateway_url != NULL &&
	    strncmp(c->gateway_url, "http:", strlen("http:")) == 0)
		warn(&s, c->file, c->lines.gateway_url,
		    "gateway_url is plain http://: only browsers on this host "
		    "reach it, and whoever may look at its loopback reads "
		    "along");
	for (size_t i = 0; i < c->issuer_count; i++) {
		warn_of_issuer(&s, c, &c->issuers[i]);
		warn_of_sign_in(&s, c, &c->issuers[i]);
	}
	for (size_t i = 0; i < c->policy_count; i++)
		warn_of_policy(&s, c, &c->policies[i]);
	return s.count;
}
