/* SPDX-License-Identifier: ISC */
#include "jwt_make.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"

struct jws_key jwt_rsa, jwt_curve, jwt_stranger;
struct jwks *jwt_keys;

int
jwt_keys_make(void **state)
{
	const struct jws_key *const published[] = {&jwt_rsa, &jwt_curve};
	const struct word_list none = {0};
	struct jws_algorithms algorithms;
	struct buf document;
	const char *why;

	(void)state;
	jws_key_make(&jwt_rsa, "RS256", "r-1");
	jws_key_make(&jwt_curve, "ES256", "e-1");
	jws_key_make(&jwt_stranger, "ES256", "e-1");
	buf_init(&document, JWS_MADE_MAX);
	jws_keys_write(published, 2, true, &document);
	assert_int_equal(
	    jws_algorithms_read(&none, &algorithms, &why), STATUS_OK);
	assert_int_equal(
	    jwks_read((struct text){buf_string(&document), document.length},
		&algorithms, NULL, &jwt_keys, &why),
	    STATUS_OK);
	assert_int_equal(jwt_keys->count, 2);
	buf_clear(&document);
	return 0;
}

int
jwt_keys_free(void **state)
{
	(void)state;
	jwks_free(jwt_keys);
	jws_key_done(&jwt_rsa);
	jws_key_done(&jwt_curve);
	jws_key_done(&jwt_stranger);
	return 0;
}

/* Good claims, with `member` as `value` (JSON), or without it. */
static void
write_claims(const char *member, const char *value, struct buf *to)
{
	static const struct {
		const char *member, *value;
	} good[] = {
	    {"iss", "\"https://as.example.com\""},
	    {"sub", "\"s-1\""},
	    {"aud", "\"https://hosts.example.com\""},
	    {"exp", "1700000600"},
	    {"iat", "1700000000"},
	    {"client_id", "\"ssh-gate\""},
	    {"jti", "\"t-1\""},
	    {"scope", "\"trading data\""},
	};
	const char *comma = "";

	(void)buf_append_string(to, "{");
	for (size_t i = 0; i < ELEMENTS(good); i++) {
		if (member != NULL && strcmp(member, good[i].member) == 0)
			continue;
		(void)buf_format(
		    to, "%s\"%s\":%s", comma, good[i].member, good[i].value);
		comma = ",";
	}
	if (member != NULL && value != ABSENT)
		(void)buf_format(to, ",\"%s\":%s", member, value);
	assert_int_equal(buf_append_string(to, "}"), STATUS_OK);
}

void
jwt_token_make(const struct jwt_token *t, struct buf *ret)
{
	_cleanup_(buf_clear) struct buf claims;
	char type[64] = "", header[256];

	if (t->type != NULL)
		(void)snprintf(type, sizeof(type), "\"typ\":\"%s\",", t->type);
	(void)snprintf(header, sizeof(header),
	    "{%s\"alg\":\"%s\",\"kid\":\"%s\"}", type, t->key->algorithm,
	    t->kid != NULL ? t->kid : t->key->kid);
	buf_init(&claims, JWS_MADE_MAX);
	write_claims(t->member, t->value, &claims);
	buf_init(ret, JWS_MADE_MAX);
	jws_sign(t->key, header, buf_string(&claims), ret);
}

struct issuer
jwt_issuer(int profile)
{
	const struct word_list none = {0};
	struct issuer i = make_issuer();
	const char *bad;

	i.validation = VALIDATION_JWT;
	i.signing.profile = profile;
	i.signing.max_lifetime_ms = 3600000;
	assert_int_equal(
	    jws_algorithms_read(&none, &i.signing.algorithms, &bad), STATUS_OK);
	return i;
}

enum reason
jwt_token_read(
    const struct issuer *i, const struct jwt_token *t, struct jwt_result *ret)
{
	_cleanup_(buf_clear) struct buf token;

	jwt_token_make(t, &token);
	return jwt_read(i, jwt_keys,
	    (struct text){buf_string(&token), token.length}, NOW, ret);
}

enum reason
jwt_members_read(const struct issuer *i, const char *type, const char *members,
    struct jwt_result *ret)
{
	_cleanup_(buf_clear) struct buf token;
	char claims[512], header[128];

	(void)snprintf(header, sizeof(header),
	    "{\"typ\":\"%s\",\"alg\":\"ES256\",\"kid\":\"e-1\"}", type);
	(void)snprintf(claims, sizeof(claims),
	    "{\"iss\":\"https://as.example.com\",\"sub\":\"s-1\","
	    "\"aud\":\"https://hosts.example.com\",\"exp\":1700000600,"
	    "\"iat\":1700000000,%s}",
	    members);
	buf_init(&token, JWS_MADE_MAX);
	jws_sign(&jwt_curve, header, claims, &token);
	return jwt_read(i, jwt_keys,
	    (struct text){buf_string(&token), token.length}, NOW, ret);
}
