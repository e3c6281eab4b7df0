/* SPDX-License-Identifier: ISC */
/*
 * For tests: puts a grant into a state_dir that no daemon has open, as a
 * sign-in would have. The first line of standard input is its token, the second
 * its refresh token; the words of the command line are NAME=VALUE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "grants.h"
#include "scopegate/cleanup.h"

struct seeding {
	const char *state_dir, *scopes;
	struct grant *grant;
	int64_t now;
};

static void
set(char **to, const char *value)
{
	free(*to);
	*to = strdup(value);
}

/* Seconds from now; "-3600" is an hour ago. */
static int64_t
moment(const struct seeding *s, const char *value)
{
	int64_t offset = 0;
	bool back = value[0] == '-';

	if (conf_parse_integer(value + (back ? 1 : 0), 0, INT32_MAX, &offset) !=
	    STATUS_OK)
		exit(64);
	return s->now + (back ? -offset : offset);
}

static void
apply(struct seeding *s, const char *name, const char *value)
{
	struct grant *g = s->grant;
	struct facts *f = g->facts;

	if (strcmp(name, "state_dir") == 0)
		s->state_dir = value;
	else if (strcmp(name, "issuer") == 0)
		set(&g->issuer, value);
	else if (strcmp(name, "url") == 0)
		set(&f->issuer, value);
	else if (strcmp(name, "client") == 0)
		set(&f->client_id, value);
	else if (strcmp(name, "subject") == 0)
		set(&f->subject, value);
	else if (strcmp(name, "env") == 0)
		set(&f->environment, value);
	else if (strcmp(name, "scopes") == 0)
		s->scopes = value;
	else if (strcmp(name, "user") == 0)
		(void)snprintf(
		    g->local_user, sizeof(g->local_user), "%s", value);
	else if (strcmp(name, "name") == 0)
		(void)facts_claim_add(f, "preferred_username", value);
	else if (strcmp(name, "made") == 0)
		g->made_at = g->verified_at = moment(s, value);
	else if (strcmp(name, "ends") == 0)
		g->ends_at = moment(s, value);
	else
		exit(64);
}

static bool
read_line(struct secret *ret)
{
	char line[1024];

	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	line[strcspn(line, "\n")] = '\0';
	return secret_set(ret, line, strlen(line)) == STATUS_OK;
}

int
main(int argc, char **argv)
{
	struct conf_error error = {0};
	struct seeding s = {.grant = grant_new(), .now = (int64_t)time(NULL)};
	struct grants *grants = NULL;
	struct facts *f = s.grant->facts;

	f->method = FACTS_GRANT;
	f->active = f->scopes_known = true;
	s.grant->made_at = s.grant->verified_at = s.now;
	for (int i = 1; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (value == NULL)
			return 64;
		*value = '\0';
		apply(&s, argv[i], value + 1);
	}
	if (s.scopes != NULL &&
	    word_list_split(&f->scopes, s.scopes, false) != STATUS_OK)
		return 64;
	f->auth_time = f->issued_at = s.grant->made_at;
	f->expires_at = s.grant->ends_at;
	if (!read_line(&s.grant->token))
		return 64;
	(void)read_line(&s.grant->refresh_token);
	if (s.state_dir == NULL ||
	    grants_open(s.state_dir, &grants, &error) != STATUS_OK) {
		(void)fprintf(stderr, "%s: %s\n", error.file, error.text);
		return 1;
	}
	if (grants_keep(grants, s.grant) != STATUS_OK)
		return 1;
	(void)printf("%s\n", s.grant->id);
	grants_close(grants);
	return 0;
}
