/* SPDX-License-Identifier: ISC */
/* A section's name stays and its server changes: logins that are under way. */
#include <stdlib.h>
#include <string.h>

#include "asks_caught.h"
#include "conclude.h"
#include "decide.h"
#include "exchange.h"
#include "scopegate/cleanup.h"

static void
done(struct exchange_result *result, void *argument)
{
	(void)result, (void)argument;
	fail();
}

/* A login that was begun before a reload: its code goes to nobody else. */
static void
test_reloaded_meanwhile(void **state)
{
	static const char *const rows[][2] = {
	    {"https://other.example.com", NULL}, {NULL, "another-app"}};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(secret_clear) struct secret form = {0};
		enum reason reason = REASON_NONE;
		struct changed changed;
		struct bench b;

		bench_open(&b, "");
		config_change(&b, &changed, rows[i][0], rows[i][1]);
		assert_int_equal(secret_set(&form, "code=abc", 8), STATUS_OK);
		assert_null(exchange_begin(&b.server, changed.before, b.issuer,
		    ENVIRONMENT_PAPER, &form, done, NULL, &reason));
		assert_int_equal(reason, REASON_ISSUER_MISMATCH);
		assert_int_equal(caught_count, 0);
		config_restore(&b, &changed);
		bench_close(&b);
	}
}

static enum reason concluded;
void __wrap_request_conclude(struct request *r, enum reason reason);

void
__wrap_request_conclude(struct request *r, enum reason reason)
{
	(void)r;
	concluded = reason;
}

/* The sign-in was at the server that had the section's name before. */
static void
test_fresh_of_another_server(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "");
	b.server.throttle = throttle_new();
	assert_non_null(b.server.throttle);
	for (int i = 0; i < 2; i++) {
		struct request r = {.operation = OPERATION_LOGIN,
		    .server = &b.server,
		    .fresh_grant = make_grant("token-1")};
		struct facts *f = r.fresh_grant->facts;

		r.message.value[TAG_USER] = text_of("alice");
		r.message.value[TAG_SERVICE] = text_of("sshd");
		if (i == 0) {
			free(f->issuer);
			f->issuer = strdup("https://other.example.com");
		}
		assert_false(decide(&r));
		if (i == 0)
			assert_int_equal(concluded, REASON_ISSUER_MISMATCH);
		assert_int_equal(r.facts != NULL, i == 1);
		grant_free(TAKE_PTR(r.fresh_grant));
		request_clear(&r);
	}
	throttle_free(b.server.throttle);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reloaded_meanwhile),
	    cmocka_unit_test(test_fresh_of_another_server),
	};

	return cmocka_run_group_tests_name("grant_owner", tests, NULL, NULL);
}
