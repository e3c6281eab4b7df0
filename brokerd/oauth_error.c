/* SPDX-License-Identifier: ISC */
/* The error table. Anything unlisted is a server error, never a success. */
#include "oauth_error.h"

const char *
oauth_error_code(enum oauth_error e)
{
	switch (e) {
#define X(name, code, status)                                                  \
	case OAUTH_##name:                                                     \
		return code;
		OAUTH_ERROR_LIST(X)
#undef X
	case OAUTH_OK:
		break;
	}
	return "server_error";
}

unsigned int
oauth_error_http_status(enum oauth_error e)
{
	switch (e) {
#define X(name, code, status)                                                  \
	case OAUTH_##name:                                                     \
		return status;
		OAUTH_ERROR_LIST(X)
#undef X
	case OAUTH_OK:
		break;
	}
	return 500;
}
