/* SPDX-License-Identifier: ISC */
/* A login that waits for a device grant (RFC 8628). */
#ifndef VALIDATORD_LOGIN_DEVICE_H
#define VALIDATORD_LOGIN_DEVICE_H

#include "login_table.h"

/* The prompt comes when the server has given a code; the login is over if it
 * gives none. REASON_NONE, or why it was not asked. */
enum reason login_device_begin(struct login *login);

#endif
