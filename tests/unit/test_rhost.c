/* SPDX-License-Identifier: ISC */
/* Which rules of a policy's `rhost` are taken, and what they match. */
#include "policy.h"
#include "rhost.h"
#include "stages_make.h"

#include <string.h>

#include "scopegate/cleanup.h"

static void
rules_that_are_refused(void **state)
{
	static const char *const refused[] = {"", " ", "10.0.0.0/33",
	    "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/ 8", "10.0.0.0/+8",
	    "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/1x",
	    "10.0.0.0/0000", "10.0.0.0/4294967304", "10.0.0", "10.0.0.256",
	    "1.2.3.4.5", "010.0.0.1", "1.2.3", "12", "2001:db8::/129",
	    "2001:db8::1/32", "fe80::1%eth0", "[::1]", "::1/", "2001:db8:::1",
	    "::ffff:10.0.0.0/8", "::ffff:10.0.0.1/104", "host..example",
	    ".example", "example.", "host example", "host\texample",
	    "*.example", "host/24", "h\xc3\xb6st.example", "host.example\n",
	    "host.1"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(refused); i++) {
		struct rhost_rule rule = {.family = -1};
		enum status s = rhost_rule_parse(refused[i], &rule);

		if (s == STATUS_OK)
			print_error("accepted: \"%s\"\n", refused[i]);
		assert_int_not_equal(s, STATUS_OK);
		assert_int_equal(rule.family, -1);
	}
}

static void
name_lengths(void **state)
{
	char name[RHOST_MAX + 2];
	struct rhost_rule rule = {.name = NULL};

	(void)state;
	memset(name, 'a', sizeof(name));
	for (size_t i = 63; i < sizeof(name); i += 64)
		name[i] = '.';
	name[RHOST_MAX + 1] = '\0';
	name[RHOST_MAX] = 'b';
	assert_int_equal(rhost_rule_parse(name, &rule), STATUS_TOO_BIG);
	name[RHOST_MAX] = '\0';
	name[RHOST_MAX - 1] = 'b';
	assert_int_equal(rhost_rule_parse(name, &rule), STATUS_OK);
	free(rule.name);
	/* A label has 63 octets at most. */
	name[64] = '\0';
	name[63] = 'a';
	assert_int_equal(rhost_rule_parse(name, &rule), STATUS_INVALID);
	name[63] = '\0';
	assert_int_equal(rhost_rule_parse(name, &rule), STATUS_OK);
	free(rule.name);
}

struct match {
	const char *rule, *rhost;
	bool matches;
};

static const struct match matches[] = {
    {"10.0.0.0/8", "10.255.255.255", true},
    {"10.0.0.0/8", "11.0.0.0", false},
    {"10.0.0.0/8", "9.255.255.255", false},
    {"10.0.0.0/8", "::ffff:10.1.2.3", true},
    {"10.0.0.0/8", "::ffff:a01:203", true},
    {"10.0.0.0/8", "::10.1.2.3", false},
    {"10.0.0.0/8", "a00::", false},
    {"10.0.0.0/8", "10.1.2.3 ", false},
    {"10.0.0.0/8", "10.1.2", false},
    {"10.0.0.0/8", "10.1.2.03", false},
    {"10.0.0.0/8", "10.1.2.3.evil.example", false},
    {"10.0.0.0/8", "", false},
    {"10.0.0.0/8", NULL, false},
    {"10.4.0.0/14", "10.7.255.255", true},
    {"10.4.0.0/14", "10.8.0.0", false},
    {"192.0.2.128/25", "192.0.2.128", true},
    {"192.0.2.128/25", "192.0.2.127", false},
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"192.0.2.1/32", "192.0.2.1", true},
    {"0.0.0.0/0", "203.0.113.9", true},
    {"0.0.0.0/0", "2001:db8::1", false},
    {"0.0.0.0/0", "host.example", false},
    {"0.0.0.0/0", NULL, false},
    {"::/0", "2001:db8::1", true},
    {"::/0", "::ffff:10.0.0.1", false},
    {"::/0", "10.0.0.1", false},
    {"::ffff:10.0.0.0/104", "10.9.9.9", true},
    {"::ffff:10.0.0.0/104", "11.9.9.9", false},
    {"::ffff:192.0.2.1", "192.0.2.1", true},
    {"::1", "::1", true},
    {"::1", "0:0:0:0:0:0:0:1", true},
    {"::1", "::2", false},
    {"2001:db8::/32", "2001:db8:ffff::1", true},
    {"2001:db8::/32", "2001:DB8::1", true},
    {"2001:db8::/32", "2001:db9::1", false},
    {"2001:db8:8000::/33", "2001:db8:8000::1", true},
    {"2001:db8:8000::/33", "2001:db8:7fff::1", false},
    {"fe80::/10", "fe80::1", true},
    {"fe80::/10", "fe80::1%eth0", false},
    {"host.example", "host.example", true},
    {"host.example", "HOST.Example", true},
    {"host.example", "host.example.", false},
    {"host.example", "xhost.example", false},
    {"host.example", "host.exampl", false},
    {"host.example", "a.host.example", false},
    {"host.example", NULL, false},
    {"host_1", "host_1", true},
    {"localhost", "127.0.0.1", false},
};

static void
addresses_and_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(matches); i++) {
		const struct match *m = &matches[i];
		struct rhost_rule rule = {.family = -1};
		struct rhost r = rhost_read(text_of(m->rhost));
		bool got;

		assert_int_equal(rhost_rule_parse(m->rule, &rule), STATUS_OK);
		got = rhost_rule_matches(&rule, &r);
		if (got != m->matches)
			print_error("%s against %s\n", m->rule,
			    m->rhost != NULL ? m->rhost : "nothing");
		assert_int_equal(got, m->matches);
		free(rule.name);
	}
}

/* The text is a view: what follows it, and a NUL inside, must not matter. */
static void
views_are_not_strings(void **state)
{
	static const char inside[] = "10.0.0.1\0.evil";
	struct rhost_rule rule;
	struct rhost r = rhost_read((struct text){"10.0.0.19", 8});

	(void)state;
	assert_int_equal(rhost_rule_parse("10.0.0.1", &rule), STATUS_OK);
	assert_true(rhost_rule_matches(&rule, &r));
	r = rhost_read((struct text){inside, sizeof(inside) - 1});
	assert_false(rhost_rule_matches(&rule, &r));
	assert_int_equal(rhost_rule_parse("10.0.0.0/8", &rule), STATUS_OK);
	assert_false(rhost_rule_matches(&rule, &r));
}

static void
overlong_is_no_address(void **state)
{
	char *s = make_string('1', 4096);
	struct rhost_rule rule;
	struct rhost r = rhost_read(text_of(s));

	(void)state;
	assert_int_equal(rhost_rule_parse("0.0.0.0/0", &rule), STATUS_OK);
	assert_false(rhost_rule_matches(&rule, &r));
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rules_that_are_refused),
	    cmocka_unit_test(name_lengths),
	    cmocka_unit_test(addresses_and_names),
	    cmocka_unit_test(views_are_not_strings),
	    cmocka_unit_test(overlong_is_no_address),
	};

	return cmocka_run_group_tests_name("rhost", tests, NULL, NULL);
}
