/* SPDX-License-Identifier: ISC */
/*
 * The handle of a granted login, on its way from the authentication phase to
 * the account and session phases. A handle is a name, no credential.
 */
#ifndef PAM_MODULE_SESSION_DATA_H
#define PAM_MODULE_SESSION_DATA_H

#include <security/pam_modules.h>
#include <stdbool.h>

#include "scopegate/protocol.h"
#include "scopegate/status.h"

#define SESSION_HANDLE_NAME "SCOPEGATE_HANDLE" /* in PAM's environment */

/*
 * Keeps `handle` for `user`, both within HANDLE_MAX and USER_MAX octets, with
 * this process; with `export` also in PAM's environment, the one thing that
 * crosses from sshd's authenticating child to the session. STATUS_NOMEM, OK.
 */
enum status session_data_keep(
    pam_handle_t *ph, const char *user, const char *handle, bool export);

/* Forgets both; what an earlier try left must not speak for a later one. */
void session_data_forget(pam_handle_t *ph);

/* Removes the handle from PAM's environment alone. */
void session_data_unexport(pam_handle_t *ph);

/*
 * The handle for `user`, borrowed from PAM until it is forgotten.
 * STATUS_NOT_FOUND: this module has authenticated nobody here.
 * STATUS_FORBIDDEN: it has authenticated another user.
 */
enum status session_data_find(
    pam_handle_t *ph, const char *user, const char **ret_handle);

#endif
