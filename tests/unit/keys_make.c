/* SPDX-License-Identifier: ISC */
#include "keys_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "scopegate/cleanup.h"

int64_t clocks_ahead_s, wall_ahead_s;

int __real_clock_gettime(clockid_t clock, struct timespec *ret);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);
time_t __wrap_time(time_t *ret);

int
__wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
	int result = __real_clock_gettime(clock, ret);

	ret->tv_sec += clocks_ahead_s;
	if (clock == CLOCK_REALTIME)
		ret->tv_sec += wall_ahead_s;
	return result;
}

time_t
__wrap_time(time_t *ret)
{
	struct timespec now;

	assert_null(ret);
	(void)__wrap_clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

static struct config *
load(const struct keys_bench *b, const char *keys)
{
	struct conf_error error = {0};
	struct config *c = NULL;
	char path[FOLDER_SIZE + 32];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/conf", b->folder);
	f = fopen(path, "we");
	assert_non_null(f);
	(void)fprintf(f,
	    "[validatord]\naudit_log = %s/audit\nruntime_dir = %s/run\n"
	    "state_dir = %s\n"
	    "[issuer as]\nvalidation = jwt\nurl = https://as.example.com\n"
	    "audience = hosts\nuser_claim = name\n%s"
	    "[policy p]\nservice = sshd\nissuer = as\nrequire = trading\n",
	    b->folder, b->folder, b->folder, keys);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
	if (config_load(path, &c, &error) != STATUS_OK)
		fail_msg("%s:%u: %s", error.file, error.line, error.text);
	return c;
}

static void
start(struct keys_bench *b, const char *keys)
{
	struct server *s = &b->server;

	*s = (struct server){.config = load(b, keys)};
	b->config = s->config;
	b->issuer = &b->config->issuers[0];
	s->cache = facts_cache_new(64);
	s->flights = flights_new();
	s->issuers = issuers_new(s);
	assert_int_equal(issuers_apply(s->issuers, s->config), STATUS_OK);
	b->state = issuers_find(s->issuers, "as");
	assert_non_null(b->state);
}

static void
stop(struct keys_bench *b)
{
	struct server *s = &b->server;

	issuers_free(s->issuers);
	flights_free(s->flights);
	facts_cache_free(s->cache);
	config_unref(s->config);
}

void
keys_bench_open(struct keys_bench *b, const char *keys)
{
	static const char *const names[] = {"k-0", "k-1", "k-2"};

	*b = (struct keys_bench){.config = NULL};
	asks_forget();
	clocks_ahead_s = wall_ahead_s = 0;
	folder_make(b->folder);
	for (size_t i = 0; i < ELEMENTS(names); i++)
		jws_key_make(&b->key[i], "ES256", names[i]);
	start(b, keys);
}

void
keys_bench_close(struct keys_bench *b)
{
	stop(b);
	for (size_t i = 0; i < ELEMENTS(b->key); i++)
		jws_key_done(&b->key[i]);
	folder_remove(b->folder);
}

void
keys_bench_restart(struct keys_bench *b, const char *keys)
{
	stop(b);
	asks_forget();
	start(b, keys);
}

void
keys_bench_reload(struct keys_bench *b, const char *keys)
{
	struct config *old = b->config;

	b->config = load(b, keys);
	b->issuer = &b->config->issuers[0];
	assert_int_equal(
	    issuers_apply(b->server.issuers, b->config), STATUS_OK);
	b->server.config = b->config;
	b->state = issuers_find(b->server.issuers, "as");
	config_unref(old);
}

void
answer_keys(struct keys_bench *b, size_t number, const char *which, bool named)
{
	_cleanup_(buf_clear) struct buf document;
	const struct jws_key *keys[ELEMENTS(b->key)];
	size_t count = 0;

	for (; *which != '\0'; which++)
		keys[count++] = &b->key[*which - '0'];
	buf_init(&document, JWS_MADE_MAX);
	jws_keys_write(keys, count, named, &document);
	answer_ask(number, 200, buf_string(&document));
}

int
count_now(struct keys_bench *b)
{
	const struct jwks *keys = keys_now(b->state, b->config, b->issuer);

	return keys != NULL ? (int)keys->count : -1;
}

int
count_kept(struct keys_bench *b)
{
	const struct jwks *keys = keys_kept(b->state, b->issuer);

	return keys != NULL ? (int)keys->count : -1;
}

static void
told(const struct flight_answer *answer, void *argument)
{
	struct holder *h = argument;

	h->told++;
	h->reason = answer->reason;
	h->what = answer->what;
	assert_int_equal(answer->facts != NULL, h->reason == REASON_NONE);
}

void
bench_token(
    const struct keys_bench *b, size_t signer, const char *kid, struct buf *ret)
{
	static unsigned int made; /* no two alike */
	long long now = (long long)__wrap_time(NULL);
	char header[128], claims[256];

	(void)snprintf(header, sizeof(header),
	    "{\"typ\":\"at+jwt\",\"alg\":\"ES256\",\"kid\":\"%s\"}", kid);
	(void)snprintf(claims, sizeof(claims),
	    "{\"iss\":\"https://as.example.com\",\"sub\":\"s\",\"jti\":\"%u\","
	    "\"aud\":\"hosts\",\"client_id\":\"c\",\"iat\":%lld,\"exp\":%lld}",
	    made++, now, now + 300);
	buf_init(ret, JWS_MADE_MAX);
	jws_sign(&b->key[signer], header, claims, ret);
}

void
hold_token(
    struct keys_bench *b, struct holder *h, size_t signer, const char *kid)
{
	_cleanup_(buf_clear) struct buf token;
	struct facts_key key;
	struct flight *flight = NULL;
	struct jwt_asking asking = {.server = &b->server,
	    .config = b->config,
	    .issuer = b->issuer,
	    .key = &key};

	bench_token(b, signer, kid, &token);
	asking.token = (struct text){buf_string(&token), token.length};
	assert_int_equal(
	    facts_cache_key(b->server.cache, "as", 1, asking.token, &key),
	    STATUS_OK);
	*h = (struct holder){.told = 0};
	h->reason = jwt_question_ask(&asking, &h->result, &flight);
	h->waits = flight != NULL;
	if (h->waits)
		flight_join(flight, &h->waiter, told, h);
	facts_unref(TAKE_PTR(h->result.facts));
}
