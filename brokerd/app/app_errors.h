/* SPDX-License-Identifier: ISC */
/*
 * What went wrong for an app lately, for its developer to see: the errors that
 * the token and the authorization endpoint gave it. Anybody who knows a client
 * id can cause one, so only the newest are kept.
 */
#ifndef BROKERD_APP_ERRORS_H
#define BROKERD_APP_ERRORS_H

#include <stddef.h>
#include <stdint.h>

#include "scopegate/status.h"
#include "store/store.h"

#define APP_ERRORS_MAX 50 /* kept for each app */
#define APP_ERROR_CODE_SIZE 65
#define APP_ERROR_TEXT_SIZE 513

struct app_error {
	int64_t at;
	char endpoint[APP_ERROR_CODE_SIZE]; /* "/oauth/token" */
	char error[APP_ERROR_CODE_SIZE];    /* "invalid_grant" */
	char description[APP_ERROR_TEXT_SIZE];
};

/*
 * Notes one, and forgets those over APP_ERRORS_MAX. The very same again in the
 * same second is noted once. Nothing secret may be in `description`.
 * STATUS_TOO_BIG for a text that does not fit.
 */
enum status app_error_add(struct store *s, int64_t app, const char *endpoint,
    const char *error, const char *description, int64_t now);
/* The newest first, at most `max`; *ret_count of them. */
enum status app_error_list(struct store *s, int64_t app, struct app_error *ret,
    size_t max, size_t *ret_count);

#endif
