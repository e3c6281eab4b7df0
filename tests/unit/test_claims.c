/* SPDX-License-Identifier: ISC */
/* Every rule of claims_check(), both ways and at its edges. */
#include "claims.h"
#include "stages_make.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"

/* A change to good facts and a good issuer, and what must come of it. */
struct row {
	const char *name;
	void (*change)(struct facts *, struct issuer *);
	enum reason reason;
};

#define CHANGE(id, statement)                                                  \
	static void id(struct facts *f, struct issuer *i)                      \
	{                                                                      \
		(void)f;                                                       \
		(void)i;                                                       \
		statement;                                                     \
	}

CHANGE(as_made, )
CHANGE(inactive, f->active = false)
CHANGE(type_absent, make_replace(&f->token_type, NULL))
CHANGE(type_lower, make_replace(&f->token_type, "bearer"))
CHANGE(type_mac, make_replace(&f->token_type, "mac"))
CHANGE(type_empty, make_replace(&f->token_type, ""))
CHANGE(type_longer, make_replace(&f->token_type, "Bearer "))
CHANGE(type_dpop, make_replace(&f->token_type, "DPoP"))
CHANGE(type_dpop_lower, make_replace(&f->token_type, "dpop"))
CHANGE(type_na, make_replace(&f->token_type, "N_A"))
CHANGE(refresh, f->wrong_use = true)
CHANGE(refresh_dpop, f->wrong_use = true; make_replace(&f->token_type, "DPoP"))
CHANGE(bound, f->bound = true)
CHANGE(exp_absent, f->expires_at = 0)
CHANGE(exp_opt_out, f->expires_at = 0; i->expiry = NONE)
CHANGE(exp_past_opt_out, f->expires_at = NOW - 11; i->expiry = NONE)
CHANGE(exp_at_leeway, f->expires_at = NOW - 10)
CHANGE(exp_inside, f->expires_at = NOW - 9)
CHANGE(exp_now_strict, f->expires_at = NOW; i->leeway_ms = 0)
CHANGE(exp_next_strict, f->expires_at = NOW + 1; i->leeway_ms = 0)
CHANGE(exp_ms_leeway, f->expires_at = NOW; i->leeway_ms = 1)
CHANGE(exp_far, f->expires_at = INT64_C(253402300799))
CHANGE(nbf_absent, f->not_before = 0)
CHANGE(nbf_at_leeway, f->not_before = NOW + 10)
CHANGE(nbf_outside, f->not_before = NOW + 11)
CHANGE(nbf_strict, f->not_before = NOW + 1; i->leeway_ms = 0)
CHANGE(nbf_now_strict, f->not_before = NOW; i->leeway_ms = 0)
CHANGE(iat_absent, f->issued_at = 0)
CHANGE(iat_at_leeway, f->issued_at = NOW + 10)
CHANGE(iat_outside, f->issued_at = NOW + 11)
CHANGE(iss_absent, make_replace(&f->issuer, NULL))
CHANGE(iss_slash, make_replace(&f->issuer, "https://as.example.com/"))
CHANGE(iss_case, make_replace(&f->issuer, "https://AS.example.com"))
CHANGE(iss_empty, make_replace(&f->issuer, ""))
CHANGE(aud_absent, word_list_clear(&f->audience))
CHANGE(aud_other, word_list_clear(&f->audience);
       f->audience = make_words("https://hosts.example.com/ account"))
CHANGE(aud_second, word_list_clear(&f->audience);
       f->audience = make_words("account https://hosts.example.com"))
CHANGE(aud_opt_out, word_list_clear(&f->audience);
       make_replace(&i->audience, NULL))
CHANGE(client_absent, make_replace(&f->client_id, NULL))
CHANGE(client_other, make_replace(&f->client_id, "ssh-gat"))
CHANGE(client_second, make_replace(&f->client_id, "sudo-gate"))
CHANGE(client_any, make_replace(&f->client_id, NULL);
       word_list_clear(&i->allowed_clients))
CHANGE(sub_absent, make_replace(&f->subject, NULL))
CHANGE(sub_empty, make_replace(&f->subject, ""))
CHANGE(sub_longest, free(f->subject); f->subject = make_string('s', 255))
CHANGE(sub_over, free(f->subject); f->subject = make_string('s', 256))

#define OURS f->method = FACTS_GRANT; make_replace(&i->client_id, "ssh-gate")
CHANGE(grant, OURS)
CHANGE(grant_no_aud, OURS; word_list_clear(&f->audience))
CHANGE(grant_any_client, OURS; word_list_clear(&i->allowed_clients))
CHANGE(grant_unlisted, OURS; word_list_clear(&i->allowed_clients);
       i->allowed_clients = make_words("sudo-gate"))
CHANGE(grant_other_client, OURS; make_replace(&f->client_id, "sudo-gate"))
CHANGE(grant_no_client, OURS; make_replace(&f->client_id, NULL))
CHANGE(grant_other_issuer, OURS;
       make_replace(&f->issuer, "https://other.example.com"))
CHANGE(grant_ended, OURS; f->expires_at = NOW - 10)
CHANGE(grant_no_end, OURS; f->expires_at = 0)
CHANGE(grant_dead, OURS; f->active = false)
CHANGE(probe_no_aud, f->method = FACTS_PROBE; word_list_clear(&f->audience))
CHANGE(probe_no_client, f->method = FACTS_PROBE;
       make_replace(&f->client_id, NULL))

#define ROW(id, reason)                                                        \
	{                                                                      \
#id, id, REASON_##reason                                       \
	}

static const struct row rows[] = {
    ROW(as_made, NONE),
    ROW(inactive, TOKEN_INACTIVE),
    ROW(type_absent, NONE),
    ROW(type_lower, NONE),
    ROW(type_mac, TOKEN_TYPE_WRONG),
    ROW(type_empty, TOKEN_TYPE_WRONG),
    ROW(type_longer, TOKEN_TYPE_WRONG),
    ROW(type_na, TOKEN_TYPE_WRONG),
    ROW(type_dpop, PROOF_REQUIRED),
    ROW(type_dpop_lower, PROOF_REQUIRED),
    ROW(refresh, TOKEN_TYPE_WRONG),
    ROW(refresh_dpop, TOKEN_TYPE_WRONG),
    ROW(bound, PROOF_REQUIRED),
    ROW(exp_absent, EXPIRY_MISSING),
    ROW(exp_opt_out, NONE),
    ROW(exp_past_opt_out, TOKEN_EXPIRED),
    ROW(exp_at_leeway, TOKEN_EXPIRED),
    ROW(exp_inside, NONE),
    ROW(exp_now_strict, TOKEN_EXPIRED),
    ROW(exp_next_strict, NONE),
    ROW(exp_ms_leeway, NONE),
    ROW(exp_far, NONE),
    ROW(nbf_absent, NONE),
    ROW(nbf_at_leeway, NONE),
    ROW(nbf_outside, TOKEN_NOT_YET_VALID),
    ROW(nbf_strict, TOKEN_NOT_YET_VALID),
    ROW(nbf_now_strict, NONE),
    ROW(iat_absent, NONE),
    ROW(iat_at_leeway, NONE),
    ROW(iat_outside, TOKEN_NOT_YET_VALID),
    ROW(iss_absent, NONE),
    ROW(iss_slash, ISSUER_MISMATCH),
    ROW(iss_case, ISSUER_MISMATCH),
    ROW(iss_empty, ISSUER_MISMATCH),
    ROW(aud_absent, AUDIENCE_MISMATCH),
    ROW(aud_other, AUDIENCE_MISMATCH),
    ROW(aud_second, NONE),
    ROW(aud_opt_out, NONE),
    ROW(client_absent, CLIENT_NOT_ALLOWED),
    ROW(client_other, CLIENT_NOT_ALLOWED),
    ROW(client_second, NONE),
    ROW(client_any, NONE),
    ROW(sub_absent, SUBJECT_MISSING),
    ROW(sub_empty, SUBJECT_MISSING),
    ROW(sub_longest, NONE),
    ROW(sub_over, SUBJECT_MISSING),
    ROW(grant, NONE),
    ROW(grant_no_aud, NONE),
    ROW(grant_any_client, NONE),
    ROW(grant_unlisted, NONE),
    ROW(grant_other_client, CLIENT_NOT_ALLOWED),
    ROW(grant_no_client, CLIENT_NOT_ALLOWED),
    ROW(grant_other_issuer, ISSUER_MISMATCH),
    ROW(grant_ended, TOKEN_EXPIRED),
    ROW(grant_no_end, EXPIRY_MISSING),
    ROW(grant_dead, TOKEN_INACTIVE),
    ROW(probe_no_aud, AUDIENCE_MISMATCH),
    ROW(probe_no_client, CLIENT_NOT_ALLOWED),
};

static bool
report_failed(const struct report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		if (!r->rules[i].passed)
			return true;
	}
	return false;
}

static void
each_rule_both_ways(void **state)
{
	(void)state;
	for (size_t n = 0; n < ELEMENTS(rows); n++) {
		struct facts *f = make_facts();
		struct issuer issuer = make_issuer();
		struct report report = {.count = 0};
		enum reason with, without;

		rows[n].change(f, &issuer);
		without = claims_check(f, &issuer, NOW, NULL);
		with = claims_check(f, &issuer, NOW, &report);
		if (without != rows[n].reason || with != rows[n].reason)
			print_error("row %s\n", rows[n].name);
		assert_int_equal(without, rows[n].reason);
		assert_int_equal(with, rows[n].reason);
		assert_int_equal(
		    report_failed(&report), rows[n].reason != REASON_NONE);
		facts_unref(f);
		issuer_done(&issuer);
	}
}

/* The earlier rule gives the reason, a report goes on with the others. */
static void
first_failure_is_the_reason(void **state)
{
	struct facts *f = make_facts();
	struct issuer issuer = make_issuer();
	struct report report = {.count = 0};
	size_t failed = 0;

	(void)state;
	f->expires_at = NOW - 100;
	make_replace(&f->subject, NULL);
	word_list_clear(&f->audience);
	assert_int_equal(
	    claims_check(f, &issuer, NOW, &report), REASON_TOKEN_EXPIRED);
	for (size_t i = 0; i < report.count; i++)
		failed += report.rules[i].passed ? 0 : 1;
	assert_int_equal(failed, 3);
	assert_int_equal(report.count, 10);
	facts_unref(f);
	issuer_done(&issuer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_rule_both_ways),
	    cmocka_unit_test(first_failure_is_the_reason),
	};

	return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
