/* SPDX-License-Identifier: ISC */
/*
 * An [issuer] section as a whole: where tokens may be sent, as whom, and how a
 * token's owner becomes a local user. What is left open here would be an
 * unwatched way in, so every absence is either an error or a written opt-out.
 */
#include "config_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scopegate/cleanup.h"
#include "user_map.h"

unsigned int
issuer_line_of(const struct issuer_exam *x, const char *key)
{
	unsigned int line = conf_line_of(x->seen, x->issuer, key);

	return line != 0 ? line : x->issuer->line;
}

enum status
issuer_refuse(const struct issuer_exam *x, const char *key, const char *what)
{
	conf_error_set(x->error, x->issuer->file, issuer_line_of(x, key),
	    "%s %s", key, what);
	return STATUS_INVALID;
}

enum status
issuer_refuse_without(const struct issuer_exam *x, const char *key)
{
	const struct conf_option *o = config_issuer_options;

	while (strcmp(o->name, key) != 0)
		o++;
	conf_error_set(x->error, x->issuer->file, x->issuer->line,
	    "[issuer %s] lacks %s: add %s = ... (%s)", x->issuer->name, key,
	    key, o->help);
	return STATUS_INVALID;
}

/* What a section must say depends on how it comes to facts. */
static enum status
check_needs(struct issuer_exam *x)
{
	const struct issuer *i = x->issuer;
	bool judges = issuer_judges_tokens(i);
	bool is_client = i->validation != VALIDATION_PROBE &&
			 i->validation != VALIDATION_JWT;

	if (is_client && i->client_id == NULL)
		return issuer_refuse_without(x, "client_id");
	if (judges && i->audience == NULL)
		return issuer_refuse_without(x, "audience");
	if (!judges && i->audience != NULL && strcmp(i->audience, "none") != 0)
		return issuer_refuse(x, "audience",
		    "says nothing without introspection or a JWT, which alone "
		    "state whom a token is for: remove it");
	return STATUS_OK;
}

static enum status
check_url(struct issuer_exam *x)
{
	const char *fault = config_url_fault(
	    x->issuer->url, x->issuer->insecure_loopback, x->origin);

	return fault == NULL ? STATUS_OK : issuer_refuse(x, "url", fault);
}

static enum status
check_origins(struct issuer_exam *x)
{
	static const char key[] = "endpoint_origins";
	const struct word_list *origins = &x->issuer->endpoint_origins;
	char origin[URL_ORIGIN_MAX];

	for (size_t i = 0; i < origins->count; i++) {
		const char *fault = config_url_fault(
		    origins->words[i], x->issuer->insecure_loopback, origin);

		if (fault != NULL)
			return issuer_refuse(x, key, fault);
		if (!config_url_is_origin(origins->words[i]))
			return issuer_refuse(x, key,
			    "has a path, which would not be looked at: write "
			    "https://HOST alone");
	}
	return STATUS_OK;
}

/* Is `origin` that of the issuer, or one that endpoint_origins lists? */
static bool
origin_listed(const struct issuer_exam *x, const char *origin)
{
	const struct word_list *origins = &x->issuer->endpoint_origins;
	char listed[URL_ORIGIN_MAX];

	if (strcmp(origin, x->origin) == 0)
		return true;
	for (size_t i = 0; i < origins->count; i++) {
		if (config_url_fault(origins->words[i],
			x->issuer->insecure_loopback, listed) == NULL &&
		    strcmp(origin, listed) == 0)
			return true;
	}
	return false;
}

static enum status
check_endpoint(struct issuer_exam *x, const char *endpoint)
{
	static const char key[] = "introspection_endpoint";
	char origin[URL_ORIGIN_MAX];
	const char *fault =
	    config_url_fault(endpoint, x->issuer->insecure_loopback, origin);

	if (fault != NULL)
		return issuer_refuse(x, key, fault);
	if (origin_listed(x, origin))
		return STATUS_OK;
	conf_error_set(x->error, x->issuer->file, issuer_line_of(x, key),
	    "%s has another origin than url: if tokens may be sent there, add "
	    "`endpoint_origins = %s`",
	    key, origin);
	return STATUS_INVALID;
}

/* A line of the map says more than the line that names the map, which is told
 * where the file as a whole is at fault. */
static enum status
load_map(struct issuer_exam *x)
{
	struct issuer *i = x->issuer;
	struct conf_error e = {.text = ""};
	enum status s = user_map_load(i->user_map_file, &i->user_map, &e);

	if (s != STATUS_OK && e.line != 0)
		*x->error = e;
	else if (s != STATUS_OK)
		conf_error_set(x->error, i->file, issuer_line_of(x, "user_map"),
		    "user_map %s %s", i->user_map_file, e.text);
	return s;
}

static enum status
check_endpoints(struct issuer_exam *x)
{
	const struct word_list *l = &x->issuer->introspection_endpoints;
	enum status s = STATUS_OK;

	for (size_t i = 0; i < l->count && s == STATUS_OK; i++)
		s = check_endpoint(x, l->words[i]);
	return s;
}

/* What a profile leaves open it has a reason for, and a note that tells it. */
static enum status
refuse_without_user(const struct issuer_exam *x)
{
	const struct issuer *i = x->issuer;

	if (i->profile == NULL)
		return issuer_refuse(x, "user_claim",
		    "and user_map are both missing: add `user_claim = CLAIM`, "
		    "such as preferred_username, or `user_map = FILE`");
	conf_error_set(x->error, i->file, i->line,
	    "user_claim and user_map are both missing, and profile %s names "
	    "no claim: `validatorctl config profiles %s` says which will do; "
	    "add `user_map = FILE` or `user_claim = CLAIM`",
	    i->profile, i->profile);
	return STATUS_INVALID;
}

/* Exactly one way from a token to a local user. */
static enum status
check_user(struct issuer_exam *x)
{
	struct issuer *i = x->issuer;

	if (i->user_claim != NULL && i->user_map_file != NULL)
		return issuer_refuse(x, "user_map",
		    "stands beside user_claim, and only one can say who the "
		    "user is: remove one of the two");
	if (i->user_claim == NULL && i->user_map_file == NULL)
		return refuse_without_user(x);
	if (i->user_map_file == NULL)
		return STATUS_OK;
	return load_map(x);
}

/* The first bundle that is there: Debian's and SUSE's place, then Fedora's. */
static const char *const ca_bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
};

static enum status
choose_ca_file(struct issuer_exam *x)
{
	for (size_t i = 0; i < ELEMENTS(ca_bundles); i++) {
		if (access(ca_bundles[i], R_OK) != 0)
			continue;
		x->issuer->ca_file = strdup(ca_bundles[i]);
		return x->issuer->ca_file != NULL ? STATUS_OK : STATUS_NOMEM;
	}
	return issuer_refuse(x, "ca_file",
	    "is not set and this host has no bundle in a usual place: install "
	    "ca-certificates or write `ca_file = FILE`");
}

static enum status
check_ca_file(struct issuer_exam *x)
{
	_cleanup_(close_fd) int fd = -1;
	char octet;

	/* A test over plain HTTP needs no bundle on the host. */
	if (x->issuer->ca_file == NULL && x->issuer->insecure_loopback &&
	    strncmp(x->issuer->url, "http:", 5) == 0)
		return STATUS_OK;
	if (x->issuer->ca_file == NULL)
		return choose_ca_file(x);
	fd = open(
	    x->issuer->ca_file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0 && read(fd, &octet, 1) == 1)
		return STATUS_OK;
	return issuer_refuse(x, "ca_file",
	    "cannot be read or is empty: name a file of PEM certificates that "
	    "all may read");
}

enum status
config_issuer_finish(struct issuer *i, const struct conf_seen *seen,
    const struct secret_reader *reader, struct conf_error *ret_error)
{
	static enum status (*const checks[])(struct issuer_exam * x) = {
	    check_url,
	    check_needs,
	    config_client_check,
	    check_origins,
	    check_endpoints,
	    config_signing_check,
	    config_sign_in_check,
	    check_user,
	    check_ca_file,
	    config_client_files_check,
	};
	struct issuer_exam x = {
	    .issuer = i, .seen = seen, .reader = reader, .error = ret_error};

	for (size_t k = 0; k < ELEMENTS(checks); k++) {
		enum status s = checks[k](&x);

		if (s != STATUS_OK)
			return s;
	}
	if (i->audience != NULL && strcmp(i->audience, "none") == 0)
		free(TAKE_PTR(i->audience));
	return STATUS_OK;
}
