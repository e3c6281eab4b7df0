/* SPDX-License-Identifier: ISC */
/* What a token says of itself and what its server says must not say more
 * together than either does. */
#include "facts_both.h"

#include <string.h>

#include "scopegate/cleanup.h"
#include "stages_make.h"

#define HOSTS "https://hosts.example.com"

/* The token's own, as jwt.c makes them. */
static struct facts *
make_own(void)
{
	struct facts *f = make_facts();

	f->method = FACTS_JWT;
	f->token_id = strdup("t-1");
	f->key_id = strdup("k-1");
	make_replace(&f->token_type, NULL);
	return f;
}

static struct facts *
join(struct facts *own, struct facts *asked)
{
	struct facts *f = NULL;

	assert_int_equal(facts_join(own, asked, &f), REASON_NONE);
	assert_non_null(f);
	assert_int_equal(f->references, 1);
	assert_int_equal(f->method, FACTS_BOTH);
	facts_unref(own);
	facts_unref(asked);
	return f;
}

static void
test_of_one_mind(void **state)
{
	struct facts *asked = make_facts(), *f;

	(void)state;
	asked->checked_at = NOW + 7;
	f = join(make_own(), asked);
	assert_true(f->active && f->scopes_known);
	assert_string_equal(f->subject, "subject-1");
	assert_string_equal(f->client_id, "ssh-gate");
	assert_string_equal(f->token_id, "t-1");
	assert_string_equal(f->key_id, "k-1");
	assert_string_equal(f->token_type, "Bearer");
	assert_int_equal(f->checked_at, NOW + 7);
	assert_int_equal(f->expires_at, NOW + 600);
	assert_int_equal(f->scopes.count, 2);
	assert_int_equal(f->audience.count, 1);
	assert_int_equal(f->claim_count, 1);
	assert_false(f->bound || f->wrong_use);
	facts_unref(f);
}

/* NULL: not stated; "-": stated as nothing. */
static void
set_scopes(struct facts *f, const char *scopes)
{
	make_scopes(f, scopes != NULL && scopes[0] != '-' ? scopes : "");
	f->scopes_known = scopes != NULL;
}

/* Who leaves scopes out denies none and grants none. */
static void
test_scopes(void **state)
{
	static const struct {
		const char *own, *asked, *both;
	} rows[] = {
	    {"trading data", "trading data", "trading data"},
	    {"trading data", "data wire", "data"},
	    {"trading", "wire", "-"},
	    {"trading", "-", "-"},
	    {"-", "trading", "-"},
	    {"trading", "Trading", "-"},
	    {"trading data", NULL, "trading data"},
	    {NULL, NULL, NULL},
	    /* The server's alone are not the token's. */
	    {NULL, "trading", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct facts *own = make_own(), *asked = make_facts(), *f;
		struct facts *expected = make_facts();

		set_scopes(own, rows[i].own);
		set_scopes(asked, rows[i].asked);
		set_scopes(expected, rows[i].both);
		f = join(own, asked);
		assert_int_equal(f->scopes_known, expected->scopes_known);
		assert_int_equal(f->scopes.count, expected->scopes.count);
		for (size_t k = 0; k < f->scopes.count; k++)
			assert_string_equal(
			    f->scopes.words[k], expected->scopes.words[k]);
		facts_unref(expected);
		facts_unref(f);
	}
}

static char **
place_of(struct facts *f, int member)
{
	char **const places[] = {
	    &f->subject, &f->client_id, &f->issuer, &f->environment};

	return places[member];
}

/* Of different people, clients, issuers, environments. */
static void
test_disagreement(void **state)
{
	static const struct {
		int member;
		const char *own, *asked;
		enum reason reason;
	} rows[] = {
	    {0, "s-1", "s-2", REASON_FACTS_DISAGREE},
	    {0, "s-1", "S-1", REASON_FACTS_DISAGREE},
	    {0, "s-1", NULL, REASON_NONE},
	    {0, NULL, "s-2", REASON_FACTS_DISAGREE},
	    {1, "a", "b", REASON_FACTS_DISAGREE},
	    {1, "a", NULL, REASON_NONE},
	    {1, NULL, "b", REASON_FACTS_DISAGREE},
	    {2, "https://a.example.com", "https://a.example.com/",
		REASON_FACTS_DISAGREE},
	    {2, "https://a.example.com", NULL, REASON_NONE},
	    {3, "paper", "live", REASON_FACTS_DISAGREE},
	    {3, "paper", "paper", REASON_NONE},
	    {3, "paper", NULL, REASON_NONE},
	    {2, NULL, "https://a.example.com", REASON_FACTS_DISAGREE},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct facts *own = make_own(), *asked = make_facts();
		struct facts *f = NULL;

		make_replace(place_of(own, rows[i].member), rows[i].own);
		make_replace(place_of(asked, rows[i].member), rows[i].asked);
		assert_int_equal(facts_join(own, asked, &f), rows[i].reason);
		assert_int_equal(f != NULL, rows[i].reason == REASON_NONE);
		if (f != NULL)
			assert_string_equal(
			    *place_of(f, rows[i].member), rows[i].own);
		facts_unref(f);
		facts_unref(own);
		facts_unref(asked);
	}
}

/* A JWT seldom says for which environment it is; its server may. */
static void
test_environment_of_the_server(void **state)
{
	struct facts *asked = make_facts(), *f;

	(void)state;
	make_replace(&asked->environment, "paper");
	f = join(make_own(), asked);
	assert_string_equal(f->environment, "paper");
	facts_unref(f);
}

/* The narrower of both: 0 is not stated. */
static void
test_times(void **state)
{
	static const struct {
		int64_t own, asked, earlier, later;
	} rows[] = {
	    {NOW, NOW + 5, NOW, NOW + 5},
	    {NOW + 5, NOW, NOW, NOW + 5},
	    {NOW, 0, NOW, NOW},
	    {0, NOW, NOW, NOW},
	    {0, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct facts *own = make_own(), *asked = make_facts(), *f;

		own->expires_at = own->not_before = rows[i].own;
		own->auth_time = rows[i].own;
		asked->expires_at = asked->not_before = rows[i].asked;
		asked->auth_time = rows[i].asked;
		f = join(own, asked);
		assert_int_equal(f->expires_at, rows[i].earlier);
		assert_int_equal(f->auth_time, rows[i].earlier);
		assert_int_equal(f->not_before, rows[i].later);
		facts_unref(f);
	}
}

/* The host must be named by whoever names any. */
static void
test_audience(void **state)
{
	static const struct {
		const char *own, *asked;
		size_t count;
		bool ours;
	} rows[] = {
	    {HOSTS " b", HOSTS " c", 1, true},
	    {HOSTS, "b", 0, false},
	    {"b", HOSTS, 0, false},
	    {HOSTS " b", "", 2, true},
	    {"", "", 0, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct facts *own = make_own(), *asked = make_facts(), *f;

		word_list_clear(&own->audience);
		word_list_clear(&asked->audience);
		own->audience = make_words(rows[i].own);
		asked->audience = make_words(rows[i].asked);
		f = join(own, asked);
		assert_int_equal(f->audience.count, rows[i].count);
		assert_int_equal(
		    word_list_has(&f->audience, HOSTS), rows[i].ours);
		facts_unref(f);
	}
}

static void
test_claims_filled_in(void **state)
{
	struct facts *own = make_own(), *asked = make_facts(), *f;

	(void)state;
	make_claim(asked, "groups", false, "a b");
	f = join(own, asked);
	assert_int_equal(facts_claim(f, "groups")->values.count, 2);
	assert_false(facts_claim(f, "groups")->is_string);
	facts_unref(f);
}

/* Withdrawn roles are gone, and two names are nobody's. */
static void
test_claims_of_both(void **state)
{
	struct facts *own = make_own(), *asked = make_facts(), *f;

	(void)state;
	make_claim(own, "name", true, "alice");
	make_claim(asked, "name", true, "bob");
	make_claim(own, "same", true, "alice");
	make_claim(asked, "same", true, "alice");
	make_claim(own, "roles", false, "admin user trader");
	make_claim(asked, "roles", false, "trader other admin");
	make_claim(own, "none", false, "admin");
	make_claim(asked, "none", false, "");
	make_replace(&own->token_id, NULL);
	make_replace(&asked->token_id, "id-9");
	f = join(own, asked);
	assert_int_equal(facts_claim(f, "name")->values.count, 0);
	assert_false(facts_claim(f, "name")->is_string);
	assert_string_equal(facts_claim(f, "same")->values.words[0], "alice");
	assert_true(facts_claim(f, "same")->is_string);
	assert_int_equal(facts_claim(f, "roles")->values.count, 2);
	assert_string_equal(facts_claim(f, "roles")->values.words[0], "admin");
	assert_string_equal(facts_claim(f, "roles")->values.words[1], "trader");
	assert_int_equal(facts_claim(f, "none")->values.count, 0);
	assert_string_equal(f->token_id, "id-9");
	facts_unref(f);
}

static void
state_detail(struct facts *f, const char *type, const char *action)
{
	struct detail d = {.type = NULL};

	d.type = strdup(type);
	assert_non_null(d.type);
	if (action != NULL)
		assert_int_equal(
		    word_list_add(&d.fields[DETAIL_ACTIONS], action,
			strlen(action)),
		    STATUS_OK);
	f->details_stated = true;
	f->details = reallocarray(
	    f->details, f->detail_count + 1, sizeof(*f->details));
	assert_non_null(f->details);
	f->details[f->detail_count++] = d;
}

static void
test_details_of_both(void **state)
{
	struct facts *own = make_own(), *asked = make_facts(), *f;

	(void)state;
	state_detail(own, "host_login", "login");
	state_detail(own, "other", NULL);
	state_detail(asked, "host_login", "login");
	f = join(own, asked);
	assert_int_equal(f->detail_count, 1);
	assert_string_equal(f->details[0].type, "host_login");
	facts_unref(f);
	/* Stated, and there is none. */
	own = make_own(), asked = make_facts();
	state_detail(own, "host_login", "login");
	asked->details_stated = true;
	f = join(own, asked);
	assert_int_equal(f->detail_count, 0);
	facts_unref(f);
	/* Who says nothing denies nothing. */
	own = make_own(), asked = make_facts();
	state_detail(asked, "host_login", "login");
	f = join(own, asked);
	assert_int_equal(f->detail_count, 1);
	facts_unref(f);
}

/* What refuses a token refuses it whoever says so. */
static void
test_marks_are_kept(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct facts *own = make_own(), *asked = make_facts(), *f;

		(i < 2 ? own : asked)->bound = i % 2 == 0;
		(i < 2 ? own : asked)->wrong_use = i % 2 == 1;
		f = join(own, asked);
		assert_int_equal(f->bound, i % 2 == 0);
		assert_int_equal(f->wrong_use, i % 2 == 1);
		facts_unref(f);
	}
}

/* RFC 9449: a server that calls it a DPoP token must be heard. */
static void
test_token_type(void **state)
{
	static const struct {
		const char *own, *asked, *both; /* NULL: they disagree */
	} rows[] = {
	    {NULL, "DPoP", "DPoP"},
	    {"Bearer", NULL, "Bearer"},
	    {"bearer", "Bearer", "bearer"},
	    {"Bearer", "DPoP", NULL},
	    {"DPoP", "Bearer", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct facts *own = make_own(), *asked = make_facts();
		struct facts *f = NULL;

		make_replace(&own->token_type, rows[i].own);
		make_replace(&asked->token_type, rows[i].asked);
		assert_int_equal(facts_join(own, asked, &f),
		    rows[i].both != NULL ? REASON_NONE : REASON_FACTS_DISAGREE);
		if (f != NULL)
			assert_string_equal(f->token_type, rows[i].both);
		facts_unref(f);
		facts_unref(own);
		facts_unref(asked);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_of_one_mind),
	    cmocka_unit_test(test_scopes),
	    cmocka_unit_test(test_disagreement),
	    cmocka_unit_test(test_environment_of_the_server),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_audience),
	    cmocka_unit_test(test_claims_filled_in),
	    cmocka_unit_test(test_claims_of_both),
	    cmocka_unit_test(test_details_of_both),
	    cmocka_unit_test(test_marks_are_kept),
	    cmocka_unit_test(test_token_type),
	};

	return cmocka_run_group_tests_name("facts_both", tests, NULL, NULL);
}
