/* SPDX-License-Identifier: ISC */
/*
 * What one row of the table cannot see: keys that need or exclude each other,
 * and files that keys name. The first fault is told with the line of its key.
 */
#ifndef VALIDATORD_CONFIG_CHECK_H
#define VALIDATORD_CONFIG_CHECK_H

#include "config_secret.h"
#include "config_table.h"
#include "config_url.h"

/* What is to be done about a daemon's account that is missing. */
#define NO_ACCOUNT                                                             \
	"is no account of this host: make it with `systemd-sysusers` if the "  \
	"packages have it, else with `useradd --system --no-create-home "      \
	"--shell /usr/sbin/nologin NAME`, or name another"

/* gateway_url, host_name and its default, and whom to become. */
enum status config_validatord_finish(struct config *c,
    const struct conf_seen *seen, struct conf_error *ret_error);

/* One [issuer] section under examination. */
struct issuer_exam {
	struct issuer *issuer;
	const struct conf_seen *seen;
	const struct secret_reader *reader;
	struct conf_error *error;
	char origin[URL_ORIGIN_MAX]; /* of the issuer */
};

/* "KEY WHAT", with the key's line or the section's; STATUS_INVALID. */
enum status issuer_refuse(
    const struct issuer_exam *x, const char *key, const char *what);
/* The keys of struct signing; reads jwks_file. */
enum status config_signing_check(struct issuer_exam *x);
/* The same as for a key that is a must in every section. */
enum status issuer_refuse_without(
    const struct issuer_exam *x, const char *key);
/* Of a key, or of the section where the key is not written. */
unsigned int issuer_line_of(const struct issuer_exam *x, const char *key);
/* How the client shows who it is: what that needs and excludes; tls_pins. */
enum status config_client_check(struct issuer_exam *x);
/* The files that those keys name. */
enum status config_client_files_check(struct issuer_exam *x);
/* The keys of struct sign_in, and what they must have beside them. */
enum status config_sign_in_check(struct issuer_exam *x);

/* Where a user may sign in with a browser or a device, the issuer must be able
 * to. `lines`: of each policy's `login`, 0 by default. */
enum status config_logins_check(const struct config *c,
    const unsigned int *lines, struct conf_error *ret_error);

/* Each policy's issuer. `lines`: of each policy's `issuer`. */
enum status config_issuers_join(
    struct config *c, const unsigned int *lines, struct conf_error *ret_error);
/* The issuers that user maps name. */
enum status config_maps_check(
    const struct config *c, struct conf_error *ret_error);
/* Can the issuer state what `env` wants? `lines`: of each policy's `env`. */
enum status config_env_check(const struct config *c, const unsigned int *lines,
    struct conf_error *ret_error);
/* Has the issuer the map that `ssh_key = map` reads? `lines`: of that key. */
enum status config_keys_check(const struct config *c,
    const unsigned int *lines, struct conf_error *ret_error);

/* URLs, user_claim or user_map, the secret, ca_file. Loads the user map. */
enum status config_issuer_finish(struct issuer *i, const struct conf_seen *seen,
    const struct secret_reader *reader, struct conf_error *ret_error);

/* Fills ${host} in. */
enum status config_templates_expand(
    struct config *c, struct conf_error *ret_error);

/* rhost, claim, details and login are parsed into d->policy; rules are compared. */
enum status config_policy_finish(struct policy_draft *d,
    const struct conf_seen *seen, struct conf_error *ret_error);

#endif
