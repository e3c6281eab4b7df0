/* SPDX-License-Identifier: ISC */
/*
 * The module on one screen: parse, obtain, ask, translate. It runs as root
 * inside sshd and sudo, so it must never start a thread or a child, touch
 * signals, read the environment or a file, set PAM_USER, or keep the token.
 */
#include <security/pam_modules.h>
#include <string.h>

#include "options.h"
#include "outcome.h"
#include "request.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "session_data.h"
#include "sign_in.h"

#define EXPORTED __attribute__((visibility("default")))

/* Keeps what the daemon named the login; a login may come without a name. */
static enum end
keep_handle(pam_handle_t *ph, const struct options *options,
    const struct request *request, struct text handle)
{
	char name[HANDLE_MAX + 1] = {0};

	if (handle.bytes == NULL)
		return END_VERDICT;
	memcpy(name, handle.bytes, handle.length);
	return session_data_keep(ph, request->user, name, options->session) ==
		       STATUS_OK
		   ? END_VERDICT
		   : END_NO_MEMORY;
}

EXPORTED int
pam_sm_authenticate(pam_handle_t *ph, int flags, int argc, const char **argv)
{
	struct options options;
	_cleanup_(buf_clear) struct buf storage;
	struct sign_in s = {.ph = ph,
	    .options = &options,
	    .storage = &storage,
	    .answered_us = monotonic_us()};
	struct outcome outcome;
	const char *user;
	enum end end;

	buf_init(&storage, MESSAGE_MAX);
	if (!options_parse(ph, argc, argv, &options))
		return PAM_SERVICE_ERR;
	session_data_forget(ph);

	/* Everybody is asked, known or not. */
	if (pam_get_user(ph, &user, NULL) == PAM_SUCCESS)
		outcome = sign_in(&s);
	else
		outcome = outcome_of_end(PHASE_AUTH, END_CONVERSATION);
	if (outcome_allows(&outcome)) {
		end = keep_handle(ph, &options, &s.request, outcome.handle);
		if (end == END_VERDICT)
			return PAM_SUCCESS;
		outcome = outcome_of_end(PHASE_AUTH, end);
	}
	return outcome_refuse(&outcome, ph, flags, &options, s.answered_us);
}

EXPORTED int
pam_sm_acct_mgmt(pam_handle_t *ph, int flags, int argc, const char **argv)
{
	struct options options;
	struct request request;
	struct message reply = {0};
	struct outcome outcome;
	_cleanup_(buf_clear) struct buf storage;
	const char *user, *handle = NULL;
	int64_t called_us = monotonic_us();
	enum status found;
	enum end end;

	buf_init(&storage, MESSAGE_MAX);
	if (!options_parse(ph, argc, argv, &options))
		return PAM_SERVICE_ERR;
	if (options.account == ACCOUNT_IGNORE)
		return PAM_IGNORE;
	if (pam_get_user(ph, &user, NULL) != PAM_SUCCESS)
		return PAM_CONV_ERR;
	found = session_data_find(ph, user, &handle);
	if (found == STATUS_NOT_FOUND)
		return PAM_IGNORE;

	end = found == STATUS_OK ? request_read(ph, &options, &request)
				 : END_USER_CHANGED;
	outcome = outcome_of_end(PHASE_ACCOUNT, end);
	if (end == END_VERDICT)
		outcome = outcome_of_reply(PHASE_ACCOUNT,
		    request_ask(
			&request, &options, NULL, handle, &storage, &reply),
		    &reply);
	if (outcome_allows(&outcome))
		return PAM_SUCCESS;
	return outcome_refuse(&outcome, ph, flags, &options, called_us);
}

/* sshd treats a failing setcred as fatal; there is nothing to establish. */
EXPORTED int
pam_sm_setcred(pam_handle_t *ph, int flags, int argc, const char **argv)
{
	struct options options;

	(void)flags;
	return options_parse(ph, argc, argv, &options) ? PAM_SUCCESS
						       : PAM_SERVICE_ERR;
}

/* Nothing is opened; the handle stays for those who read the session. */
EXPORTED int
pam_sm_open_session(pam_handle_t *ph, int flags, int argc, const char **argv)
{
	struct options options;

	(void)flags;
	if (!options_parse(ph, argc, argv, &options))
		return PAM_SERVICE_ERR;
	if (!options.session)
		session_data_unexport(ph);
	return PAM_SUCCESS;
}

EXPORTED int
pam_sm_close_session(pam_handle_t *ph, int flags, int argc, const char **argv)
{
	struct options options;

	(void)flags;
	return options_parse(ph, argc, argv, &options) ? PAM_SUCCESS
						       : PAM_SERVICE_ERR;
}
