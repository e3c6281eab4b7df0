/* SPDX-License-Identifier: ISC */
#include "asks_caught.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "login.h"
#include "probe.h"
#include "recheck.h"

struct caught_ask caught[ASKS_MAX];
size_t caught_count;
bool asks_refused;

uint32_t __wrap_fetcher_ask(struct fetcher *f, enum fetch_slot slot,
    const char *issuer, const char *url, const struct secret *form,
    struct deadline deadline, fetch_done *done, void *argument);
uint32_t __wrap_fetcher_ask_probe(struct fetcher *f, const char *issuer,
    unsigned int probe, const char *url, const struct secret *token,
    struct deadline deadline, fetch_done *done, void *argument);
void __wrap_fetcher_cancel(struct fetcher *f, uint32_t id);

static uint32_t
catch_ask(enum fetch_slot slot, const char *issuer, const char *url,
    const struct secret *body, fetch_done *done, void *argument)
{
	struct caught_ask *a;

	if (asks_refused)
		return 0;
	assert_true(caught_count < ASKS_MAX);
	a = &caught[caught_count++];
	*a = (struct caught_ask){
	    .open = true, .slot = slot, .done = done, .argument = argument};
	(void)snprintf(a->issuer, sizeof(a->issuer), "%s", issuer);
	(void)snprintf(a->url, sizeof(a->url), "%s", url);
	if (body != NULL)
		(void)snprintf(a->body, sizeof(a->body), "%s", body->bytes);
	return (uint32_t)caught_count;
}

uint32_t
__wrap_fetcher_ask(struct fetcher *f, enum fetch_slot slot, const char *issuer,
    const char *url, const struct secret *form, struct deadline deadline,
    fetch_done *done, void *argument)
{
	(void)f, (void)deadline;
	return catch_ask(slot, issuer, url, form, done, argument);
}

uint32_t
__wrap_fetcher_ask_probe(struct fetcher *f, const char *issuer,
    unsigned int probe, const char *url, const struct secret *token,
    struct deadline deadline, fetch_done *done, void *argument)
{
	uint32_t id =
	    catch_ask(FETCH_PROBE, issuer, url, token, done, argument);

	(void)f, (void)deadline;
	if (id != 0)
		caught[id - 1].probe = probe;
	return id;
}

void
__wrap_fetcher_cancel(struct fetcher *f, uint32_t id)
{
	(void)f;
	assert_true(id > 0 && id <= caught_count && caught[id - 1].open);
	caught[id - 1].open = false;
}

void
asks_forget(void)
{
	caught_count = 0;
	asks_refused = false;
}

static void
reply_to(size_t number, const struct fetch_reply *reply)
{
	struct caught_ask *a = &caught[number];

	assert_true(number < caught_count && a->open);
	a->open = false;
	a->done(reply, a->argument);
}

void
answer_ask(size_t number, int status, const char *json)
{
	const struct fetch_reply reply = {.result = FETCH_ANSWERED,
	    .http_status = status,
	    .content_type = "application/json",
	    .body = json,
	    .body_length = strlen(json)};

	reply_to(number, &reply);
}

void
answer_later(size_t number, int status, unsigned int retry_after_s)
{
	const struct fetch_reply reply = {.result = FETCH_ANSWERED,
	    .http_status = status,
	    .retry_after_s = retry_after_s,
	    .content_type = "text/plain",
	    .body = "",
	    .body_length = 0};

	reply_to(number, &reply);
}

void
fail_ask(size_t number, enum fetch_result result)
{
	const struct fetch_reply reply = {
	    .result = result, .content_type = "", .body = ""};

	reply_to(number, &reply);
}

static void
write_file(const struct bench *b, const char *name, const char *text)
{
	char path[FOLDER_SIZE + 32];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", b->folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static const char profile[] =
    "[profile]\ntitle = A broker for tests\nsource = this file\n"
    "status = from documents\nchecked = 2026-11-26\n"
    "[issuer]\nvalidation = grant\nclient_auth = client_secret_post\n"
    "[probe paper]\nenv = paper\nurl = {paper_api_url}/v2/account\n"
    "header = Authorization: Bearer {token}\ninvalid_status = 401\n"
    "elsewhere_status = 403\nsubject = /id\ndisplay = /number\n"
    "require = /status == \"ACTIVE\"\n"
    "[probe live]\nenv = live\nurl = {api_url}/v2/account\n"
    "header = Authorization: Bearer {token}\ninvalid_status = 401\n"
    "elsewhere_status = 403\nsubject = /id\ndisplay = /number\n"
    "require = /status == \"ACTIVE\"\n";

static void
load_config(struct bench *b, const char *keys)
{
	struct conf_error error = {0};
	char path[FOLDER_SIZE + 32], text[2048];

	write_file(b, "secret", "s3cret\n");
	write_file(b, "broker.conf", profile);
	(void)snprintf(text, sizeof(text),
	    "[validatord]\naudit_log = %s/audit\nruntime_dir = %s/run\n"
	    "state_dir = %s\nprofile_dir = %s\n"
	    "[issuer alpaca]\nprofile = broker\n"
	    "url = https://broker.example.com\n"
	    "client_id = client-of-ours\nclient_secret_file = %s/secret\n"
	    "audience = none\nuser_claim = name\nexpiry = none\n"
	    "redirect_uri = https://gate.example.com/callback\n"
	    "authorization_endpoint = https://broker.example.com/authorize\n"
	    "token_endpoint = https://broker.example.com/token\n"
	    "api_url = https://broker.example.com/live\n"
	    "paper_api_url = https://broker.example.com/paper\n%s"
	    "[policy p]\nservice = sshd\nissuer = alpaca\nrequire = trading\n",
	    b->folder, b->folder, b->folder, b->folder, b->folder, keys);
	write_file(b, "conf", text);
	(void)snprintf(path, sizeof(path), "%s/conf", b->folder);
	if (config_load(path, &b->server.config, &error) != STATUS_OK)
		fail_msg("%s:%u: %s", error.file, error.line, error.text);
}

void
bench_open(struct bench *b, const char *keys)
{
	struct server *s = &b->server;
	struct conf_error error = {0};
	char path[FOLDER_SIZE + 32];

	*b = (struct bench){0};
	asks_forget();
	folder_make(b->folder);
	load_config(b, keys);
	b->issuer = &s->config->issuers[0];
	s->cache = facts_cache_new(64);
	s->handles = handles_new();
	s->flights = flights_new();
	s->issuers = issuers_new(s);
	s->budgets = probe_budgets_new();
	assert_non_null(s->budgets);
	assert_int_equal(issuers_apply(s->issuers, s->config), STATUS_OK);
	asks_forget(); /* discovery is not looked at here */
	s->grants = grants_must_open(b->folder);
	(void)snprintf(path, sizeof(path), "%s/audit", b->folder);
	assert_int_equal(audit_open(path, &s->audit, &error), STATUS_OK);
	s->logins = logins_new(s);
	assert_non_null(s->logins);
}

void
bench_close(struct bench *b)
{
	struct server *s = &b->server;

	rechecks_cancel(s);
	logins_free(s->logins);
	audit_close(s->audit);
	issuers_free(s->issuers);
	probe_budgets_free(s->budgets);
	flights_free(s->flights);
	handles_free(s->handles);
	facts_cache_free(s->cache);
	grants_close(s->grants);
	config_unref(s->config);
	folder_remove(b->folder);
}

void
config_change(
    struct bench *b, struct changed *c, const char *url, const char *client)
{
	c->before = b->server.config;
	c->issuer = *b->issuer;
	if (url != NULL)
		c->issuer.url = strdup(url);
	if (client != NULL)
		c->issuer.client_id = strdup(client);
	c->config = *b->server.config;
	c->config.issuers = &c->issuer;
	c->config.issuer_count = 1;
	b->server.config = &c->config;
}

void
config_restore(struct bench *b, struct changed *c)
{
	b->server.config = c->before;
	if (c->issuer.url != b->issuer->url)
		free(c->issuer.url);
	if (c->issuer.client_id != b->issuer->client_id)
		free(c->issuer.client_id);
}
