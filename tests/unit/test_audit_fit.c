/* SPDX-License-Identifier: ISC */
/* Whatever it has to say, a record fits. */
#include "audit_make.h"

#include <string.h>

/* Everything at its longest, made of `c`, which may double or treble. */
static void
worst_record(char c, size_t from_server)
{
	char *name = make_string(c, 128), *detail = make_string(c, DETAIL_MAX);
	char *user = make_string(c, USER_MAX);
	char *service = make_string(c, SERVICE_MAX);
	char *place = make_string(c, RHOST_MAX), *tty = make_string(c, TTY_MAX);
	char *word = make_string(c, 200);
	struct issuer issuer = {.audience = NULL, .expiry = NONE};
	struct policy policy = {
	    .name = name, .issuer = &issuer, .require = make_words(word)};
	struct facts *f = make_facts();
	struct audit_record r = {.ref = "",
	    .operation = "account",
	    .verdict = VERDICT_UNAVAILABLE,
	    .reason = REASON_AUTHENTICATION_TOO_OLD,
	    .service = text_of(service),
	    .user = text_of(user),
	    .rhost = text_of(place),
	    .tty = text_of(tty),
	    .ruser = text_of(place),
	    .ssh_key = "SHA256:t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2dI",
	    .has_uid = true,
	    .uid = UINT32_MAX,
	    .issuer = name,
	    .facts = f,
	    .policy = &policy,
	    .login_method = LOGIN_BROWSER,
	    .grant_id = "0123456789abcdef",
	    .detail = detail,
	    .fingerprint = "00000000",
	    .cache = CACHE_HIT,
	    .cache_age_ms = INT64_MAX,
	    .as_us = INT64_MAX,
	    .total_us = INT64_MAX,
	    .peer_pid = INT32_MAX,
	    .peer_uid = UINT32_MAX,
	    .at_us = INT64_C(253402300799999999)};
	char *line;

	memset(r.ref, 'r', REF_MAX);
	free(f->issuer);
	free(f->subject);
	free(f->client_id);
	f->issuer = make_string(c, from_server);
	f->subject = make_string(c, from_server);
	f->client_id = make_string(c, from_server);
	make_scopes(f, word);
	line = record_line(&r);
	json_free(record_json(line));
	free(line);
	facts_unref(f);
	word_list_clear(&policy.require);
	free(name);
	free(user);
	free(service);
	free(detail);
	free(place);
	free(tty);
	free(word);
}

static void
worst_act(char c, size_t from_server)
{
	char *name = make_string(c, 128), *user = make_string(c, USER_MAX);
	char *service = make_string(c, SERVICE_MAX);
	struct facts *f = make_facts();
	struct audit_act act = {.operation = "revoked",
	    .user = text_of(user),
	    .grant_id = "0123456789abcdef",
	    .grants = INT64_MAX,
	    .sign_ins = INT64_MAX,
	    .service = text_of(service),
	    .issuer = name,
	    .facts = f,
	    .peer_pid = INT32_MAX,
	    .peer_uid = UINT32_MAX};
	char *line;

	memset(act.ref, 'r', REF_MAX);
	free(f->subject);
	f->subject = make_string(c, from_server);
	line = act_line(&act);
	json_free(record_json(line));
	free(line);
	facts_unref(f);
	free(name);
	free(user);
	free(service);
}

static void
all_at_their_maxima_fit(void **state)
{
	static const char letters[] = {'x', '"', '\\', '\x01', '\x7f', '\xff'};
	static const size_t lengths[] = {
	    53, 64, 106, 128, 160, 255, 256, 320, 321, 8192};

	(void)state;
	for (size_t i = 0; i < sizeof(letters); i++) {
		for (size_t j = 0; j < sizeof(lengths) / sizeof(lengths[0]);
		     j++) {
			worst_record(letters[i], lengths[j]);
			worst_act(letters[i], lengths[j]);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_at_their_maxima_fit),
	};

	return cmocka_run_group_tests_name("audit_fit", tests, NULL, NULL);
}
