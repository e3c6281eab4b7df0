/* SPDX-License-Identifier: ISC */
#include "grants_make.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stages_make.h"

void
folder_make(char ret[FOLDER_SIZE])
{
	(void)snprintf(ret, FOLDER_SIZE, "/tmp/grants.XXXXXX");
	assert_non_null(mkdtemp(ret));
}

void
folder_remove(const char *folder)
{
	DIR *d = opendir(folder);

	assert_non_null(d);
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		if (e->d_name[0] != '.')
			(void)unlinkat(dirfd(d), e->d_name, 0);
	}
	(void)closedir(d);
	assert_int_equal(rmdir(folder), 0);
}

struct grants *
grants_must_open(const char *folder)
{
	struct conf_error error = {0};
	struct grants *g = NULL;
	enum status s = grants_open(folder, &g, &error);

	if (s != STATUS_OK)
		fail_msg("%s: %s", error.file, error.text);
	return g;
}

struct grant *
make_grant(const char *token)
{
	struct grant *g = grant_new();
	struct facts *f;

	assert_non_null(g);
	f = g->facts;
	g->issuer = strdup("alpaca");
	assert_int_equal(
	    secret_set(&g->token, token, strlen(token)), STATUS_OK);
	assert_int_equal(
	    secret_set(&g->refresh_token, "refresh-octets", 14), STATUS_OK);
	(void)snprintf(g->local_user, sizeof(g->local_user), "alice");
	(void)snprintf(g->service, sizeof(g->service), "sshd");
	g->api_base = strdup("https://api07.example.com/");
	g->made_at = g->verified_at = (int64_t)time(NULL);
	g->ends_at = g->made_at + 43200;
	f->method = FACTS_GRANT;
	f->active = true;
	f->issuer = strdup("https://broker.example.com");
	f->subject = strdup("account-904837e3");
	f->client_id = strdup("client-of-ours");
	f->token_type = strdup("bearer");
	f->environment = strdup("paper");
	make_scopes(f, "account:write trading");
	f->expires_at = g->ends_at;
	f->auth_time = f->issued_at = g->made_at;
	make_claim(f, "display", true, "PA3XYZ");
	make_claim(f, "roles", false, "one two");
	return g;
}

void
keep_grant(struct grants *g, const char *token, char id[GRANT_ID_SIZE])
{
	struct grant *grant = make_grant(token);

	assert_int_equal(grants_keep(g, grant), STATUS_OK);
	memcpy(id, grant->id, GRANT_ID_SIZE);
}
