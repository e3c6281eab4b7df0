/* SPDX-License-Identifier: ISC */
/* The arguments of a line in /etc/pam.d. */
#ifndef PAM_MODULE_OPTIONS_H
#define PAM_MODULE_OPTIONS_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <stdint.h>

enum account_mode { ACCOUNT_RECHECK, ACCOUNT_IGNORE };

/* Strings point into argv, which outlives the call. */
struct options {
	uint32_t login;     /* LOGIN_* bit; 0: what the policy allows */
	uint32_t account;   /* enum account_mode */
	uint32_t session;   /* keep the handle in the environment */
	const char *policy; /* NULL: whichever matches */
	const char *prompt;
	bool try_first_pass;
	bool use_first_pass;
	bool nolocal;
	bool quiet;
	uint32_t min_uid;
	uint32_t max_uid;
	uint32_t timeout;        /* seconds; 0: not given */
	const char *server_path; /* of the daemon */
	uint32_t server_owner;   /* who must own it */
	bool tools;              /* a socket that carries no conversations */
};

/*
 * Reads the arguments over the defaults. false after one log line that names
 * the argument which is unknown, repeated, malformed or out of range; the
 * caller answers PAM_SERVICE_ERR.
 */
bool options_parse(
    pam_handle_t *ph, int argc, const char **argv, struct options *ret);

/* How long to wait for what the daemon makes of a token or a handle. */
int64_t options_check_ms(const struct options *o);
/* How long a conversation may take in all, the person's time included. */
int64_t options_conversation_ms(const struct options *o);
/* How long to wait for the reply to one step of it. */
int64_t options_step_ms(const struct options *o);

#endif
