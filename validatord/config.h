/* SPDX-License-Identifier: ISC */
/*
 * The configuration as an immutable snapshot. A request keeps a reference to
 * the snapshot that it began with; a reload makes a new one and swaps.
 */
#ifndef VALIDATORD_CONFIG_H
#define VALIDATORD_CONFIG_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "scopegate/conf.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

struct user_map; /* user_map.h */

enum validation { VALIDATION_INTROSPECT };
enum client_auth { CLIENT_AUTH_BASIC, CLIENT_AUTH_POST };
enum must_state { STATED, NONE }; /* `audience = none`, `expiry = none` */

#define LEEWAY_MAX_S 60
#define CACHE_MAX_S 300

struct issuer {
	char *name; /* of the section */
	char *url; /* the issuer identifier, compared octet by octet */
	char *introspection_endpoint; /* NULL: by discovery */
	struct word_list endpoint_origins; /* further origins allowed */
	int validation;
	char *client_id;
	char *client_secret_file;
	int client_auth;
	char *audience; /* NULL when `audience = none` */
	int expiry; /* enum must_state as choice "required" | "none" */
	char *user_claim; /* or user_map_file; exactly one */
	char *user_map_file;
	struct user_map *user_map;
	struct word_list allowed_clients; /* empty: any */
	int64_t cache_ms; /* positive facts, 0..CACHE_MAX_S */
	int64_t leeway_ms; /* 0..LEEWAY_MAX_S */
	bool breaker;
	char *ca_file;
	bool insecure_loopback; /* http:// to a literal loopback address */
	bool send_token_type_hint;
	const char *file; /* where the section stands, for messages */
	unsigned int line;
};

struct claim_rule {
	char *name;
	struct word_list values; /* any of */
};

struct rhost_rule {
	int family; /* AF_INET, AF_INET6, or AF_UNSPEC for a literal name */
	uint8_t address[16];
	unsigned int prefix;
	char *name;
};

enum environment { ENVIRONMENT_ANY, ENVIRONMENT_PAPER, ENVIRONMENT_LIVE };

#define LOGIN_TOKEN 1u /* bits of policy.login */

struct policy {
	char *name;
	struct word_list services; /* exact PAM service names */
	struct word_list users; /* empty: any */
	struct rhost_rule *rhosts; /* none: any, also absent */
	size_t rhost_count;
	char *issuer_name;
	const struct issuer *issuer;
	struct word_list require;
	struct word_list require_any;
	struct word_list refuse;
	struct claim_rule *claims; /* `claim = NAME in A B ...`, `claim = ...` */
	size_t claim_count;
	int environment;
	int64_t max_age_ms; /* 0: no rule */
	unsigned int login;
	unsigned int order; /* place in the files: first match decides */
	const char *file;
	unsigned int line;
};

struct config {
	unsigned int references;
	unsigned int generation; /* 1, 2 ... per process */
	char *path; /* of the main file */
	struct word_list files; /* all that were read, in order */
	/* [validatord] */
	char *audit_log;
	char *runtime_dir;
	char *user; /* whom to become; empty when not started as root */
	char *tools_group; /* owns tools.sock */
	int64_t failure_floor_ms;
	int log_level;
	int64_t cache_entries;
	/* sections */
	struct issuer *issuers;
	size_t issuer_count;
	struct policy *policies; /* in order */
	size_t policy_count;
	struct service_index *services; /* hash: service -> its policies */
};

/*
 * Reads the main file and policy.d/ *.conf beside it (in byte order of their
 * names), checks everything that can be checked without the network (also that
 * secrets exist, are ours or root's, and are closed to others), and builds the
 * service index. On failure *ret_error says file, line, what and remedy.
 */
enum status config_load(const char *path, struct config **ret,
    struct conf_error *ret_error);
struct config *config_ref(struct config *c);
void config_unref(struct config *c); /* NULL is fine; the last one frees */
void config_unrefp(struct config **c);

const struct issuer *config_issuer(const struct config *c, const char *name);
/* Warnings for start-up and `config test`, each a sentence: opt-outs etc. */
size_t config_warnings(const struct config *c, char warnings[][256],
    size_t most);

/* The tables, for `config defaults` and the manual's lint. */
extern const struct conf_section config_sections[];

/*
 * Opens a secret file: O_NOFOLLOW, regular, owned by root or by our effective
 * uid, no permission for group or others, 1..4096 octets without a newline
 * inside (one trailing newline is dropped).
 */
struct secret;
enum status config_read_secret(const char *path, struct secret *ret,
    struct conf_error *ret_error);

#endif
