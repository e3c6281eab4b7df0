/* SPDX-License-Identifier: ISC */
/* The [validatord] section as a whole: who we are, to the system and to people.
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_check.h"

#define HOST_NAME_SIZE 256 /* with its NUL; RFC 1035 has 253 octets */

struct exam {
	struct config *config;
	const struct conf_seen *seen;
	struct conf_error *error;
};

/* The line of a key, or of the section where the key is not written. */
static unsigned int
line_of(const struct exam *x, const char *key)
{
	unsigned int line = conf_line_of(x->seen, x->config, key);

	return line != 0 ? line : x->config->line;
}

static enum status
refuse(const struct exam *x, const char *key, const char *what)
{
	conf_error_set(
	    x->error, x->config->file, line_of(x, key), "%s %s", key, what);
	return STATUS_INVALID;
}

static enum status
check_user(const struct exam *x)
{
	const struct passwd *user = getpwnam(x->config->user);

	/* Only who starts as root becomes another. */
	if (geteuid() != 0 || user == NULL || user->pw_uid != 0)
		return STATUS_OK;
	return refuse(x, "user",
	    "is root: name an account without rights, such as validatord");
}

enum status
config_account_check(const struct config *c, struct conf_error *ret_error)
{
	if (geteuid() != 0 || getpwnam(c->user) != NULL)
		return STATUS_OK;
	conf_error_set(
	    ret_error, c->file, c->lines.user, "user %s " NO_ACCOUNT, c->user);
	return STATUS_INVALID;
}

/* For what is looked at when the lines are forgotten. */
static void
keep_lines(const struct exam *x)
{
	struct config *c = x->config;

	c->lines.user = line_of(x, "user");
	c->lines.audit_log = line_of(x, "audit_log");
	c->lines.runtime_dir = line_of(x, "runtime_dir");
	c->lines.state_dir = line_of(x, "state_dir");
	c->lines.gateway_url = line_of(x, "gateway_url");
}

/* Links are its beginning and redirect URIs are compared octet by octet, so it
 * is kept without a slash at its end. */
static enum status
check_gateway(const struct exam *x)
{
	char *url = x->config->gateway_url;
	char origin[URL_ORIGIN_MAX];
	const char *fault;
	size_t length;

	if (url == NULL)
		return STATUS_OK;
	fault = config_url_fault(url, true, origin);
	if (fault != NULL)
		return refuse(x, "gateway_url", fault);
	length = strlen(url);
	if (url[length - 1] == '/')
		url[length - 1] = '\0';
	return STATUS_OK;
}

/* People judge by it what they allow. */
static bool
host_name_good(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length < HOST_NAME_SIZE - 2 && name[0] != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == length;
}

static enum status
check_host_name(const struct exam *x)
{
	char name[HOST_NAME_SIZE] = "";

	if (x->config->host_name != NULL)
		return host_name_good(x->config->host_name)
			   ? STATUS_OK
			   : refuse(x, "host_name",
				 "is no host's name: write letters, digits, "
				 "dots and hyphens");
	if (gethostname(name, sizeof(name) - 1) != 0 || !host_name_good(name))
		return refuse(x, "host_name",
		    "is not set, and what this host calls itself is no host's "
		    "name: add `host_name = NAME`");
	x->config->host_name = strdup(name);
	return x->config->host_name != NULL ? STATUS_OK : STATUS_NOMEM;
}

enum status
config_validatord_finish(struct config *c, const struct conf_seen *seen,
    struct conf_error *ret_error)
{
	const struct exam x = {.config = c, .seen = seen, .error = ret_error};
	enum status s = check_user(&x);

	keep_lines(&x);
	if (s == STATUS_OK)
		s = check_gateway(&x);
	return s == STATUS_OK ? check_host_name(&x) : s;
}
