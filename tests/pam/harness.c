/* SPDX-License-Identifier: ISC */
/*
 * The module under test differs from the product by two arguments (socket,
 * server_uid), so that all of this runs as an ordinary user. Accounts come
 * from getpwnam_r below: the program's symbols precede libc's for what libpam
 * loads.
 */
#include "harness.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BIG_ACCOUNT (100 * 1024)

const struct script script_allow = {
    .ack = true,
    .verdict = VERDICT_ALLOW,
    .reason = REASON_GRANTED,
    .handle = HANDLE,
};

enum way harness_way = BY_CONVERSATION;

static char folder[64];

struct fake_account {
	const char *name;  /* asked for */
	const char *found; /* as the directory writes it */
	uid_t uid;
	int error;
};

static const struct fake_account accounts[] = {
    {"alice", "alice", 1500, 0}, {"first", "first", 1000, 0},
    {"last", "last", 60000, 0}, {"low", "low", 999, 0},
    {"high", "high", 60001, 0}, {"root", "root", 0, 0}, {"toor", "toor", 0, 0},
    {"folded", "Folded", 1500, 0}, {"longer", "longername", 1500, 0},
    {"directory.down", NULL, 0, EIO}, {"enoent", NULL, 0, ENOENT},
    {"big", "big", 1500, ERANGE},        /* until the buffer is large enough */
    {"endless", "endless", 1500, E2BIG}, /* ERANGE for ever */
};

__attribute__((visibility("default"))) int
getpwnam_r(const char *name, struct passwd *pwd, char *buffer, size_t size,
    struct passwd **result)
{
	*result = NULL;
	for (size_t i = 0; i < ELEMENTS(accounts); i++) {
		const struct fake_account *a = &accounts[i];

		if (strcmp(a->name, name) != 0)
			continue;
		if (a->error == E2BIG ||
		    (a->error == ERANGE && size < BIG_ACCOUNT))
			return ERANGE;
		if (a->error != 0 && a->error != ERANGE)
			return a->error;
		(void)snprintf(buffer, size, "%s", a->found);
		*pwd = (struct passwd){.pw_name = buffer, .pw_uid = a->uid};
		*result = pwd;
		return 0;
	}
	return 0;
}

int
harness_setup(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	if (base == NULL || strlen(base) > 30)
		base = "/tmp";
	(void)snprintf(folder, sizeof(folder), "%s/sg-pam.XXXXXX", base);
	return mkdtemp(folder) != NULL ? 0 : -1;
}

int
harness_teardown(void **state)
{
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/gate", folder);
	(void)unlink(path);
	/* Left by a test that failed before it stopped its daemon. */
	(void)snprintf(path, sizeof(path), "%s/s", folder);
	(void)unlink(path);
	return rmdir(folder);
}

const char *
harness_folder(void)
{
	return folder;
}

int64_t
harness_now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int
harness_code(enum pam_answer answer)
{
	static const int codes[] = {
	    [PAM_ANSWER_SYSTEM_ERR] = PAM_SYSTEM_ERR,
	    [PAM_ANSWER_SUCCESS] = PAM_SUCCESS,
	    [PAM_ANSWER_AUTH_ERR] = PAM_AUTH_ERR,
	    [PAM_ANSWER_ACCT_EXPIRED] = PAM_ACCT_EXPIRED,
	    [PAM_ANSWER_PERM_DENIED] = PAM_PERM_DENIED,
	    [PAM_ANSWER_MAXTRIES] = PAM_MAXTRIES,
	    [PAM_ANSWER_AUTHINFO_UNAVAIL] = PAM_AUTHINFO_UNAVAIL,
	};

	assert_true((size_t)answer < ELEMENTS(codes));
	return codes[answer];
}

static char *
answer_one(struct login *l, const char *prompt)
{
	static const char *const once[] = {TOKEN, NULL};
	const char *const *answers =
	    l->attempt->answers != NULL ? l->attempt->answers : once;
	const char *answer = answers[l->answered];

	(void)snprintf(l->last_prompt, sizeof(l->last_prompt), "%s", prompt);
	if (l->prompts < PROMPTS_MAX)
		(void)snprintf(l->prompt[l->prompts],
		    sizeof(l->prompt[l->prompts]), "%s", prompt);
	l->prompts++;
	if (answer == NULL)
		return NULL;
	if (l->answered++ == 0 && l->attempt->switch_user != NULL)
		(void)pam_set_item(l->ph, PAM_USER, l->attempt->switch_user);
	l->answered_us = harness_now_us();
	return strdup(answer);
}

static int
converse(int count, const struct pam_message **messages,
    struct pam_response **ret, void *context)
{
	struct login *l = context;
	struct pam_response *responses =
	    calloc((size_t)count, sizeof(*responses));

	for (int i = 0; i < count; i++) {
		const struct pam_message *m = messages[i];

		if (m->msg_style == PAM_PROMPT_ECHO_OFF) {
			responses[i].resp = answer_one(l, m->msg);
		} else if (m->msg_style == PAM_ERROR_MSG) {
			(void)snprintf(
			    l->error, sizeof(l->error), "%s", m->msg);
			l->errors++;
		} else {
			l->wrong_styles++;
		}
	}
	if (l->attempt->no_response && l->prompts > 0) {
		free(responses[0].resp);
		free(responses);
		responses = NULL;
	}
	*ret = responses;
	return l->attempt->conversation;
}

static const char *
socket_of(const struct attempt *a)
{
	return a->tools ? "tools.sock" : "s";
}

static int
go_by_token(void **state)
{
	(void)state;
	harness_way = BY_TOKEN;
	return 0;
}

static int
go_by_conversation(void **state)
{
	(void)state;
	harness_way = BY_CONVERSATION;
	return 0;
}

int
harness_run(const struct CMUnitTest *tests, size_t count,
    CMFixtureFunction setup, CMFixtureFunction teardown)
{
	static const struct {
		const char *name;
		CMFixtureFunction setup;
	} ways[] = {
	    {"by token", go_by_token},
	    {"in a conversation", go_by_conversation},
	};
	static struct CMUnitTest both[64];
	static char names[64][96];
	size_t n = 0;

	assert_true(ELEMENTS(ways) * count <= ELEMENTS(both));
	for (size_t w = 0; w < ELEMENTS(ways); w++) {
		for (size_t i = 0; i < count; i++, n++) {
			both[n] = tests[i];
			(void)snprintf(names[n], sizeof(names[n]), "%s, %s",
			    tests[i].name, ways[w].name);
			both[n].name = names[n];
			both[n].setup_func = ways[w].setup;
		}
	}
	return _cmocka_run_group_tests("pam", both, n, setup, teardown);
}

/* The module's arguments; what a test says of `login` counts. */
static void
arguments_of(const struct attempt *a, char *ret, size_t size)
{
	const char *own = a->arguments != NULL ? a->arguments : "";
	bool says = strstr(own, "ogin") != NULL;

	(void)snprintf(ret, size, "%s%s", own,
	    !says && harness_way == BY_TOKEN ? " login=token" : "");
}

static void
write_service(const struct attempt *a)
{
	static const char *const types[] = {
	    "auth", "account", "session", "password"};
	const char *build = getenv("top_builddir");
	char arguments[512], path[128];
	FILE *f;

	assert_non_null(build);
	arguments_of(a, arguments, sizeof(arguments));
	(void)snprintf(path, sizeof(path), "%s/gate", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	if (a->left != NULL)
		(void)fprintf(f,
		    "auth required %s/tests/pam/.libs/pam_spy.so leave=%s\n",
		    build, a->left);
	for (size_t i = 0; i < ELEMENTS(types); i++)
		(void)fprintf(f,
		    "%s [success=1 ignore=ignore default=die] "
		    "%s/tests/pam/.libs/pam_scopegate_test.so "
		    "socket=%s/%s server_uid=%u %s\n"
		    "%s requisite %s/tests/pam/.libs/pam_spy.so ignored\n"
		    "%s required %s/tests/pam/.libs/pam_spy.so look\n",
		    types[i], build, folder, socket_of(a),
		    (unsigned int)geteuid() + a->wrong_owner, arguments,
		    types[i], build, types[i], build);
	assert_int_equal(fclose(f), 0);
}

void
login_start(
    struct login *l, const struct attempt *a, const struct script *script)
{
	struct pam_conv conversation = {converse, l};
	char path[128];

	memset(l, 0, sizeof(*l));
	l->attempt = a;
	write_service(a);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, socket_of(a));
	scripted_daemon_start(&l->daemon, path, script);
	assert_int_equal(
	    pam_start_confdir("gate", a->user != NULL ? a->user : "alice",
		&conversation, folder, &l->ph),
	    PAM_SUCCESS);
	if (a->rhost != NULL)
		assert_int_equal(
		    pam_set_item(l->ph, PAM_RHOST, a->rhost), PAM_SUCCESS);
}

int
login_call(struct login *l, enum call call)
{
	int flags = l->attempt->flags;

	switch (call) {
	case CALL_AUTHENTICATE:
		return pam_authenticate(l->ph, flags);
	case CALL_SETCRED:
		return pam_setcred(l->ph, PAM_ESTABLISH_CRED);
	case CALL_ACCOUNT:
		return pam_acct_mgmt(l->ph, flags);
	case CALL_OPEN:
		return pam_open_session(l->ph, flags);
	case CALL_CLOSE:
		return pam_close_session(l->ph, flags);
	case CALL_CHAUTHTOK:
		return pam_chauthtok(l->ph, flags);
	case CALL_NONE:
		break;
	}
	return PAM_SYSTEM_ERR;
}

void
login_end(struct login *l)
{
	assert_int_equal(l->wrong_styles, 0);
	assert_int_equal(pam_end(l->ph, PAM_SUCCESS), PAM_SUCCESS);
	l->ph = NULL;
	scripted_daemon_stop(&l->daemon);
}

int
login_try(const struct attempt *a, const struct script *script,
    struct login *ret, struct seen *ret_seen)
{
	int code;

	login_start(ret, a, script);
	code = login_call(ret, CALL_AUTHENTICATE);
	if (ret_seen != NULL)
		*ret_seen = *ret->daemon.seen;
	login_end(ret);
	return code;
}
