/* SPDX-License-Identifier: ISC */
/* The claim sets, to the letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "oauth/claims.h"
#include "scopegate/cleanup.h"

#define LOGIN                                                                  \
	"[{\"type\":\"host_login\",\"host\":\"web1.example.com\","             \
	"\"service\":\"ssh\",\"user\":\"alice\"}]"

static const struct grant of_user = {.auth_time = 900,
    .env = "live",
    .audience = "https://h.example.test",
    .details = LOGIN};
static const struct claims user_claims = {.issuer = "https://b.example.com",
    .client_id = "web",
    .sub = "s1",
    .account = "u1",
    .scope = "openid data",
    .jti = "j1",
    .grant = &of_user,
    .issued = 1000,
    .expires = 4600};

static void
access_tokens_have_the_claims_of_rfc_9068(void **state)
{
	_cleanup_(buf_clear) struct buf out = {0};

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(claims_access(&user_claims, &out), STATUS_OK);
	assert_string_equal(buf_string(&out),
	    "{\"scope\":\"openid data\",\"client_id\":\"web\","
	    "\"iss\":\"https://b.example.com\",\"sub\":\"s1\","
	    "\"aud\":\"https://h.example.test\",\"iat\":1000,\"exp\":4600,"
	    "\"auth_time\":900,\"acr\":\"urn:brokerd:acr:password\","
	    "\"jti\":\"j1\",\"env\":\"live\",\"account\":\"u1\","
	    "\"authorization_details\":" LOGIN "}");
}

static void
an_app_by_itself_is_its_own_subject(void **state)
{
	static const struct grant g = {.audience = "a"};
	struct claims c = {.issuer = "i",
	    .client_id = "web",
	    .sub = "",
	    .account = "",
	    .scope = "",
	    .jti = "j",
	    .grant = &g,
	    .issued = 1,
	    .expires = 2};
	_cleanup_(buf_clear) struct buf out = {0};

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(claims_access(&c, &out), STATUS_OK);
	assert_string_equal(buf_string(&out),
	    "{\"client_id\":\"web\",\"iss\":\"i\",\"sub\":\"web\","
	    "\"aud\":\"a\",\"iat\":1,\"exp\":2,\"jti\":\"j\"}");
}

static void
id_tokens_have_the_claims_of_openid_connect(void **state)
{
	_cleanup_(buf_clear) struct buf out = {0};

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(
	    claims_id(&user_claims, "n\"1", "opaque-token", &out), STATUS_OK);
	/* at_hash: the first 16 octets that sha256sum says. */
	assert_string_equal(buf_string(&out),
	    "{\"iss\":\"https://b.example.com\",\"sub\":\"s1\","
	    "\"aud\":\"web\",\"iat\":1000,\"exp\":4600,\"auth_time\":900,"
	    "\"acr\":\"urn:brokerd:acr:password\",\"amr\":[\"pwd\"],"
	    "\"nonce\":\"n\\\"1\",\"at_hash\":\"hNPyPam19RsyaVZu_wXT-w\"}");
	buf_clear(&out);
	assert_int_equal(
	    claims_id(&user_claims, "", "opaque-token", &out), STATUS_OK);
	assert_null(strstr(buf_string(&out), "nonce"));
}

static void
damaged_details_spoil_the_claims(void **state)
{
	static const char *const bad[] = {
	    "[]", "{}", "[", "[{\"type\":\"x\"}]"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		_cleanup_(buf_clear) struct buf out = {0};
		struct grant g = of_user;
		struct claims c = user_claims;

		memcpy(g.details, bad[i], strlen(bad[i]) + 1);
		c.grant = &g;
		buf_init(&out, 4096);
		assert_int_equal(claims_access(&c, &out), STATUS_MALFORMED);
	}
}

static void
the_jti_is_read_back(void **state)
{
	static const char *const bad[] = {
	    "a.e30.c",             /* {} */
	    "a.eyJqdGkiOjF9.c",    /* {"jti":1} */
	    "a.eyJqdGkiOiJqMSI.c", /* cut off */
	    "a.?.c", "a.",         /* no base64url */
	    "a.eyJqdGkiOiIwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5"
	    "MDEyMzQ1Njc4OSJ9.c", /* 50 characters */
	};
	char jti[RANDOM_TEXT_SIZE];

	(void)state;
	assert_int_equal(claims_jti("a.eyJqdGkiOiJqMSJ9.c", jti), STATUS_OK);
	assert_string_equal(jti, "j1");
	assert_int_equal(claims_jti("opaque-token", jti), STATUS_OK);
	assert_int_equal(strlen(jti), RANDOM_TEXT_SIZE - 1);
	assert_memory_equal(jti, "hNPyPam19RsyaVZu_wXT-", 21);
	for (size_t i = 0; i < ELEMENTS(bad); i++)
		assert_int_not_equal(claims_jti(bad[i], jti), STATUS_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(access_tokens_have_the_claims_of_rfc_9068),
	    cmocka_unit_test(an_app_by_itself_is_its_own_subject),
	    cmocka_unit_test(id_tokens_have_the_claims_of_openid_connect),
	    cmocka_unit_test(damaged_details_spoil_the_claims),
	    cmocka_unit_test(the_jti_is_read_back),
	};

	return cmocka_run_group_tests_name("brokerd_claims", tests, NULL, NULL);
}
