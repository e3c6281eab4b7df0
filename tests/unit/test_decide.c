/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "decide.h"
#include "deny.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * The pipeline on facts that are in the cache, under a wall clock of our own.
 * Nothing may be asked here: the issuer's breaker is open, so facts that are
 * no longer in the cache show as BREAKER_OPEN.
 */

#define NOW INT64_C(1767225600)
#define TOKEN "token-1"

static int64_t wall_s;

int __real_clock_gettime(clockid_t clock, struct timespec *ret);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);

int
__wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
	int result = __real_clock_gettime(clock, ret);

	if (clock == CLOCK_REALTIME)
		ret->tv_sec = wall_s;
	return result;
}

struct bench {
	char dir[64];
	struct server server;
};

static void
write_file(const struct bench *b, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", b->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static void
load_config(struct bench *b)
{
	struct conf_error error = {0};
	char path[128], text[1024];

	write_file(b, "secret", "s3cret\n");
	(void)snprintf(text, sizeof(text),
	    "[validatord]\naudit_log = %s/audit\nruntime_dir = %s/run\n"
	    "[issuer as]\nurl = https://as.example\n"
	    "introspection_endpoint = https://as.example/i\n"
	    "client_id = gate\nclient_secret_file = %s/secret\n"
	    "audience = hosts\nuser_claim = name\nleeway = 0s\n"
	    "[policy p]\nservice = sshd\nissuer = as\nrequire = trading\n",
	    b->dir, b->dir, b->dir);
	write_file(b, "conf", text);
	(void)snprintf(path, sizeof(path), "%s/conf", b->dir);
	if (config_load(path, &b->server.config, &error) != STATUS_OK)
		fail_msg("%s:%u: %s", error.file, error.line, error.text);
	assert_int_equal(
	    audit_open(b->server.config->audit_log, &b->server.audit, &error),
	    STATUS_OK);
}

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	const char *base = getenv("TMPDIR");
	struct conf_error error = {0};
	struct issuer_state *issuer;

	wall_s = NOW;
	(void)snprintf(b->dir, sizeof(b->dir), "%s/sgXXXXXX",
	    base != NULL && strlen(base) < 40 ? base : "/tmp");
	assert_non_null(mkdtemp(b->dir));
	load_config(b);
	b->server.cache = facts_cache_new(16);
	assert_int_equal(
	    deny_load(b->dir, &b->server.denied, &error), STATUS_OK);
	b->server.throttle = throttle_new();
	b->server.handles = handles_new();
	b->server.flights = flights_new();
	b->server.issuers = issuers_new(&b->server);
	assert_int_equal(
	    issuers_apply(b->server.issuers, b->server.config), STATUS_OK);
	issuer = issuers_find(b->server.issuers, "as");
	breaker_failed(
	    &issuer->breaker, monotonic_us(), BREAKER_RETRY_AFTER_MAX_S);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {"audit", "conf", "secret"};
	struct bench *b = *state;
	char path[128];

	issuers_free(b->server.issuers);
	flights_free(b->server.flights);
	handles_free(b->server.handles);
	throttle_free(b->server.throttle);
	facts_cache_free(b->server.cache);
	deny_free(b->server.denied);
	audit_close(b->server.audit);
	config_unref(b->server.config);
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", b->dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(b->dir);
	free(b);
	return 0;
}

static void
add_word(struct word_list *l, const char *word)
{
	l->words = calloc(2, sizeof(*l->words));
	assert_non_null(l->words);
	l->words[0] = strdup(word);
	l->count = 1;
}

/* What an authorization server said of TOKEN: good for ten minutes. */
static void
remember(struct bench *b)
{
	struct facts *f = facts_new();
	struct facts_key key;

	assert_non_null(f);
	f->active = true;
	f->subject = strdup("s-1");
	f->scopes_known = true;
	add_word(&f->scopes, "trading");
	add_word(&f->audience, "hosts");
	f->expires_at = NOW + 600;
	f->claims = calloc(1, sizeof(*f->claims));
	f->claims[0].name = strdup("name");
	f->claims[0].is_string = true;
	add_word(&f->claims[0].values, "alice");
	f->claim_count = 1;
	assert_int_equal(
	    facts_cache_key(b->server.cache, "as", b->server.config->generation,
		text_of(TOKEN), &key),
	    STATUS_OK);
	facts_cache_put(b->server.cache, &key, f, monotonic_us(), 300000);
	facts_unref(f);
}

struct outcome {
	unsigned int times;
	enum verdict verdict;
	enum reason reason;
	char handle[33];
	uint64_t recorded; /* when done ran */
};

static void
note(struct request *r)
{
	struct outcome *o = r->argument;

	o->times++;
	o->verdict = r->verdict;
	o->reason = r->reason;
	memcpy(o->handle, r->handle, sizeof(o->handle));
	o->recorded = audit_sequence(r->server->audit);
	request_clear(r);
}

static struct outcome
ask(struct bench *b, enum operation operation, const char *user,
    const char *credential)
{
	struct outcome o = {0};
	struct request r = {
	    .server = &b->server,
	    .operation = operation,
	    .login_method = LOGIN_TOKEN,
	    .started_us = monotonic_us(),
	    .deadline = deadline_in_ms(1000),
	    .done = note,
	    .argument = &o,
	};

	r.message.type =
	    operation == OPERATION_ACCOUNT ? MESSAGE_ACCOUNT : MESSAGE_CHECK;
	r.message.value[TAG_SERVICE] = text_of("sshd");
	r.message.value[TAG_USER] = text_of(user);
	r.message
	    .value[operation == OPERATION_ACCOUNT ? TAG_HANDLE : TAG_TOKEN] =
	    text_of(credential);
	assert_false(decide(&r));
	assert_int_equal(o.times, 1);
	return o;
}

static void
expect(
    struct bench *b, const char *user, enum verdict verdict, enum reason reason)
{
	struct outcome o = ask(b, OPERATION_LOGIN, user, TOKEN);

	assert_int_equal(o.reason, reason);
	assert_int_equal(o.verdict, verdict);
	assert_int_equal(o.handle[0] != '\0', verdict == VERDICT_ALLOW);
}

static void
test_a_hit_is_judged(void **state)
{
	struct bench *b = *state;

	expect(b, "alice", VERDICT_UNAVAILABLE, REASON_BREAKER_OPEN);
	remember(b);
	expect(b, "alice", VERDICT_ALLOW, REASON_GRANTED);
	expect(b, "bob", VERDICT_DENY, REASON_USER_MISMATCH);
	wall_s = NOW + 50;
	expect(b, "alice", VERDICT_ALLOW, REASON_GRANTED);
}

static void
test_expiry_is_judged_on_a_hit(void **state)
{
	struct bench *b = *state;

	remember(b);
	/* In steps that are no step of the clock. */
	for (wall_s = NOW; wall_s < NOW + 600; wall_s += 50)
		expect(b, "alice", VERDICT_ALLOW, REASON_GRANTED);
	wall_s = NOW + 600;
	expect(b, "alice", VERDICT_DENY, REASON_TOKEN_EXPIRED);
}

static void
test_a_wrong_clock_decides_nothing(void **state)
{
	struct bench *b = *state;

	remember(b);
	wall_s = CLOCK_EARLIEST_S - 1;
	expect(b, "alice", VERDICT_UNAVAILABLE, REASON_CLOCK_UNRELIABLE);
	assert_int_equal(ask(b, OPERATION_ACCOUNT, "alice", "0").reason,
	    REASON_CLOCK_UNRELIABLE);
}

static void
test_a_step_back_forgets_facts_and_handles(void **state)
{
	struct bench *b = *state;
	struct outcome o;

	remember(b);
	o = ask(b, OPERATION_LOGIN, "alice", TOKEN);
	assert_int_equal(o.verdict, VERDICT_ALLOW);
	assert_int_equal(ask(b, OPERATION_ACCOUNT, "alice", o.handle).reason,
	    REASON_GRANTED);
	wall_s = NOW - 120;
	assert_int_equal(ask(b, OPERATION_ACCOUNT, "alice", o.handle).reason,
	    REASON_HANDLE_UNKNOWN);
	expect(b, "alice", VERDICT_UNAVAILABLE, REASON_BREAKER_OPEN);
}

static void
test_each_is_on_record_before_it_is_told(void **state)
{
	static const char *const users[] = {"alice", "bob", "Alice", ""};
	struct bench *b = *state;

	remember(b);
	for (size_t i = 0; i < ELEMENTS(users); i++)
		assert_int_equal(
		    ask(b, OPERATION_LOGIN, users[i], TOKEN).recorded, i + 1);
}

static void
test_unavailable_is_not_counted_as_a_try(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < 3 * THROTTLE_USER_BURST; i++)
		expect(b, "alice", VERDICT_UNAVAILABLE, REASON_BREAKER_OPEN);
	for (int i = 0; i < THROTTLE_USER_BURST; i++)
		assert_int_equal(ask(b, OPERATION_LOGIN, "alice", "b@d").reason,
		    REASON_TOKEN_MALFORMED);
	expect(b, "alice", VERDICT_DENY, REASON_TOO_MANY_TRIES);
	assert_int_equal(ask(b, OPERATION_ACCOUNT, "alice", "0").reason,
	    REASON_HANDLE_UNKNOWN);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_a_hit_is_judged),
	    T(test_expiry_is_judged_on_a_hit),
	    T(test_a_wrong_clock_decides_nothing),
	    T(test_a_step_back_forgets_facts_and_handles),
	    T(test_each_is_on_record_before_it_is_told),
	    T(test_unavailable_is_not_counted_as_a_try),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
