/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <event2/event.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch_fixture.h"
#include "scopegate/cleanup.h"

/* The life of the fetch process: confined, killed, stopped, reloaded, left. */

/* In libcurl's eyes the resolver: every name server is silent. Addresses do
 * not come by here. */
__attribute__((visibility("default"))) int
getaddrinfo(const char *restrict node, const char *restrict service,
    const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
	(void)node, (void)service, (void)hints, (void)result;
	(void)sleep(GUARD_S / 2);
	return EAI_AGAIN;
}

static void
fetch_is_locked_in(void **state)
{
	struct fixture *x = *state;
	pid_t pid = fixture_find_fetch(x);

	assert_true(pid > 0);
	assert_int_equal(process_status(pid, "Seccomp"), 2);
	assert_int_equal(process_status(pid, "NoNewPrivs"), 1);
	/* A signal to the whole group does not cut logins off. */
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(kill(pid, SIGINT), 0);
	assert_int_equal(kill(pid, SIGHUP), 0);
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/good", 10000).result,
	    FETCH_ANSWERED);
	assert_int_equal(fixture_find_fetch(x), pid);
}

static void
await_running(struct fixture *x)
{
	for (int i = 0; i < 1000 && !fetcher_running(x->fetcher); i++)
		fixture_run_loop(x, 20);
	assert_true(fetcher_running(x->fetcher));
}

static void
a_killed_fetch_comes_back(void **state)
{
	struct fixture *x = *state;
	struct outcome o = {.done = false};
	pid_t pid = fixture_find_fetch(x);

	(void)fixture_ask(x, FETCH_INTROSPECT, "/hold", 20000, &o);
	assert_true(pid > 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	fixture_run_loop(x, GUARD_S * 1000);
	assert_true(o.done);
	assert_int_equal(o.result, FETCH_INTERRUPTED);
	assert_false(fetcher_running(x->fetcher));
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/good", 10000).result,
	    FETCH_DOWN);
	await_running(x);
	assert_int_equal(fetcher_restarts(x->fetcher), 1);
	assert_int_not_equal(fixture_find_fetch(x), pid);
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/good", 10000).result,
	    FETCH_ANSWERED);
	assert_int_equal(process_status(fixture_find_fetch(x), "Seccomp"), 2);
}

static void
a_stopped_fetch_holds_nobody_up(void **state)
{
	struct fixture *x = *state;
	pid_t pid = fixture_find_fetch(x);

	assert_true(pid > 0);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/good", 200).result,
	    FETCH_TIMEOUT);
	assert_int_equal(kill(pid, SIGCONT), 0);
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/good", 10000).result,
	    FETCH_ANSWERED);
}

struct reloading {
	bool done, ok;
	char text[512];
	struct event_base *base;
};

static void
on_reloaded(bool ok, const char *text, void *argument)
{
	struct reloading *r = argument;

	r->done = true;
	r->ok = ok;
	(void)snprintf(r->text, sizeof(r->text), "%s", text);
	(void)event_base_loopbreak(r->base);
}

static struct reloading
reloaded(struct fixture *x)
{
	struct reloading r = {.base = x->base};

	fetcher_reload(x->fetcher, on_reloaded, &r);
	/* Twice: a question that is interrupted ends the loop too. */
	for (int i = 0; i < 2 && !r.done; i++)
		fixture_run_loop(x, GUARD_S * 1000);
	assert_true(r.done);
	return r;
}

/* One issuer's name servers are silent; the others' tokens are judged. */
static void
a_silent_resolver_holds_nobody_up(void **state)
{
	struct fixture *x = *state;
	static const char url[] = "https://slow.example/m";
	struct outcome given_up = {.done = false};
	uint32_t id;

	fixture_write_config(
	    x, "gate:1", "endpoint_origins = https://slow.example");
	assert_true(reloaded(x).ok);
	assert_int_equal(
	    fixture_asked(x, FETCH_METADATA, url, 300).result, FETCH_TIMEOUT);
	id = fixture_ask(x, FETCH_METADATA, url, 10000, &given_up);
	fixture_run_loop(x, 200);
	fetcher_cancel(x->fetcher, id);
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/good", 5000).result,
	    FETCH_ANSWERED);
	assert_false(given_up.done);
}

static void
a_dead_starter_breaks_the_loop(void **state)
{
	struct fixture *x = *state;
	pid_t fetch = fixture_find_fetch(x);

	assert_true(fetch > 0);
	assert_int_equal(
	    kill((pid_t)process_status(fetch, "PPid"), SIGKILL), 0);
	assert_false(fetcher_broken(x->fetcher));
	fixture_run_loop(x, GUARD_S * 1000);
	assert_true(fetcher_broken(x->fetcher));
	/* What is there goes on working until main() acts. */
	assert_int_equal(
	    fixture_asked(x, FETCH_INTROSPECT, "/good", 10000).result,
	    FETCH_ANSWERED);
}

static void
a_reload_swaps_or_changes_nothing(void **state)
{
	struct fixture *x = *state;
	struct outcome o = {.done = false};
	struct reloading r;
	unsigned int before;

	fixture_write_config(x, "other", "client_auth = client_secret_post");
	assert_true(reloaded(x).ok);
	(void)fixture_asked(x, FETCH_INTROSPECT, "/good", 10000);
	assert_true(fixture_last_has(x, "\r\n\r\ntoken=abc&client_id=other&"
					"client_secret=s%2Be%2Fc+ret%25"));
	assert_false(fixture_last_has(x, "Authorization"));
	fixture_write_config(x, "third", "no_such_key = 1");
	r = reloaded(x);
	assert_false(r.ok);
	assert_non_null(strstr(r.text, "no_such_key"));
	(void)fixture_asked(x, FETCH_INTROSPECT, "/good", 10000);
	assert_true(fixture_last_has(x, "client_id=other"));
	/* A question outlives the swap, and no more than one. */
	fixture_write_config(x, "fourth", "");
	before = http_script_requests(x->server);
	(void)fixture_ask(x, FETCH_INTROSPECT, "/hold", 20000, &o);
	for (int i = 0; i < 500 && http_script_requests(x->server) == before;
	     i++)
		(void)usleep(10000);
	assert_true(reloaded(x).ok);
	assert_false(o.done);
	(void)reloaded(x);
	if (!o.done)
		fixture_run_loop(x, GUARD_S * 1000);
	assert_true(o.done);
	assert_int_equal(o.result, FETCH_INTERRUPTED);
}

static void
an_unreadable_secret_stops_the_start(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(unlink(x->secret_path), 0);
	assert_int_equal(
	    fetcher_start(x->base, x->config, &x->fetcher), STATUS_INVALID);
	assert_null(x->fetcher);
	assert_int_equal(fixture_find_fetch(x), 0);
}

/* decide goes without a word: both children see it and end. */
static void
nobody_outlives_decide(void **state)
{
	struct fixture *x = *state;
	pid_t pid = fork(), fetch = 0, starter;

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)fetcher_start(x->base, x->config, &x->fetcher);
		(void)raise(SIGSTOP);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	fetch = fixture_find_fetch(x);
	assert_true(fetch > 0);
	starter = (pid_t)process_status(fetch, "PPid");
	assert_int_equal(process_status(starter, "PPid"), pid);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	for (int i = 0; i < 1000 && fixture_find_fetch(x) != 0; i++)
		(void)usleep(10000);
	assert_int_equal(fixture_find_fetch(x), 0);
	/* Gone, or not reaped by whoever inherited it. */
	for (int i = 0; i < 1000 && kill(starter, 0) == 0 &&
			process_status(starter, "VmSize") >= 0;
	     i++)
		(void)usleep(10000);
	assert_true(
	    kill(starter, 0) != 0 || process_status(starter, "VmSize") < 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_start, fixture_end)
#define BARE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_start_files, fixture_end)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    CASE(fetch_is_locked_in),
	    CASE(a_killed_fetch_comes_back),
	    CASE(a_stopped_fetch_holds_nobody_up),
	    CASE(a_silent_resolver_holds_nobody_up),
	    CASE(a_dead_starter_breaks_the_loop),
	    CASE(a_reload_swaps_or_changes_nothing),
	    BARE(an_unreadable_secret_stops_the_start),
	    BARE(nobody_outlives_decide),
	};

	if (argc == 3 && strcmp(argv[1], FETCH_ROLE) == 0)
		return fetch_main(FETCH_CHANNEL_FD, argv[2]);
	return cmocka_run_group_tests_name("fetch process", tests, NULL, NULL);
}
