/* SPDX-License-Identifier: ISC */
/* Which policy decides: the first in order that matches all it names. */
#include "policy.h"
#include "stages_make.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "service_index.h"

static struct policy
policy_make(const char *name, const char *services, const char *users,
    const char *rhost)
{
	struct policy p = {.name = strdup(name),
	    .services = make_words(services),
	    .users = make_words(users),
	    .login = LOGIN_TOKEN};

	if (rhost != NULL) {
		p.rhosts = calloc(1, sizeof(*p.rhosts));
		p.rhost_count = 1;
		assert_int_equal(rhost_rule_parse(rhost, p.rhosts), STATUS_OK);
	}
	return p;
}

struct choice {
	const char *service, *user, *rhost, *only;
	const char *policy; /* NULL: none */
};

static const struct choice choices[] = {
    {"sshd", "alice", "10.0.0.1", NULL, "inside"},
    {"sshd", "alice", "::ffff:10.0.0.1", NULL, "inside"},
    {"sshd", "alice", "11.0.0.1", NULL, "alices"},
    {"sshd", "alice", NULL, NULL, "alices"},
    {"sshd", "carol", NULL, NULL, "alices"},
    {"sshd", "bob", "11.0.0.1", NULL, "everybody"},
    {"sshd", "Alice", "11.0.0.1", NULL, "everybody"},
    {"sshd", "bob", "11.0.0.1", "everybody", "everybody"},
    {"sshd", "bob", "11.0.0.1", "alices", NULL},
    {"sshd", "alice", "10.0.0.1", "everybody", "everybody"},
    {"sshd", "alice", "10.0.0.1", "Everybody", NULL},
    {"sshd", "alice", "10.0.0.1", "sudo-only", NULL},
    {"sshd", "alice", "10.0.0.1", "", NULL},
    {"sudo", "alice", "10.0.0.1", NULL, "sudo-only"},
    {"sudo-i", "bob", NULL, NULL, "sudo-only"},
    {"login", "alice", "10.0.0.1", NULL, NULL},
    {"ssh", "alice", "10.0.0.1", NULL, NULL},
    {"SSHD", "alice", "10.0.0.1", NULL, NULL},
    {"sshd ", "alice", "10.0.0.1", NULL, NULL},
    {"", "alice", "10.0.0.1", NULL, NULL},
    {NULL, "alice", "10.0.0.1", NULL, NULL},
};

static void
first_match_decides(void **state)
{
	struct policy policies[] = {
	    policy_make("inside", "sshd", "", "10.0.0.0/8"),
	    policy_make("alices", "sshd", "alice carol", NULL),
	    policy_make("sudo-only", "sudo sudo-i", "", NULL),
	    policy_make("everybody", "sshd", "", NULL),
	};
	struct config c = {
	    .policies = policies, .policy_count = ELEMENTS(policies)};

	(void)state;
	assert_int_equal(service_index_build(&c), STATUS_OK);
	for (size_t i = 0; i < ELEMENTS(choices); i++) {
		const struct choice *w = &choices[i];
		const struct policy *p = policy_choose(&c, text_of(w->service),
		    text_of(w->user), text_of(w->rhost), text_of(w->only));

		if ((p == NULL) != (w->policy == NULL))
			print_error("row %zu\n", i);
		if (w->policy == NULL) {
			assert_null(p);
		} else {
			assert_non_null(p);
			assert_string_equal(p->name, w->policy);
		}
	}
	service_index_free(c.services);
	for (size_t i = 0; i < ELEMENTS(policies); i++)
		policy_done(&policies[i]);
}

/* Many services: each finds its own list, in order, and only that. */
static void
index_of_many_services(void **state)
{
	enum { MANY = 500 };
	struct policy *policies = calloc(2 * MANY, sizeof(*policies));
	struct config c = {.policies = policies, .policy_count = 2 * MANY};

	(void)state;
	for (size_t i = 0; i < 2 * MANY; i++) {
		char service[16], name[16];

		snprintf(service, sizeof(service), "s%zu", i % MANY);
		snprintf(name, sizeof(name), "p%zu", i);
		policies[i] = policy_make(name, service, "", NULL);
	}
	assert_int_equal(service_index_build(&c), STATUS_OK);
	assert_int_equal(service_index_build(&c), STATUS_OK); /* anew */
	for (size_t i = 0; i < MANY; i++) {
		const struct policy *const *found;
		size_t count;

		found = service_index_find(
		    c.services, text_of(policies[i].services.words[0]), &count);
		assert_int_equal(count, 2);
		assert_ptr_equal(found[0], &policies[i]);
		assert_ptr_equal(found[1], &policies[i + MANY]);
	}
	service_index_free(c.services);
	for (size_t i = 0; i < 2 * MANY; i++)
		policy_done(&policies[i]);
	free(policies);
}

static void
no_policies_no_match(void **state)
{
	struct config c = {.policy_count = 0};
	struct text none = {0};

	(void)state;
	assert_null(policy_choose(&c, text_of("sshd"), none, none, none));
	assert_int_equal(service_index_build(&c), STATUS_OK);
	assert_null(policy_choose(&c, text_of("sshd"), none, none, none));
	service_index_free(c.services);
	service_index_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(first_match_decides),
	    cmocka_unit_test(index_of_many_services),
	    cmocka_unit_test(no_policies_no_match),
	};

	return cmocka_run_group_tests_name("policy_choose", tests, NULL, NULL);
}
