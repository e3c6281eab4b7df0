/* SPDX-License-Identifier: ISC */
/* Where signing in and up lead to. */
#ifndef BROKERD_SIGN_IN_H
#define BROKERD_SIGN_IN_H

#include "app/app_store.h"
#include "visit.h"

#define RETURN_PATH_MAX 12288

/* What both pages share: the way back, and who asked for it. */
struct way_back {
	const char *path;          /* ours; "/account" if none was given */
	char app[APP_TITLE_SIZE];  /* "" unless it is an authorization */
	char hint[USER_NAME_SIZE]; /* login_hint of that request, or "" */
	struct buf query;          /* "return=...", encoded, for links */
};
enum status way_back_read(struct visit *v, struct way_back *ret);
void way_back_clear(struct way_back *w); /* for _cleanup_() */

#endif
