/* SPDX-License-Identifier: ISC */
/*
 * One try at a login through the real libpam: a service file, a conversation
 * that answers by script, accounts by table, a scripted daemon.
 */
#ifndef TESTS_PAM_HARNESS_H
#define TESTS_PAM_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <security/pam_appl.h>

#include "scopegate/cleanup.h"
#include "scopegate/status.h"
#include "scripted_daemon.h"

#define TOKEN "mF_9.B5f-4.1JqM"
#define HANDLE "h-0123456789abcdef"

/* The stack gives this where the module said PAM_IGNORE. */
#define CODE_IGNORED PAM_CRED_EXPIRED

#define PROMPTS_MAX 80

/* Which way a test's logins go, unless its arguments say `login`. */
enum way { BY_TOKEN, BY_CONVERSATION };
extern enum way harness_way;

/* PAM calls, in the order in which a login makes them. */
enum call {
	CALL_NONE,
	CALL_AUTHENTICATE,
	CALL_SETCRED,
	CALL_ACCOUNT,
	CALL_OPEN,
	CALL_CLOSE,
	CALL_CHAUTHTOK,
};

struct attempt {
	const char *arguments; /* of the module, after socket and server_uid */
	const char *left; /* in PAM_AUTHTOK by an earlier module, or NULL */
	const char *user; /* NULL: "alice" */
	const char *rhost;
	const char *const *answers; /* NULL-terminated; NULL: TOKEN once */
	int conversation; /* what the conversation returns; 0 PAM_SUCCESS */
	bool no_response; /* ... with no response at all */
	const char *switch_user; /* PAM_USER after the first answer */
	int flags;
	bool tools;               /* the caller is one that has tools.sock */
	unsigned int wrong_owner; /* added to server_uid */
};

struct login {
	pam_handle_t *ph;
	const struct attempt *attempt;
	struct scripted_daemon daemon;
	unsigned int answered;
	unsigned int prompts, errors;
	char prompt[PROMPTS_MAX][512]; /* the beginning of each */
	char last_prompt[24576];
	char error[1024];          /* the last PAM_ERROR_MSG */
	unsigned int wrong_styles; /* messages of any other style */
	int64_t answered_us;       /* when the last answer was given */
};

/* Makes the folder for sockets and service files; and removes it. */
int harness_setup(void **state);
int harness_teardown(void **state);
const char *harness_folder(void);

/* Runs each test both ways. */
int harness_run(const struct CMUnitTest *tests, size_t count,
    CMFixtureFunction setup, CMFixtureFunction teardown);

/* Starts the daemon and PAM; one call after the other; and the end. */
void login_start(
    struct login *l, const struct attempt *a, const struct script *script);
int login_call(struct login *l, enum call call);
void login_end(struct login *l);
/* The same in one: start, authenticate, end. `ret` keeps what was seen. */
int login_try(const struct attempt *a, const struct script *script,
    struct login *ret, struct seen *ret_seen);

int64_t harness_now_us(void);
/* The PAM code of a reason row's answer. */
int harness_code(enum pam_answer answer);

extern const struct script script_allow;

#endif
