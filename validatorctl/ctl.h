/* SPDX-License-Identifier: ISC */
/* What the subcommands of validatorctl share. */
#ifndef VALIDATORCTL_CTL_H
#define VALIDATORCTL_CTL_H

#include <stdbool.h>

#include "config.h"
#include "scopegate/buf.h"
#include "scopegate/json.h"
#include "scopegate/message.h"
#include "scopegate/secret.h"

/* Exit codes; 64, 74 and 78 are those of sysexits(3). */
enum {
	EXIT_DONE = 0,
	EXIT_NOT_DONE = 1,
	EXIT_UNAVAILABLE = 2,
	EXIT_USAGE = 64,
	EXIT_OUTPUT = 74,
	EXIT_CONFIG = 78,
};

struct ctl {
	const char *config_path;
	bool json; /* print JSON instead of text */
};

struct command {
	const char *name;      /* one word, or two: "audit verify" */
	const char *arguments; /* for the usage */
	const char *help;
	/* argv[0] is what follows the name; returns the exit code. */
	int (*run)(const struct ctl *ctl, int argc, char **argv);
};

int cmd_status(const struct ctl *ctl, int argc, char **argv);
int cmd_check(const struct ctl *ctl, int argc, char **argv);
int cmd_explain(const struct ctl *ctl, int argc, char **argv);
int cmd_flush(const struct ctl *ctl, int argc, char **argv);
int cmd_reload(const struct ctl *ctl, int argc, char **argv);
int cmd_grants_list(const struct ctl *ctl, int argc, char **argv);
int cmd_grants_show(const struct ctl *ctl, int argc, char **argv);
int cmd_grants_revoke(const struct ctl *ctl, int argc, char **argv);
int cmd_deny(const struct ctl *ctl, int argc, char **argv);
int cmd_allow(const struct ctl *ctl, int argc, char **argv);
int cmd_deny_list(const struct ctl *ctl, int argc, char **argv);
int cmd_key_rotate(const struct ctl *ctl, int argc, char **argv);
int cmd_audit_verify(const struct ctl *ctl, int argc, char **argv);
int cmd_config_test(const struct ctl *ctl, int argc, char **argv);
int cmd_config_defaults(const struct ctl *ctl, int argc, char **argv);
int cmd_config_show(const struct ctl *ctl, int argc, char **argv);
int cmd_config_profiles(const struct ctl *ctl, int argc, char **argv);
int cmd_issuer_test(const struct ctl *ctl, int argc, char **argv);
int cmd_login_test(const struct ctl *ctl, int argc, char **argv);
int cmd_jws_verify(const struct ctl *ctl, int argc, char **argv);
int cmd_json_check(const struct ctl *ctl, int argc, char **argv);
int cmd_version(const struct ctl *ctl, int argc, char **argv);

/* Says what is wrong with the command line; returns EXIT_USAGE. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* For commands that take nothing: EXIT_DONE, or usage_error(). */
int takes_nothing(int argc, char **argv);

/* All that can be read, up to the buffer's limit. STATUS_IO with errno, _TOO_BIG,
 * _NOMEM. */
enum status ctl_read(int fd, struct buf *ret);

/* The configuration, or NULL after saying why not (exit with EXIT_CONFIG). */
struct config *ctl_config(const struct ctl *ctl);
/* Says where it is not good and how to mend it; EXIT_CONFIG. */
int ctl_config_complain(const struct conf_error *error);
/* Says which issuers there are instead; EXIT_NOT_DONE. */
int ctl_no_issuer(const struct config *config, const char *name);

/*
 * The folder of the sockets, or the audit log's path. Where the configuration
 * is not good it says so on standard error and goes by what the file says;
 * EXIT_CONFIG if that is nothing.
 */
#define CTL_PATH_SIZE 256
enum ctl_path { CTL_RUNTIME_DIR, CTL_AUDIT_LOG };
int ctl_path(
    const struct ctl *ctl, enum ctl_path which, char ret[CTL_PATH_SIZE]);

/* A question on ctl.sock. Optional fields are NULL. */
struct question {
	const char *command;
	const char *service;
	const char *user;
	const char *rhost;
	const struct secret *token;
	const char *handle; /* of a grant */
	const char *after;  /* go on after this grant */
	const char *kind, *value, *issuer; /* a rule of the deny list */
};

/*
 * Asks the daemon. EXIT_DONE: *ret is its document, *ret_text its text (in
 * `storage`, which the caller has initialised). EXIT_UNAVAILABLE: it cannot be
 * asked, and standard error says why. EXIT_CONFIG as above.
 */
int ctl_ask(const struct ctl *ctl, const struct question *question,
    struct buf *storage, struct json **ret);

/* Says why a socket of the daemon gave no answer; EXIT_UNAVAILABLE. */
int ctl_complain(enum status s, const char *path, const struct message *reply);

/* Members as text for people; `fallback` where they are absent or null. */
const char *member_text(
    const struct json_value *object, const char *name, const char *fallback);
long long member_number(const struct json_value *object, const char *name);
bool member_bool(const struct json_value *object, const char *name);
/* An array of strings joined with blanks, cut with "..." at the size. */
void member_words(
    const struct json_value *object, const char *name, char *ret, size_t size);

#endif
