/* SPDX-License-Identifier: ISC */
/* What a question held of a token is gone when the question is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fetch/transfer.h"

static unsigned int lines, lines_with_token;

void __real_curl_slist_free_all(struct curl_slist *list);
void __wrap_curl_slist_free_all(struct curl_slist *list);

void
__wrap_curl_slist_free_all(struct curl_slist *list)
{
	for (struct curl_slist *l = list; l != NULL; l = l->next) {
		lines++;
		lines_with_token += strstr(l->data, "octets") != NULL;
	}
	__real_curl_slist_free_all(list);
}

static void
test_headers(void **state)
{
	const struct issuer issuer = {0};
	struct transfer *t = transfer_new(&issuer);

	(void)state;
	assert_non_null(t);
	t->headers = curl_slist_append(NULL, "Authorization: Bearer octets");
	t->headers = curl_slist_append(t->headers, "X-Token: octets");
	assert_int_equal(secret_set(&t->form, "token=octets", 12), STATUS_OK);
	transfer_reset(t);
	assert_int_equal(lines, 2);
	assert_int_equal(lines_with_token, 0);
	assert_null(t->headers);
	assert_int_equal(t->form.length, 0);
	transfer_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_headers),
	};

	return cmocka_run_group_tests_name("fetch_wipe", tests, NULL, NULL);
}
