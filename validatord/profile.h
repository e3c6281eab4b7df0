/* SPDX-License-Identifier: ISC */
/*
 * What is known about a broker or a product, as a data file: defaults for an [issuer]
 * section and the probes of its API. Profiles are configuration: trusted files,
 * read by decide and fetch alike. The format: scopegate-profiles(5).
 */
#ifndef VALIDATORD_PROFILE_H
#define VALIDATORD_PROFILE_H

#include "config.h"
#include "scopegate/conf.h"
#include "scopegate/status.h"

#define PROBES_MAX 8 /* of one profile */

/*
 * For an issuer section with `profile = NAME`: gives it the values that it does
 * not set itself, and the profile's probes. Call once for each issuer (without
 * a profile nothing happens) after the last conf_read() and before
 * conf_finish(). `folder` is profile_dir; NULL: SCOPEGATE_SYSCONFDIR/profiles,
 * then SCOPEGATE_PROFILEDIR. On failure *ret_error names the line of the
 * profile, or that of `profile` where there is none of that name.
 */
enum status profile_apply(struct issuer *issuer, struct conf_seen *seen,
    const char *folder, struct conf_error *ret_error);

/* Frees an issuer's probes. */
void probes_clear(struct probe **probes, size_t *count);

/* The order is that of the words in profile.c. */
enum profile_status {
	PROFILE_VERIFIED,
	PROFILE_FROM_DOCUMENTS,
	PROFILE_TESTED,
};

/* What a profile says of itself. */
struct profile {
	char *name;
	char *path;
	char *title;
	struct word_list sources;     /* where it was read; a line each */
	int status;                   /* enum profile_status */
	char *checked;                /* the day: 2026-11-26 */
	struct word_list notes;       /* what is not confirmed; a line each */
	struct word_list mutable_claims; /* no name of a user; a warning */
	struct word_list unsupported; /* why it cannot be used; else empty */
	struct issuer issuer;         /* only what a profile may set */
	struct conf_seen *seen;       /* which of it is set */
};

const char *profile_status_text(int status);

/* Reads one file, whose name is the profile's. */
enum status profile_read(
    const char *path, struct profile *ret, struct conf_error *ret_error);
void profile_clear(struct profile *p); /* for _cleanup_() */

/* The files of all that there are; of two with one name the first counts. */
enum status profile_list(
    const char *folder, struct word_list *ret, struct conf_error *ret_error);

#endif
