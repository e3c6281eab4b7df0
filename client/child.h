/* SPDX-License-Identifier: ISC */
/* Other programs, without a shell: where a token comes from, and browsers. */
#ifndef CLIENT_CHILD_H
#define CLIENT_CHILD_H

#include "issuer.h"
#include "scopegate/conf.h"
#include "scopegate/deadline.h"
#include "scopegate/secret.h"

/*
 * Runs argv (NULL-terminated, found by $PATH) and takes what it prints, without
 * blanks and newlines at the end. It is killed at the deadline. Anything but
 * exit status 0 is STATUS_IO, and ret_problem tells; what was printed then
 * goes nowhere.
 */
enum status child_read(char *const argv[], struct deadline deadline,
    struct secret *ret, char ret_problem[PROBLEM_SIZE]);
/* Starts argv and does not wait. false: it could not be started. */
bool child_start(char *const argv[]);

#endif
