/* SPDX-License-Identifier: ISC */
/* A handle finds its own facts, spelt exactly, for a while, and no others. */
#include "handles.h"
#include "stages_make.h"

#include <ctype.h>
#include <string.h>

#define START INT64_C(1000000000)
#define LIFE_US ((int64_t)HANDLE_LIFE_MS * 1000)

static int
setup(void **state)
{
	*state = handles_new();
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	handles_free(*state);
	return 0;
}

static void
add(struct handles *h, const char *user, struct facts *f, int64_t now,
    char ret[33])
{
	struct handle_entry entry = {
	    .service = "sshd", .issuer = "acme", .policy = "hosts",
	    .ssh_key = "SHA256:x", .facts = f};

	memcpy(entry.user, user, strlen(user) + 1);
	assert_true(handles_add(h, &entry, now, ret));
}

static void
finds_what_was_added(void **state)
{
	struct handles *h = *state;
	struct facts *f = make_facts();
	const struct handle_entry *e;
	char one[33], two[33];

	add(h, "alice", f, START, one);
	add(h, "bob", f, START, two);
	assert_int_equal(f->references, 3);
	assert_string_not_equal(one, two);
	e = handles_find(h, text_of(one), START);
	assert_non_null(e);
	assert_string_equal(e->user, "alice");
	assert_string_equal(e->service, "sshd");
	assert_string_equal(e->issuer, "acme");
	assert_string_equal(e->policy, "hosts");
	assert_string_equal(e->ssh_key, "SHA256:x");
	assert_ptr_equal(e->facts, f);
	assert_string_equal(handles_find(h, text_of(two), START)->user, "bob");
	handles_flush(h);
	assert_int_equal(f->references, 1);
	assert_null(handles_find(h, text_of(one), START));
	facts_unref(f);
}

static void
only_its_own_spelling(void **state)
{
	struct handles *h = *state;
	struct facts *f = make_facts();
	char handle[33], longer[40], other[33];
	struct text none = {0};

	/* One with a letter in it, to change the case of. */
	do {
		handles_flush(h);
		add(h, "alice", f, START, handle);
	} while (strpbrk(handle, "abcdef") == NULL);
	assert_int_equal(strlen(handle), 32);
	assert_int_equal(strspn(handle, "0123456789abcdef"), 32);
	assert_null(handles_find(h, none, START));
	assert_null(handles_find(h, text_of(""), START));
	assert_null(handles_find(h, (struct text){handle, 31}, START));
	assert_null(handles_find(h, (struct text){handle, 33}, START));
	memcpy(longer, handle, 32);
	memcpy(longer + 32, "00", 3);
	assert_null(handles_find(h, text_of(longer), START));
	for (size_t i = 0; i <= 32; i++)
		other[i] = (char)toupper((unsigned char)handle[i]);
	assert_null(handles_find(h, text_of(other), START));
	memcpy(other, handle, 33);
	other[31] = other[31] == '0' ? '1' : '0';
	assert_null(handles_find(h, text_of(other), START));
	other[0] = '\0';
	assert_null(handles_find(h, (struct text){other, 32}, START));
	assert_non_null(handles_find(h, text_of(handle), START));
	facts_unref(f);
}

static void
forgotten_after_its_life(void **state)
{
	struct handles *h = *state;
	struct facts *f = make_facts();
	char handle[33];

	add(h, "alice", f, START, handle);
	assert_non_null(handles_find(h, text_of(handle), START + LIFE_US - 1));
	assert_null(handles_find(h, text_of(handle), START + LIFE_US));
	assert_int_equal(f->references, 1);
	facts_unref(f);
}

static void
bounded(void **state)
{
	struct handles *h = *state;
	struct facts *f = make_facts();
	char first[33], second[33], handle[33];

	add(h, "alice", f, START, first);
	add(h, "bob", f, START, second);
	for (unsigned int i = 2; i < HANDLES_MAX; i++)
		add(h, "x", f, START, handle);
	assert_int_equal(f->references, 1 + HANDLES_MAX);
	assert_non_null(handles_find(h, text_of(first), START));
	add(h, "x", f, START, handle);
	assert_int_equal(f->references, 1 + HANDLES_MAX);
	assert_null(handles_find(h, text_of(second), START));
	assert_non_null(handles_find(h, text_of(first), START));
	handles_flush(h);
	facts_unref(f);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(finds_what_was_added),
	    TEST(only_its_own_spelling),
	    TEST(forgotten_after_its_life),
	    TEST(bounded),
	};

	handles_free(NULL);
	return cmocka_run_group_tests_name("handles", tests, NULL, NULL);
}
