/* SPDX-License-Identifier: ISC */
/*
 * How a call ends: one word for the log, one sentence for the user, one code
 * for PAM. Whatever no table knows is a fault, and a fault opens nothing.
 */
#ifndef PAM_MODULE_OUTCOME_H
#define PAM_MODULE_OUTCOME_H

#include <security/pam_modules.h>
#include <stdbool.h>

#include "options.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

/*
 * The sentences that more than one end shares. An unknown user, an account out
 * of range, sshd's junk for a user who may not log in and a token or code that
 * the daemon does not take must read alike, or names could be tried out.
 */
#define TEXT_NOT_ACCEPTED "Your answer was not accepted."
#define TEXT_UNAVAILABLE                                                       \
	"Sign-in is not available right now; this is not a refusal."
#define TEXT_PARTS                                                             \
	"Answer the parts in order, each once: 1/3:DATA, 2/3:DATA, 3/3:DATA."
#define TEXT_CUT                                                               \
	"Your answer was cut on its way here; send it in parts: 1/3:DATA "     \
	"first,\nthen 2/3:DATA and 3/3:DATA when asked."

/*
 * X(NAME, "word for the log", PAM code, waits for the floor, text or NULL):
 * the ends that the module comes to by itself. FAULT is first: what is zeroed
 * is a fault.
 */
#define END_LIST(X)                                                            \
	X(FAULT, "internal_fault", PAM_SYSTEM_ERR, false, TEXT_UNAVAILABLE)    \
	X(VERDICT, "verdict", PAM_SYSTEM_ERR, false, TEXT_UNAVAILABLE)         \
	X(NO_MEMORY, "no_memory", PAM_BUF_ERR, false, TEXT_UNAVAILABLE)        \
	X(CONVERSATION, "conversation_failed", PAM_CONV_ERR, false, NULL)      \
	X(EMPTY, "no_answer", PAM_CRED_INSUFFICIENT, false,                    \
	    "No answer was given.")                                            \
	X(PROMPTS, "too_many_prompts", PAM_MAXTRIES, true,                     \
	    "Too many answers; begin again.")                                  \
	X(CUT, "token_cut", PAM_AUTH_ERR, true, TEXT_CUT)                      \
	X(PARTS, "parts_out_of_order", PAM_AUTH_ERR, true, TEXT_PARTS)         \
	X(TOO_LONG, "token_too_long", PAM_AUTH_ERR, true,                      \
	    "A token has at most 16384 characters in at most 64 parts.")       \
	X(JUNK, "not_a_token", PAM_AUTH_ERR, true, TEXT_NOT_ACCEPTED)          \
	X(NAME_INVALID, "user_name_invalid", PAM_PERM_DENIED, true,            \
	    TEXT_NOT_ACCEPTED)                                                 \
	X(USER_UNKNOWN, "user_unknown", PAM_USER_UNKNOWN, true,                \
	    TEXT_NOT_ACCEPTED)                                                 \
	X(UID_REFUSED, "uid_refused", PAM_PERM_DENIED, true,                   \
	    TEXT_NOT_ACCEPTED)                                                 \
	X(USER_CHANGED, "user_changed", PAM_PERM_DENIED, true,                 \
	    TEXT_NOT_ACCEPTED)                                                 \
	X(ACCOUNTS_DOWN, "accounts_unavailable", PAM_AUTHINFO_UNAVAIL, false,  \
	    TEXT_UNAVAILABLE)                                                  \
	X(REQUEST, "request_invalid", PAM_SYSTEM_ERR, false, TEXT_UNAVAILABLE) \
	X(ABSENT, "daemon_absent", PAM_AUTHINFO_UNAVAIL, false,                \
	    TEXT_UNAVAILABLE)                                                  \
	X(UNTRUSTED, "daemon_untrusted", PAM_AUTHINFO_UNAVAIL, false,          \
	    TEXT_UNAVAILABLE)                                                  \
	X(TIMEOUT, "daemon_timeout", PAM_AUTHINFO_UNAVAIL, false,              \
	    TEXT_UNAVAILABLE)                                                  \
	X(CLOSED, "daemon_closed", PAM_AUTHINFO_UNAVAIL, false,                \
	    TEXT_UNAVAILABLE)                                                  \
	X(BUSY, "daemon_busy", PAM_AUTHINFO_UNAVAIL, false, TEXT_UNAVAILABLE)  \
	X(IO, "daemon_io", PAM_AUTHINFO_UNAVAIL, false, TEXT_UNAVAILABLE)      \
	X(REPLY, "reply_malformed", PAM_SYSTEM_ERR, false, TEXT_UNAVAILABLE)   \
	X(VERSION, "protocol_version", PAM_SYSTEM_ERR, false,                  \
	    TEXT_UNAVAILABLE)                                                  \
	X(REJECTED, "request_rejected", PAM_SYSTEM_ERR, false, TEXT_UNAVAILABLE)

/* END_VERDICT: the daemon has decided, see the reason. */
enum end {
#define X(name, word, code, floor, text) END_##name,
	END_LIST(X)
#undef X
};

enum phase { PHASE_AUTH, PHASE_ACCOUNT };

/* Zeroed: a fault. Texts point into the reply, which must outlive it. */
struct outcome {
	enum phase phase;
	enum end end;
	/* The local lock that this user fails, whatever else there is to say:
	 * its code is given, so that no outage of the daemon softens it.
	 * END_FAULT: none. */
	enum end lock;
	const struct reason_row *row; /* with END_VERDICT, else NULL */
	struct text ref;
	struct text detail;
	struct text handle;
	uint32_t retry_after; /* seconds; 0: not said */
};

/* An end that the module came to without a verdict. */
struct outcome outcome_of_end(enum phase phase, enum end end);

/*
 * What client_call brought: `reply` is read only where `status` says that
 * there is one. A reply that is no verdict, a reason that status.h does not
 * list, or a verdict other than the reason's is a malformed reply.
 */
struct outcome outcome_of_reply(
    enum phase phase, enum status status, const struct message *reply);

/* Only for a verdict that allows, by both of its numbers, in this phase, and
 * a user who fails no lock. */
bool outcome_allows(const struct outcome *o);

/*
 * Logs the refusal in one line, waits where it is ours to wait (the daemon
 * holds its own refusals back), tells the user unless silenced, and gives the
 * PAM code: never PAM_SUCCESS, never PAM_IGNORE. `since_us` is when the
 * user's answer came, on monotonic_us().
 */
int outcome_refuse(const struct outcome *o, pam_handle_t *ph, int flags,
    const struct options *options, int64_t since_us);

#endif
