/* SPDX-License-Identifier: ISC */
/* Refusals of the account API, in Alpaca's envelope of code and message. */
#ifndef BROKERD_API_FAULT_H
#define BROKERD_API_FAULT_H

#include <stdbool.h>

#include "http/http_server.h"

/* X(NAME, HTTP status, code, "message") */
#define API_FAULT_LIST(X)                                                      \
	X(UNAUTHORIZED, 401, 40110000, "request is not authorized")            \
	X(FORBIDDEN, 403, 40310000,                                            \
	    "access token is not authorized for this scope")                   \
	X(NOT_FOUND, 404, 40410000, "endpoint not found")                      \
	X(METHOD, 405, 40510000, "method not allowed")                         \
	X(TOO_MANY, 429, 42910000, "rate limit exceeded")                      \
	X(FAILED, 500, 50010000, "internal server error occurred")             \
	X(UNAVAILABLE, 503, 50310000, "service unavailable")

enum api_fault {
#define X(name, status, code, message) API_FAULT_##name,
	API_FAULT_LIST(X)
#undef X
};

void api_refuse(struct http_response *response, enum api_fault fault);
/* Is this a path of the API, whether there is anything or not? */
bool api_has_path(const char *path);

#endif
