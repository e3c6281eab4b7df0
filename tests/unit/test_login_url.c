/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "login_make.h"
#include "login_url.h"
#include "scopegate/cleanup.h"

static int
set_up(void **state)
{
	*state = login_bench_new();
	return 0;
}

static int
tear_down(void **state)
{
	login_bench_free(*state);
	return 0;
}

static struct login *
add(struct login_bench *b)
{
	struct login *login = NULL;

	assert_int_equal(
	    login_bench_add(b, "alice", NULL, LOGIN_BROWSER, &login),
	    REASON_NONE);
	return login;
}

/* The URL, its state and challenge (43 characters each) shown as * and +. */
static char *
url_of(struct login_bench *b)
{
	struct login *login = add(b);
	struct secret url = {0};
	char *at;

	assert_int_equal(
	    authorization_url(login, &login->visits[0], &url), STATUS_OK);
	assert_int_equal(login->visits[0].stage, VISIT_SENT);
	at = strstr(url.bytes, "state");
	assert_non_null(at);
	at += strcspn(at, "=%");
	at += at[0] == '%' ? 3 : 1;
	assert_true(digest_matches(
	    &login->visits[0].state, (struct text){at, NONCE_SIZE - 1}));
	memset(at, '*', NONCE_SIZE - 1);
	at = strstr(url.bytes, "code_challenge=");
	assert_int_equal(at != NULL, login->visits[0].verifier[0] != '\0');
	if (at != NULL)
		memset(strchr(at, '=') + 1, '+', NONCE_SIZE - 1);
	return url.bytes;
}

#define STARS "*******************************************"
#define PLUSES "+++++++++++++++++++++++++++++++++++++++++++"
#define START                                                                  \
	"https://as.example.com/authorize?response_type=code"                  \
	"&client_id=client+id"
#define BACK "&redirect_uri=https%3A%2F%2Fgate.example.com%2Fcallback"

static void
check(struct login_bench *b, const char *wanted)
{
	_cleanup_(free_ptr) char *url = url_of(b);

	assert_string_equal(url, wanted);
}

static void
test_an_authorization_request(void **state)
{
	check(*state, START BACK "&scope=trading+account%3Awrite&state=" STARS
				 "&env=paper&prompt=log+in");
}

static void
test_proof_key(void **state)
{
	struct login_bench *b = *state;

	b->issuer.sign_in.pkce = true;
	check(b, START BACK "&scope=trading+account%3Awrite&state=" STARS
			    "&code_challenge=" PLUSES
			    "&code_challenge_method=S256&env=paper"
			    "&prompt=log+in");
}

static void
test_any_environment_is_not_asked_for(void **state)
{
	struct login_bench *b = *state;

	b->policy.environment = ENVIRONMENT_ANY;
	check(b, START BACK "&scope=trading+account%3Awrite&state=" STARS
			    "&prompt=log+in");
	b->policy.environment = ENVIRONMENT_LIVE;
	check(b, START BACK "&scope=trading+account%3Awrite&state=" STARS
			    "&env=live&prompt=log+in");
}

static void
test_scopes(void **state)
{
	static char data[] = "data", trading[] = "trading", any[] = "x/y";
	static char *also[] = {trading, any, NULL}, *only[] = {data, NULL};
	struct login_bench *b = *state;

	b->issuer.sign_in.parameters.count = 0;
	b->policy.require_any = (struct word_list){.words = also, .count = 2};
	b->issuer.sign_in.scope_separator = SEPARATOR_COMMA;
	check(b,
	    START BACK "&scope=trading%2Caccount%3Awrite%2Cx%2Fy&state=" STARS);
	b->issuer.sign_in.scope = (struct word_list){.words = only, .count = 1};
	check(b, START BACK "&scope=data&state=" STARS);
	b->issuer.sign_in.scope.count = 0;
	b->policy.require.count = b->policy.require_any.count = 0;
	check(b, START BACK "&state=" STARS);
}

static void
test_an_endpoint_with_a_query_and_a_redirect_of_its_own(void **state)
{
	static char endpoint[] = "https://as.example.com/authorize?tenant=1";
	static char redirect[] = "http://127.0.0.1:8080/back";
	struct login_bench *b = *state;

	b->issuer.sign_in.parameters.count = 0;
	b->issuer.sign_in.authorization_endpoint = endpoint;
	b->issuer.sign_in.redirect_uri = redirect;
	check(b, "https://as.example.com/authorize?tenant=1&response_type=code"
		 "&client_id=client+id"
		 "&redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2Fback"
		 "&scope=trading+account%3Awrite&state=" STARS);
}

static void
test_kite(void **state)
{
	static char version[] = "v=3";
	static char *parameters[] = {version, NULL};
	struct login_bench *b = *state;
	_cleanup_(secret_clear) struct secret form = {0};
	struct login *login = add(b);

	b->issuer.sign_in.exchange = EXCHANGE_KITE;
	b->issuer.sign_in.parameters =
	    (struct word_list){.words = parameters, .count = 1};
	check(b, "https://as.example.com/authorize?api_key=client+id"
		 "&redirect_params=state%3D" STARS "&v=3");
	assert_int_equal(
	    exchange_form(login, &login->visits[0], text_of("a b"), &form),
	    STATUS_OK);
	assert_string_equal(form.bytes, "request_token=a+b");
}

static void
test_a_token_request(void **state)
{
	_cleanup_(secret_clear) struct secret plain = {0}, proved = {0};
	struct login *login = add(*state);
	struct visit visit = {.stage = VISIT_SENT};

	assert_int_equal(
	    exchange_form(login, &visit, text_of("c&d"), &plain), STATUS_OK);
	assert_string_equal(
	    plain.bytes, "grant_type=authorization_code&code=c%26d" BACK);
	(void)snprintf(visit.verifier, sizeof(visit.verifier), "verifier");
	assert_int_equal(
	    exchange_form(login, &visit, text_of("c&d"), &proved), STATUS_OK);
	assert_string_equal(proved.bytes,
	    "grant_type=authorization_code&code=c%26d" BACK
	    "&code_verifier=verifier");
}

static void
test_each_request_has_a_state_of_its_own(void **state)
{
	struct login *login = add(*state);
	_cleanup_(secret_clear) struct secret one = {0}, two = {0};
	struct visit *v = &login->visits[0];
	struct digest first;

	assert_int_equal(authorization_url(login, v, &one), STATUS_OK);
	first = v->state;
	assert_int_equal(authorization_url(login, v, &two), STATUS_OK);
	assert_memory_not_equal(&first, &v->state, sizeof(first));
	assert_string_not_equal(one.bytes, two.bytes);
}

static void
test_a_url_that_is_too_long(void **state)
{
	struct login_bench *b = *state;
	_cleanup_(free_ptr) char *endpoint = calloc(1, LINK_MAX + 1);
	_cleanup_(secret_clear) struct secret url = {0};
	struct login *login;

	assert_non_null(endpoint);
	memset(endpoint, 'x', LINK_MAX);
	b->issuer.sign_in.authorization_endpoint = endpoint;
	login = add(b);
	assert_int_equal(
	    authorization_url(login, &login->visits[0], &url), STATUS_TOO_BIG);
	assert_int_equal(login->visits[0].stage, VISIT_NONE);
}

static void
test_where_the_redirect_arrives(void **state)
{
	static char ours[] = "https://gate.example.com/callback";
	static char other[] = "https://gate.example.com/back";
	static char gate[] = "https://gate.example.com/";
	struct login_bench *b = *state;

	assert_true(redirect_reaches_gateway(&b->config, &b->issuer));
	b->config.gateway_url = gate;
	b->issuer.sign_in.redirect_uri = ours;
	assert_true(redirect_reaches_gateway(&b->config, &b->issuer));
	b->issuer.sign_in.redirect_uri = other;
	assert_false(redirect_reaches_gateway(&b->config, &b->issuer));
	b->issuer.sign_in.redirect_uri = ours;
	b->config.gateway_url = NULL;
	assert_false(redirect_reaches_gateway(&b->config, &b->issuer));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_an_authorization_request),
	    TEST(test_proof_key),
	    TEST(test_any_environment_is_not_asked_for),
	    TEST(test_scopes),
	    TEST(test_an_endpoint_with_a_query_and_a_redirect_of_its_own),
	    TEST(test_kite),
	    TEST(test_a_token_request),
	    TEST(test_each_request_has_a_state_of_its_own),
	    TEST(test_a_url_that_is_too_long),
	    TEST(test_where_the_redirect_arrives),
	};

	return cmocka_run_group_tests_name("login_url", tests, NULL, NULL);
}
