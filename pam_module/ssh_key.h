/* SPDX-License-Identifier: ISC */
/* The key that a login began with, as sshd tells the modules of its stack. */
#ifndef PAM_MODULE_SSH_KEY_H
#define PAM_MODULE_SSH_KEY_H

#include "scopegate/message.h"

/* A line "METHOD DETAILS" for each method that has succeeded so far. */
#define SSH_KEY_VARIABLE "SSH_AUTH_INFO_0"

/*
 * Of the last "publickey TYPE BASE64" line of `info`, which may be NULL,
 * "TYPE BASE64": a view into it. Absent where there is no such line, or where
 * the last one is not of exactly that form or longer than SSH_KEY_MAX.
 */
struct text ssh_key_used(const char *info);

#endif
