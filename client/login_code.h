/* SPDX-License-Identifier: ISC */
/*
 * A login code from a host's gatewayd: single use, good for a minute, and bound
 * to host, user and service, so it is worth nothing anywhere else.
 */
#ifndef CLIENT_LOGIN_CODE_H
#define CLIENT_LOGIN_CODE_H

#include "issuer.h"
#include "scopegate/secret.h"

struct code_request {
	const char *gate; /* gatewayd's URL, without a fault */
	const char *ca_file;
	const char *host, *user, *service;
	const struct secret *token;
};

/* STATUS_FORBIDDEN: the gate refuses, and ret_problem says why in words. */
enum status login_code_get(const struct code_request *request,
    struct secret *ret, char ret_problem[PROBLEM_SIZE]);

#endif
