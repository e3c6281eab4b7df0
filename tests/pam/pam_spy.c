/* SPDX-License-Identifier: ISC */
/*
 * A module for the tests, told by its one argument what to do: `leave=TOKEN`
 * puts an answer into PAM_AUTHTOK, `look` notes in PAM's environment whether
 * there is one (SPY_AUTHTOK), `ignored` stands where only PAM_IGNORE leads and
 * gives a code that our module never gives.
 */
#include <security/pam_modules.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

static int
act(pam_handle_t *ph, int argc, const char **argv)
{
	const void *token = NULL;

	if (argc != 1)
		return PAM_ABORT;
	if (strncmp(argv[0], "leave=", 6) == 0)
		return pam_set_item(ph, PAM_AUTHTOK, argv[0] + 6);
	if (strcmp(argv[0], "ignored") == 0)
		return PAM_CRED_EXPIRED;
	(void)pam_get_item(ph, PAM_AUTHTOK, &token);
	return pam_putenv(
	    ph, token != NULL ? "SPY_AUTHTOK=left" : "SPY_AUTHTOK=gone");
}

#define CALL(name)                                                             \
	EXPORTED int name(                                                     \
	    pam_handle_t *ph, int flags, int argc, const char **argv)          \
	{                                                                      \
		(void)flags;                                                   \
		return act(ph, argc, argv);                                    \
	}

CALL(pam_sm_authenticate)
CALL(pam_sm_setcred)
CALL(pam_sm_acct_mgmt)
CALL(pam_sm_open_session)
CALL(pam_sm_close_session)
CALL(pam_sm_chauthtok)
