/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "address.h"
#include "scopegate/cleanup.h"

/* What is an address, what is a network, and who is in it. */

static void
test_addresses(void **state)
{
	static const struct {
		const char *text, *as; /* NULL: none */
		bool loopback;
	} cases[] = {
	    {"192.0.2.1", "192.0.2.1", false},
	    {"::ffff:192.0.2.1", "192.0.2.1", false},
	    {"2001:DB8:0:0::1", "2001:db8::1", false},
	    {"fe80::1%eth0", "fe80::1", false},
	    {"127.0.0.1", "127.0.0.1", true},
	    {"127.9.9.9", "127.9.9.9", true},
	    {"::ffff:127.0.0.1", "127.0.0.1", true},
	    {"::1", "::1", true},
	    {"::2", "::2", false},
	    {"128.0.0.1", "128.0.0.1", false},
	    {"", NULL, false},
	    {"192.0.2", NULL, false},
	    {"192.0.2.1 ", NULL, false},
	    {"192.0.2.256", NULL, false},
	    {"192.0.2.1:80", NULL, false},
	    {"[::1]", NULL, false},
	    {"unknown", NULL, false},
	    {"1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111", NULL,
		false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		char text[ADDRESS_TEXT_SIZE];
		struct address a;

		print_message("# %s\n", cases[i].text);
		assert_int_equal(
		    address_parse(cases[i].text, &a), cases[i].as != NULL);
		if (cases[i].as == NULL)
			continue;
		address_text(&a, text);
		assert_string_equal(text, cases[i].as);
		assert_int_equal(address_is_loopback(&a), cases[i].loopback);
	}
}

static void
test_networks(void **state)
{
	static const struct {
		const char *network, *address; /* NULL: no network */
		bool inside;
	} cases[] = {
	    {"192.0.2.0/24", "192.0.2.255", true},
	    {"192.0.2.0/24", "192.0.3.0", false},
	    {"192.0.2.77/24", "192.0.2.1", true},
	    {"192.0.2.1", "192.0.2.1", true},
	    {"192.0.2.1", "192.0.2.2", false},
	    {"10.0.0.0/9", "10.127.0.0", true},
	    {"10.0.0.0/9", "10.128.0.0", false},
	    {"0.0.0.0/0", "203.0.113.1", true},
	    {"0.0.0.0/0", "2001:db8::1", false},
	    {"::/0", "2001:db8::1", true},
	    {"2001:db8::/32", "2001:db8:ffff::1", true},
	    {"2001:db8::/32", "2001:db9::1", false},
	    {"::ffff:0:0/96", "192.0.2.1", true},
	    {"::1", "::1", true},
	    {"192.0.2.0/33", NULL, false},
	    {"2001:db8::/129", NULL, false},
	    {"192.0.2.0/", NULL, false},
	    {"192.0.2.0/-1", NULL, false},
	    {"192.0.2.0/8x", NULL, false},
	    {"/8", NULL, false},
	    {"fe80::1%eth0", NULL, false},
	    {"loopback", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct network n;
		struct network_list l = {&n, 1};
		struct address a;

		print_message("# %s\n", cases[i].network);
		assert_int_equal(network_parse(cases[i].network, &n),
		    cases[i].address != NULL);
		if (cases[i].address == NULL)
			continue;
		assert_true(address_parse(cases[i].address, &a));
		assert_int_equal(network_list_holds(&l, &a), cases[i].inside);
	}
}

static void
test_sites(void **state)
{
	struct address a, b, site;

	(void)state;
	assert_true(address_parse("2001:db8:1:2:3:4:5:6", &a));
	assert_true(address_parse("2001:db8:1:2::", &b));
	site = address_site(&a);
	assert_memory_equal(&site, &b, sizeof(b));
	assert_true(address_parse("192.0.2.77", &a));
	site = address_site(&a);
	assert_memory_equal(&site, &a, sizeof(a));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_networks),
	    cmocka_unit_test(test_sites),
	};

	return cmocka_run_group_tests_name(
	    "gatewayd address", tests, NULL, NULL);
}
