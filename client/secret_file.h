/* SPDX-License-Identifier: ISC */
/* A secret that the user keeps in a file of their own. */
#ifndef CLIENT_SECRET_FILE_H
#define CLIENT_SECRET_FILE_H

#include "issuer.h"
#include "scopegate/secret.h"

/*
 * Regular, ours (or root's), for nobody else to read, at most a token long;
 * blanks and newlines at its end do not count. Else ret_problem says how to
 * mend it.
 */
enum status secret_file_read(
    const char *path, struct secret *ret, char ret_problem[PROBLEM_SIZE]);

#endif
