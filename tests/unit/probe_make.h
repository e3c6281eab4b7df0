/* SPDX-License-Identifier: ISC */
/* A profile with probes from the text of its file. */
#ifndef SCOPEGATE_TESTS_PROBE_MAKE_H
#define SCOPEGATE_TESTS_PROBE_MAKE_H

#include "fetcher.h"
#include "profile.h"

/* The good head of a profile's file, three lines. */
#define PROFILE_HEAD                                                           \
	"[profile]\ntitle = Test\nsource = a test\nstatus = from documents\n"  \
	"checked = 2026-11-26\n"

/* Writes `text` behind the head into a file of its own and reads it.
 * *ret_error may be NULL: then it must be good. Clear with profile_clear(). */
enum status probe_make(
    const char *text, struct profile *ret, struct conf_error *ret_error);

/* What an API answers; a content type of NULL is JSON. */
struct fetch_reply probe_reply(
    int status, const char *content_type, const char *body);

#endif
