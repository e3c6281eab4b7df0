/* SPDX-License-Identifier: ISC */
/* `jwks_file`: whose it is, who may write it, and that each key in it counts.
 */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "issuer_keys.h"
#include "scopegate/cleanup.h"

#define LINES "user_claim = a\nvalidation = jwt\njwks_file = $/keys"

/* NULL: the configuration is good. */
static void
expect(const struct config_made *m, const char *wrong, const char *remedy)
{
	struct config *c = NULL;
	struct conf_error e = {.text = ""};
	enum status s;

	config_make_main(m, LINE_USER_CLAIM, LINES);
	s = config_make_load(m, &c, &e);
	if ((s == STATUS_OK) != (wrong == NULL) ||
	    (wrong != NULL && (e.line != 12 || strstr(e.text, wrong) == NULL ||
				  strstr(e.text, remedy) == NULL)))
		fail_msg("%s: %s:%u: %s", wrong != NULL ? wrong : "good",
		    e.file, e.line, e.text);
	if (s == STATUS_OK)
		assert_int_equal(c->issuers[0].signing.static_keys->count, 1);
	config_unref(c);
}

static char *
key_set(const char *algorithm, bool named, const char *before)
{
	struct jws_key k;
	struct buf b;

	jws_key_make(&k, algorithm, "k-1");
	buf_init(&b, JWS_MADE_MAX);
	(void)buf_format(&b, "{\"keys\":[%s", before);
	jws_key_write(&k, named, &b);
	(void)buf_append_string(&b, "]}");
	jws_key_done(&k);
	return buf_take(&b);
}

static void
test_owners_and_modes(void **state)
{
	static const struct {
		mode_t mode;
		const char *owner, *wrong, *remedy;
	} rows[] = {
	    {0644, "root", NULL, NULL},
	    {0444, "root", NULL, NULL},
	    {0600, "nobody", NULL, NULL}, /* the daemon's user here */
	    {0644, "nobody", NULL, NULL},
	    {0664, "root", "written by others", "chmod go-w"},
	    {0646, "root", "written by others", "chmod go-w"},
	    {0644, "daemon", "does not belong", "chown"},
	    {0600, "root", "cannot be read by", "chmod a+r"},
	};
	_cleanup_(free_ptr) char *good = key_set("ES256", true, "");
	struct config_made m;

	(void)state;
	config_make(&m);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		bool own = rows[i].wrong == NULL ||
			   strstr(rows[i].wrong, "written") != NULL;

		/* Only root can give a file away. */
		if (geteuid() != 0 && !own)
			continue;
		config_make_file(&m, "keys", good, rows[i].mode);
		config_make_give(&m, "keys", rows[i].owner);
		expect(&m, rows[i].wrong, rows[i].remedy);
	}
	config_make_done(&m);
}

/* The operator wrote it, so nothing in it is passed over in silence. */
static void
test_content(void **state)
{
	static const struct {
		const char *text, *wrong;
	} rows[] = {
	    {"", "is not good"},
	    {"{", "is not good"},
	    {"[]", "is not good"},
	    {"{\"keys\":{}}", "is not good"},
	    {"{\"keys\":[]}", "it holds no key"},
	    {"{\"keys\":[{}]}", "key 1: "},
	    {"{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
		"key 1: it holds private members"},
	    {"-----BEGIN PUBLIC KEY-----\n", "is not good"},
	};
	_cleanup_(free_ptr) char *second = key_set("ES256", true, "{},");
	_cleanup_(free_ptr) char *unwanted = key_set("ES256", true, "");
	struct config_made m;

	(void)state;
	config_make(&m);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		config_make_file(&m, "keys", rows[i].text, 0644);
		expect(&m, rows[i].wrong, "mend the file");
	}
	config_make_file(&m, "keys", second, 0644);
	expect(&m, "key 1: ", "mend the file");
	config_make_file(&m, "keys", unwanted, 0644);
	expect(&m, NULL, NULL);
	config_make_done(&m);
}

static void
test_size(void **state)
{
	_cleanup_(free_ptr) char *good = key_set("ES256", false, "");
	char *big = malloc(JSON_DOCUMENT_MAX + 2);
	size_t length = strlen(good);
	struct config_made m;

	(void)state;
	assert_non_null(big);
	config_make(&m);
	for (size_t n = JSON_DOCUMENT_MAX; n <= JSON_DOCUMENT_MAX + 1; n++) {
		memset(big, ' ', n);
		memcpy(big + n - length, good, length + 1);
		config_make_file(&m, "keys", big, 0644);
		expect(&m, n > JSON_DOCUMENT_MAX ? "over 256 KiB" : NULL,
		    "leave old keys out");
	}
	free(big);
	config_make_done(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_owners_and_modes),
	    cmocka_unit_test(test_content),
	    cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests_name("config_signing", tests, NULL, NULL);
}
