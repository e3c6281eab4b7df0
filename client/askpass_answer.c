/* SPDX-License-Identifier: ISC */
/*
 * Three things must agree before anything is said: the prompt is the gate's
 * own, to the letter; ssh itself says which host asks, in the prefix that it
 * puts before a server's words; and that host is one that the user meant, by
 * $SCOPEGATE_HOST, and has a section for. sudo asks on this machine alone and
 * has no prefix.
 */
#include "askpass_answer.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"

#define SSH_LONGEST 1022
#define SUDO_LONGEST 510
#define PARTS_MOST 64
#define MARK_MAX 8 /* "64/64:" and a little */

static bool
refuse(char ret_problem[PROBLEM_SIZE], const char *text)
{
	(void)snprintf(ret_problem, PROBLEM_SIZE, "%s", text);
	return false;
}

static bool
is_sudo(const struct askpass_environment *e)
{
	return e->by != NULL && strcmp(e->by, "sudo") == 0;
}

/* One of the words of $SCOPEGATE_HOST fits. */
static bool
is_meant(const char *hosts, const char *host)
{
	while (*hosts != '\0') {
		size_t length = strcspn(hosts, " ,");
		char pattern[PROMPT_HOST_MAX + 1];

		if (length > 0 && length < sizeof(pattern)) {
			(void)snprintf(pattern, sizeof(pattern), "%.*s",
			    (int)length, hosts);
			if (fnmatch(pattern, host, 0) == 0)
				return true;
		}
		hosts += length + (hosts[length] != '\0');
	}
	return false;
}

static const char *const refusals[] = {
    [ASKED_OTHER] = "this prompt is not one of the gate, and gets no answer; "
		    "if the gate has a prompt of its own, write it as `prompt` "
		    "into the [host] section",
    [ASKED_HOST_KEY] =
	"whether to trust a host key is for a person to say: connect once by "
	"hand, or put the key into known_hosts",
    [ASKED_PASSWORD] = "a password is asked for, and a token is none: it is "
		       "given to the gate alone",
    [ASKED_PASSPHRASE] = "a passphrase is asked for, and a token is none: use "
			 "ssh-agent(1) for the key",
    [ASKED_BROWSER] = "the gate wants a browser and takes no token here: log "
		      "in by hand, or have its operator add `token` to the "
		      "policy's `login`",
    [ASKED_AGAIN] = "the gate did not take the answer, and another of the "
		    "same kind would be no better",
};

/* "(user@host) ", however odd user and host are: a server's words follow it. */
static bool
is_of_ssh(const char *prompt)
{
	return prompt[0] == '(' && strchr(prompt, '@') != NULL &&
	       strstr(strchr(prompt, '@'), ") ") != NULL;
}

/* Who asks: *ret gets host and user. */
static bool
find_host(const struct askpass_environment *e, const struct prompt_read *p,
    bool sudo, struct askpass_plan *ret, char ret_problem[PROBLEM_SIZE])
{
	const char *user = sudo ? e->user : p->user;

	if (e->hosts == NULL || e->hosts[0] == '\0')
		return refuse(ret_problem,
		    "which host is meant is not known: use scopegate run HOST "
		    "-- COMMAND, or set SCOPEGATE_HOST");
	if (!sudo && !p->named)
		return refuse(ret_problem,
		    "the prompt does not begin with \"(user@host) \", so who "
		    "asks is not known: ssh says it since OpenSSH 8.5; for "
		    "sudo set SCOPEGATE_ASKED_BY=sudo");
	if (sudo && strpbrk(e->hosts, "*?[ ,") != NULL)
		return refuse(ret_problem,
		    "for sudo SCOPEGATE_HOST is the one name of this machine");
	if (sudo && user == NULL)
		user = e->account != NULL ? e->account : "";
	(void)snprintf(
	    ret->name, sizeof(ret->name), "%s", sudo ? e->hosts : p->host);
	(void)snprintf(ret->user, sizeof(ret->user), "%s", user);
	if (is_meant(e->hosts, ret->name))
		return true;
	(void)snprintf(ret_problem, PROBLEM_SIZE,
	    "%s asks, and SCOPEGATE_HOST is %.200s: nothing is sent to a host "
	    "that was not meant; give the name that ssh has after HostName",
	    ret->name, e->hosts);
	return false;
}

bool
askpass_plan(const struct settings *settings,
    const struct askpass_environment *e, const char *prompt,
    struct askpass_plan *ret, char ret_problem[PROBLEM_SIZE])
{
	struct prompt_read p;
	bool sudo = is_sudo(e), own;

	*ret = (struct askpass_plan){0};
	if (e->kind != NULL && e->kind[0] != '\0')
		return refuse(ret_problem,
		    "a question for a person is asked, not for a token: it is "
		    "not answered");
	if (sudo && is_of_ssh(prompt))
		return refuse(ret_problem,
		    "ssh wrote this prompt, and only sudo is answered here: "
		    "run scopegate without --sudo for ssh");
	prompt_read(prompt, !sudo, NULL, &p);
	/* A prompt of the host's own can be known only with the host. */
	own = (p.kind == ASKED_OTHER || p.kind == ASKED_PASSWORD) &&
	      (p.named || sudo);
	if (refusals[p.kind] != NULL && !own)
		return refuse(ret_problem, refusals[p.kind]);
	if (!find_host(e, &p, sudo, ret, ret_problem))
		return false;
	ret->host = settings_host(settings, ret->name);
	if (ret->host == NULL) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "no [host] section of %s matches %s: nothing is sent there",
		    settings->path, ret->name);
		return false;
	}
	prompt_read(prompt, !sudo, ret->host->prompt, &p);
	if (refusals[p.kind] != NULL)
		return refuse(ret_problem, refusals[p.kind]);
	ret->service = sudo ? "sudo" : ret->host->service;
	if (e->service != NULL)
		ret->service = e->service;
	ret->longest = sudo ? SUDO_LONGEST : SSH_LONGEST;
	ret->part = p.part;
	ret->parts = p.parts;
	return true;
}

static bool
looks_cut(size_t length)
{
	return length == 511 || length == 1023 || length == 4095;
}

/* How many octets a part holds, so that no answer looks cut: the same for each
 * part, and for each run. */
static size_t
part_size(size_t longest, size_t length)
{
	size_t chunk = longest - MARK_MAX;

	while (chunk > 1) {
		size_t parts = (length + chunk - 1) / chunk;
		size_t last = length - (parts - 1) * chunk;
		char mark[32];
		size_t own = (size_t)snprintf(
		    mark, sizeof(mark), "%zu/%zu:", parts, parts);

		if (!looks_cut(own + last))
			break;
		chunk--;
	}
	return chunk;
}

static enum status
make_part(const struct secret *token, size_t chunk, unsigned int part,
    unsigned int parts, struct secret *ret)
{
	size_t from = (part - 1) * chunk;
	size_t length =
	    token->length - from < chunk ? token->length - from : chunk;
	char mark[16];
	enum status s;

	(void)snprintf(mark, sizeof(mark), "%u/%u:", part, parts);
	s = secret_set(ret, mark, strlen(mark));
	return s == STATUS_OK ? secret_append(ret, token->bytes + from, length)
			      : s;
}

enum status
askpass_piece(const struct askpass_plan *plan, const struct secret *token,
    struct secret *ret, char ret_problem[PROBLEM_SIZE])
{
	size_t chunk = part_size(plan->longest, token->length);
	size_t parts = (token->length + chunk - 1) / chunk;

	(void)snprintf(ret_problem, PROBLEM_SIZE, "out of memory");
	if (plan->part == 0 && token->length <= plan->longest &&
	    !looks_cut(token->length))
		return secret_set(ret, token->bytes, token->length);
	if (parts > PARTS_MOST) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the token is too long for this way even in parts: use a "
		    "login code (`gate` in the [host] section)");
		return STATUS_TOO_BIG;
	}
	if (plan->part != 0 && plan->parts != parts) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the token has become another one between two parts: try "
		    "again");
		return STATUS_INVALID;
	}
	return make_part(token, chunk, plan->part != 0 ? plan->part : 1,
	    (unsigned int)parts, ret);
}
