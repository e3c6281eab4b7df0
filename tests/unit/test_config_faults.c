/* SPDX-License-Identifier: ISC */
/*
 * One fault a row in a configuration that is good otherwise: each is refused
 * with the file, the line, what is wrong and how to mend it.
 */
#include "config_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"

#define JWT "user_claim = a\nvalidation = jwt\n"

static const struct row {
	unsigned int replaced;      /* which line */
	const char *text;           /* by what */
	unsigned int line;          /* that is told */
	const char *wrong, *remedy; /* parts of the message */
} rows[] = {
    /* The form of lines. */
    {LINE_USER, "usr = root", 3, "unknown key usr", "validatord.conf(5)"},
    {LINE_USER, "User = root", 3, "unknown key User", "validatord.conf(5)"},
    {LINE_USER, "user = root\nuser = bob", 4, "user is set twice", "remove"},
    {LINE_USER, "user", 3, "neither a section", "remove"},
    {LINE_USER, "user : root", 3, "`:` where a `=`", "key = value"},
    {LINE_USER, "user =", 3, "user is empty", "remove the line"},
    {LINE_USER, "user = ; root", 3, "user is empty", "remove the line"},
    {LINE_USER, "user = root # the boss", 3, "` #`", "write ` ;`"},
    {LINE_USER, "user = \"root\"", 3, "quotes", "remove"},
    {LINE_USER, "user = 'root'", 3, "quotes", "remove"},
    {LINE_USER, " user = root", 3, "blank before a key", "remove the blank"},
    {LINE_USER, "user = root\n more", 4, "starts with a blank", "remove"},
    {LINE_USER, "user = ro\001ot", 3, "control character", "remove"},
    {LINE_USER, "user = r\xc3", 3, "not UTF-8", "save"},
    {LINE_VALIDATORD, "\xef\xbb\xbf[validatord]", 1, "byte order", "without"},
    {LINE_VALIDATORD, "user = root\n[validatord]", 1, "before any section",
	"put it below"},
    {LINE_VALIDATORD, " [validatord]", 1, "blank before a section", "remove"},
    {LINE_VALIDATORD, "[validatord", 1, "closing bracket", "write ["},
    {LINE_VALIDATORD, "[validatord] x", 1, "after the bracket", "own"},
    {LINE_VALIDATORD, "[validator]", 1, "unknown section", "conf(5)"},
    {LINE_VALIDATORD, "[validatord x]", 1, "unknown section", "conf(5)"},
    {LINE_BLANK, "[validatord]", 4, "stands there already", "join"},
    {LINE_ISSUER, "[issuer]", 5, "bad name", "a-z 0-9"},
    {LINE_ISSUER, "[issuer Acme]", 5, "bad name", "a-z 0-9"},
    {LINE_ISSUER, "[issuer a b]", 5, "bad name", "a-z 0-9"},
    {LINE_BLANK_TOO, "[issuer acme]", 11, "stands there already", "join"},
    {LINE_REQUIRE, "require = a\n[policy trading-hosts]", 16,
	"stands there already", "join"},
    /* [validatord] */
    {LINE_AUDIT_LOG, "", 1, "lacks audit_log", "add audit_log ="},
    {LINE_AUDIT_LOG, "audit_log = audit.jsonl", 2, "not good", "absolute"},
    {LINE_USER, "user = Root", 3, "no account's name", "^[a-z_]"},
    {LINE_USER, "tools_group = a b", 3, "no account's name", "one name"},
    {LINE_USER, "failure_floor = 300", 3, "not good", "with a unit"},
    {LINE_USER, "failure_floor = 300 ms", 3, "not good", "with a unit"},
    {LINE_USER, "failure_floor = 0.3s", 3, "not good", "with a unit"},
    {LINE_USER, "failure_floor = -1s", 3, "not good", "with a unit"},
    {LINE_USER, "failure_floor = 5001ms", 3, "not good", "to 5s"},
    {LINE_USER, "failure_floor = 99999999999999d", 3, "not good", "to 5s"},
    {LINE_USER, "log_level = loud", 3, "not good", "error warning info debug"},
    {LINE_USER, "cache_entries = 15", 3, "not good", "from 16 to 16384"},
    {LINE_USER, "cache_entries = 16385", 3, "not good", "from 16 to 16384"},
    {LINE_USER, "cache_entries = 16k", 3, "not good", "from 16 to 16384"},
    /* [issuer] */
    {LINE_URL, "", 5, "lacks url", "add url ="},
    {LINE_URL, "url = http://sso.example.com/", 6, "plain http://",
	"write https://"},
    {LINE_URL, "url = http://127.0.0.1:8080", 6, "plain http://",
	"insecure_loopback = yes"},
    {LINE_URL, "url = http://sso.example.com\ninsecure_loopback = yes", 6,
	"plain http://", "write https://"},
    {LINE_URL, "url = http://127.0.0.1.example.com\ninsecure_loopback = yes", 6,
	"plain http://", "write https://"},
    {LINE_URL, "url = http://localhost\ninsecure_loopback = yes", 6,
	"plain http://", "write https://"},
    {LINE_URL, "url = ftp://sso.example.com", 6, "no https:// URL", "write"},
    {LINE_URL, "url = sso.example.com", 6, "no https:// URL", "write"},
    {LINE_URL, "url = HTTPS://sso.example.com", 6, "no https:// URL", "write"},
    {LINE_URL, "url = https://", 6, "no valid host", "write"},
    {LINE_URL, "url = https://127.0.0.1_a", 6, "no valid host", "write"},
    {LINE_URL, "url = https://[::g]", 6, "no valid host", "write"},
    {LINE_URL, "url = https://[::1", 6, "no valid host", "write"},
    {LINE_URL, "url = https://localhost:x@127.0.0.1", 6, "user info",
	"client_secret_file"},
    {LINE_URL, "url = https://sso.example.com?a=b", 6, "query", "without"},
    {LINE_URL, "url = https://sso.example.com#a", 6, "fragment", "without"},
    {LINE_URL, "url = https://sso.example.com\\a", 6, "character", "escape"},
    {LINE_URL, "url = https://sso.example.com/a b", 6, "character", "escape"},
    {LINE_URL, "url = https://sso.example.com:0", 6, "port", "1 to 65535"},
    {LINE_URL, "url = https://sso.example.com:65536", 6, "port", "65535"},
    {LINE_URL, "url = https://sso.example.com:", 6, "port", "leave it out"},
    {LINE_URL, "url = https://sso.example.com:8a", 6, "port", "65535"},
    {LINE_CLIENT_ID,
	"introspection_endpoint = https://x.example.com/i\n"
	"client_id = a",
	7, "another origin", "endpoint_origins = https://x.example.com:443"},
    {LINE_CLIENT_ID,
	"introspection_endpoint = https://sso.example.com/i\n"
	"  https://sso.example.com/j https://y.example.com/i\n"
	"client_id = a",
	7, "another origin", "endpoint_origins = https://y.example.com:443"},
    {LINE_CLIENT_ID,
	"introspection_endpoint = https://sso.example.com/i\n"
	"  https://sso.example.com/i\n"
	"client_id = a",
	8, "introspection_endpoint", "each once"},
    {LINE_CLIENT_ID,
	"introspection_endpoint = https://sso.example.com/1\n"
	"  https://sso.example.com/2 https://sso.example.com/3\n"
	"  https://sso.example.com/4 https://sso.example.com/5\n"
	"  https://sso.example.com/6 https://sso.example.com/7\n"
	"  https://sso.example.com/8 https://sso.example.com/9\n"
	"client_id = a",
	11, "not good", "at most 8"},
    {LINE_CLIENT_ID,
	"introspection_endpoint = https://sso.example.com:444/i\n"
	"client_id = a",
	7, "another origin", "endpoint_origins ="},
    {LINE_CLIENT_ID,
	"introspection_endpoint = http://sso.example.com/i\n"
	"client_id = a",
	7, "plain http://", "https://"},
    {LINE_CLIENT_ID,
	"endpoint_origins = https://x.example.com/i\n"
	"client_id = a",
	7, "has a path", "alone"},
    {LINE_CLIENT_ID, "endpoint_origins = x.example.com\nclient_id = a", 7,
	"no https:// URL", "write"},
    {LINE_CLIENT_ID, "", 5, "lacks client_id", "add client_id ="},
    {LINE_CLIENT_ID, "client_id = \xc3\xa9", 7, "client id cannot have",
	"copy it"},
    {LINE_CLIENT_ID, "client_id = a\nclient_auth = basic", 8, "not good",
	"client_secret_post"},
    {LINE_CLIENT_ID, "client_id = a\nvalidation = jws", 8, "not good",
	"introspect"},
    {LINE_CLIENT_ID, "validation = both", 5, "lacks client_id", "add client"},
    {LINE_SECRET, "", 5, "lacks client_secret_file", "add"},
    {LINE_SECRET, "client_secret_file = secret", 8, "not good", "absolute"},
    {LINE_SECRET, "client_secret_file = $/none", 8, "does not exist",
	"install -m 0600"},
    {LINE_SECRET, "client_secret_file = $", 8, "no regular file", "put"},
    {LINE_AUDIENCE, "", 5, "lacks audience", "add audience ="},
    {LINE_AUDIENCE, "audience = a b", 9, "holds a blank", "one word"},
    {LINE_AUDIENCE, "audience = a\nexpiry = never", 10, "not good",
	"required none"},
    {LINE_USER_CLAIM, "", 5, "both missing", "add `user_claim"},
    {LINE_USER_CLAIM, "user_claim = a\nuser_map = /m", 11, "only one",
	"remove one"},
    {LINE_USER_CLAIM, "user_claim = a b", 10, "holds a blank", "one word"},
    {LINE_USER_CLAIM, "user_claim = /name", 10, "at the top", "without the"},
    {LINE_USER_CLAIM, "user_claim = a\ncache = 301s", 11, "not good", "to 5m"},
    {LINE_USER_CLAIM, "user_claim = a\nleeway = 61s", 11, "not good", "to 1m"},
    {LINE_USER_CLAIM, "user_claim = a\nbreaker = maybe", 11, "not good",
	"yes or no"},
    {LINE_USER_CLAIM, "user_claim = a\nca_file = /nowhere/ca.pem", 11,
	"cannot be read", "PEM"},
    /* [issuer], what it signs */
    {LINE_USER_CLAIM, "user_claim = a\njwks_uri = https://sso.example.com/k",
	11, "says nothing without", "remove it"},
    {LINE_USER_CLAIM, "user_claim = a\njwks_file = $/keys", 11,
	"says nothing without", "remove it"},
    {LINE_USER_CLAIM, JWT "jwks_file = $/keys\njwks_uri = https://a.example",
	12, "beside jwks_uri", "remove one"},
    {LINE_USER_CLAIM, JWT "jwks_uri = http://sso.example.com/k", 12,
	"plain http://", "write https://"},
    {LINE_USER_CLAIM, JWT "jwks_uri = https://sso.example.com/k#x", 12,
	"fragment", "without"},
    {LINE_USER_CLAIM, JWT "jwks_uri = keys.json", 12, "no https:// URL",
	"write"},
    {LINE_USER_CLAIM, JWT "expiry = none", 12, "must state",
	"remove it"},
    {LINE_AUDIENCE, "audience = none\nvalidation = jwt\njwt_profile = lax", 9,
	"any other app", "the audience of this host"},
    {LINE_AUDIENCE, "audience = none\nvalidation = both\njwt_profile = lax",
	9, "any other app", "the audience of this host"},
    {LINE_AUDIENCE, "validation = jwt", 5, "lacks audience",
	"add audience ="},
    {LINE_USER_CLAIM, JWT "jwt_algorithms = HS256", 12, "HS256, which is not",
	"there are RS256"},
    {LINE_USER_CLAIM, JWT "jwt_algorithms = RS256 none", 12, "none, which is",
	"there are RS256"},
    {LINE_USER_CLAIM, JWT "jwt_algorithms = rs256", 12, "rs256, which is not",
	"there are RS256"},
    {LINE_USER_CLAIM, JWT "jwt_algorithms = EdDSA Ed25519", 12, "twice",
	"there are RS256"},
    {LINE_USER_CLAIM, JWT "jwt_algorithms = RS256 RS256", 12, "not good",
	"each once"},
    {LINE_USER_CLAIM, JWT "jwt_profile = loose", 12, "not good", "strict lax"},
    {LINE_USER_CLAIM, JWT "jwks_refresh = 9s", 12, "not good", "from 10s"},
    {LINE_USER_CLAIM, JWT "jwks_refresh = 25h", 12, "not good", "to 1d"},
    {LINE_USER_CLAIM, JWT "jwks_stale = 73h", 12, "not good", "to 3d"},
    {LINE_USER_CLAIM, JWT "max_lifetime = 59s", 12, "not good", "from 1m"},
    {LINE_USER_CLAIM, JWT "max_lifetime = 8d", 12, "not good", "to 7d"},
    {LINE_USER_CLAIM, JWT "jwks_file = keys", 12, "not good", "absolute"},
    {LINE_USER_CLAIM, JWT "jwks_file = $/nokeys", 12, "cannot be read",
	"create it"},
    {LINE_USER_CLAIM, JWT "jwks_file = $", 12, "no", "name one"},
    /* [policy] */
    {LINE_SERVICE, "", 12, "lacks service", "add service ="},
    {LINE_SERVICE, "service = SSHD", 13, "capital letter", "small letters"},
    {LINE_SERVICE, "service = /etc/pam.d/sshd", 13, "slash", "as /etc/pam.d"},
    {LINE_SERVICE, "service = sshd sshd", 13, "not good", "each once"},
    {LINE_SERVICE, "service = sshd\nuser = Bob", 14, "no local user", "^[a-z"},
    {LINE_SERVICE, "service = sshd\nrhost = 10.0.0.1/8", 14, "no address",
	"10.0.0.0/8"},
    {LINE_SERVICE, "service = sshd\nrhost = 10.0.0.256", 14, "no address",
	"host.example"},
    {LINE_POLICY_ISSUER, "", 12, "lacks issuer", "add issuer ="},
    {LINE_POLICY_ISSUER, "issuer = acne", 14, "issuer acne is not known",
	"such as acme"},
    {LINE_REQUIRE, "", 12, "any token would do", "add `require"},
    {LINE_REQUIRE, "refuse = bad", 12, "any token would do", "add `require"},
    {LINE_REQUIRE, "max_age = 1h", 12, "any token would do", "add `require"},
    {LINE_REQUIRE, "require = a\\b", 15, "scope cannot have", "blanks"},
    {LINE_REQUIRE, "require = a \"b", 15, "scope cannot have", "quotes"},
    {LINE_REQUIRE, "require = a a", 15, "not good", "each once"},
    {LINE_REQUIRE, "require = a\n b # c", 16, "` #`", "write ` ;`"},
    {LINE_REQUIRE, "require = a\nlogin = token other", 16, "no way to sign in",
	"browser or device"},
    {LINE_REQUIRE, "require = a\nlogin = token token", 16, "not good",
	"each once"},
    {LINE_REQUIRE, "require = a\n a", 16, "not good", "each once"},
    {LINE_REQUIRE, "require = a\n  refuse = b", 16, "blank before a key",
	"remove the blank"},
    {LINE_REQUIRE, "require = a b\nrefuse = c b", 16, "refuse b is also",
	"remove it"},
    {LINE_REQUIRE, "require_any = a b\nrefuse = b a", 16, "every scope",
	"remove one"},
    {LINE_REQUIRE, "claim = acr", 15, "is no rule", "NAME in VALUE"},
    {LINE_REQUIRE, "claim = acr in", 15, "is no rule", "NAME in VALUE"},
    {LINE_REQUIRE, "claim = acr is gold", 15, "is no rule", "NAME in VALUE"},
    {LINE_REQUIRE, "claim = acr in gold gold", 15, "twice", "remove one"},
    {LINE_REQUIRE, "claim = /a/~2 in x", 15, "no ~0 or ~1", "write ~0 for"},
    {LINE_REQUIRE, "claim = /a/b~ in x", 15, "no ~0 or ~1", "write ~0 for"},
    {LINE_REQUIRE, "claim = /groups in x", 15, "at the top", "without the"},
    {LINE_REQUIRE, "claim = / in x", 15, "at the top", "without the"},
    {LINE_REQUIRE, "claim = /a/b/c/d/e/f in x", 15, "five levels", "higher"},
    {LINE_REQUIRE, "require = a\nssh_key = /k", 16, "at the top", "without"},
    {LINE_REQUIRE, "require = a, b", 15, "comma after", "blanks alone"},
    {LINE_REQUIRE, "require_any = a b,", 15, "comma after", "blanks alone"},
    {LINE_REQUIRE, "require = a\nrefuse = b,", 16, "comma after", "blanks"},
    {LINE_REQUIRE, "require = a\nenv = demo", 16, "not good", "any paper live"},
    {LINE_REQUIRE, "require = a\nmax_age = 0s", 16, "not good", "from 1s"},
};

static void
test_rows(void **state)
{
	struct config_made m;

	(void)state;
	config_make(&m);
	config_unref(config_make_good(&m));
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct row *r = &rows[i];
		struct config *c = NULL;
		struct conf_error e = {.text = ""};

		config_make_main(&m, r->replaced, r->text);
		if (config_make_load(&m, &c, &e) == STATUS_OK)
			fail_msg("`%s` passes", r->text);
		assert_null(c);
		if (e.line != r->line || strcmp(e.file, m.path) != 0 ||
		    strstr(e.text, r->wrong) == NULL ||
		    strstr(e.text, r->remedy) == NULL)
			fail_msg(
			    "`%s`: %s:%u: %s", r->text, e.file, e.line, e.text);
	}
	config_make_done(&m);
}

/* What a configuration must have as a whole. */
static void
test_missing_sections(void **state)
{
	static const struct {
		const char *text, *wrong, *remedy;
	} cases[] = {
	    {"", "no [validatord] section", "audit_log"},
	    {"# nothing\n\n; here\n", "no [validatord] section", "audit_log"},
	    {"[validatord]\naudit_log = /a\n", "no [issuer NAME]", "add one"},
	    {"[validatord]\naudit_log = /a\nuser = nobody\n[issuer a]\n"
	     "url = https://a.example\nclient_id = a\nuser_claim = u\n"
	     "client_secret_file = $/secret\naudience = x\n",
		"no [policy NAME]", "policy.d"},
	};
	struct config_made m;

	(void)state;
	config_make(&m);
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct config *c = NULL;
		struct conf_error e = {.text = ""};

		config_make_file(&m, "v.conf", cases[i].text, 0644);
		assert_int_not_equal(config_make_load(&m, &c, &e), STATUS_OK);
		if (strstr(e.text, cases[i].wrong) == NULL ||
		    strstr(e.text, cases[i].remedy) == NULL)
			fail_msg("%zu: %s", i, e.text);
	}
	config_make_done(&m);
}

/* The line after its limit is refused, and is not cut. */
static void
test_limits(void **state)
{
	struct config_made m;
	char line[256] = "url = https://sso.example.com/";
	size_t at = strlen(line);

	(void)state;
	config_make(&m);
	for (size_t n = CONF_LINE_MAX; n <= CONF_LINE_MAX + 1; n++) {
		struct config *c = NULL;
		struct conf_error e = {.text = ""};
		enum status s;

		memset(line + at, 'p', n - at);
		line[n] = '\0';
		config_make_main(&m, LINE_URL, line);
		s = config_make_load(&m, &c, &e);
		assert_int_equal(s == STATUS_OK, n == CONF_LINE_MAX);
		if (s == STATUS_OK)
			assert_int_equal(
			    strlen(c->issuers[0].url), n - strlen("url = "));
		else
			assert_non_null(strstr(e.text, "longer than 196"));
		config_unref(c);
	}
	config_make_done(&m);
}

static void
test_name_limit(void **state)
{
	struct config_made m;
	char text[128] = "[policy ";

	(void)state;
	config_make(&m);
	for (size_t n = CONF_NAME_MAX; n <= CONF_NAME_MAX + 1; n++) {
		struct config *c = NULL;
		struct conf_error e = {.text = ""};
		enum status s;

		memset(text + 8, 'p', n);
		memcpy(text + 8 + n, "]", 2);
		config_make_main(&m, LINE_POLICY, text);
		s = config_make_load(&m, &c, &e);
		assert_int_equal(s == STATUS_OK, n == CONF_NAME_MAX);
		if (s == STATUS_OK)
			assert_int_equal(strlen(c->policies[0].name), n);
		config_unref(c);
	}
	config_make_done(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_missing_sections),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_name_limit),
	};

	return cmocka_run_group_tests_name("config_faults", tests, NULL, NULL);
}
