/* SPDX-License-Identifier: ISC */
/* SSH keys by their fingerprint, as `ssh-keygen -l` prints it. */
#ifndef VALIDATORD_SSH_KEY_H
#define VALIDATORD_SSH_KEY_H

#include <stdbool.h>

#include "scopegate/message.h"

#define SSH_KEY_PRINT_SIZE 51 /* "SHA256:", 43 digits of base64, NUL */

/*
 * The fingerprint of a key that is written "TYPE BASE64". "" where it is
 * absent, is not written so to the letter, or its data are of another type;
 * and for a certificate, whose fingerprint is that of the key inside it.
 */
void ssh_key_print(struct text key, char ret[SSH_KEY_PRINT_SIZE]);

/* Can it be a fingerprint at all? */
bool ssh_key_print_valid(const char *text);

#endif
