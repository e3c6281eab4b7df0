/* SPDX-License-Identifier: ISC */
/*
 * The user's own file, $XDG_CONFIG_HOME/scopegate/config: which issuers there
 * are, where a token comes from, and to which hosts one may go.
 */
#ifndef CLIENT_SETTINGS_H
#define CLIENT_SETTINGS_H

#include <stdbool.h>

#include "scopegate/buf.h"
#include "scopegate/conf.h"

/* Where a token is kept. */
enum storage { STORAGE_AUTO, STORAGE_KEYRING, STORAGE_FILE };

enum client_auth {
	CLIENT_AUTH_AUTO, /* none without a secret, else in the form */
	CLIENT_AUTH_NONE,
	CLIENT_AUTH_BASIC,
	CLIENT_AUTH_POST,
};

/* [issuer NAME], or one that was named by its URL on the command line. */
struct issuer_settings {
	struct issuer_settings *next;
	char *name; /* of the section, or the URL */
	char *url;  /* issuer identifier; NULL: endpoints are written */
	char *authorization_endpoint;
	char *token_endpoint;
	char *device_authorization_endpoint;
	char *revocation_endpoint;
	char *client_id;
	char *client_secret_file;
	int client_auth; /* enum client_auth */
	struct word_list scope;
	struct word_list parameters; /* name=value, for the authorization */
	struct word_list redirect_uris;
	bool pkce;
	char *source; /* login, oidc-agent:A, command:C, file:F */
	char *ca_file;
	bool insecure_loopback;
};

/* [host NAME] */
struct host_settings {
	struct host_settings *next;
	char *name;
	struct word_list match; /* patterns of host names */
	char *gate; /* gatewayd's URL, %h for the host; NULL: there is none */
	char *host_name; /* what the gate calls the host, if it differs */
	char *issuer;
	char *service; /* PAM service at the other end */
	char *prompt;  /* the module's prompt=, if it is another */
	char *ca_file;
	bool insecure_loopback;
};

/* [scopegate] */
struct general_settings {
	int storage; /* enum storage */
};

struct settings {
	struct general_settings general;
	struct issuer_settings *issuers; /* in the order of the file */
	struct host_settings *hosts;
	char *path;
};

/* The tables, for reading and for the manual's check. */
extern const struct conf_section settings_sections[];

/* Reads `path`; NULL: the user's own, which need not exist. NULL: *ret_error
 * says why. */
struct settings *settings_read(const char *path, struct conf_error *ret_error);
void settings_free(struct settings *s); /* NULL is fine */
void settings_freep(struct settings **s);

/* By the section's name; NULL if there is none. */
struct issuer_settings *settings_issuer(
    const struct settings *s, const char *name);
/* Adds an issuer that only its URL names, with the file's defaults. NULL: no
 * memory. */
struct issuer_settings *settings_add_issuer(
    struct settings *s, const char *url);
/* The first section whose `match` fits the host, in small letters. */
const struct host_settings *settings_host(
    const struct settings *s, const char *host);

/* The gate's URL for this host, with %h replaced. STATUS_TOO_BIG. */
enum status settings_gate(
    const char *gate, const char *host, struct buf *ret);

/* $HOME or the account's home; NULL: there is none. */
const char *home_folder(void);

#endif
