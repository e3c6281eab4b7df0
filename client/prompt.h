/* SPDX-License-Identifier: ISC */
/*
 * What a program asks SSH_ASKPASS or SUDO_ASKPASS for. Pure: the caller decides
 * what to answer. Whatever is not known here gets no answer.
 */
#ifndef CLIENT_PROMPT_H
#define CLIENT_PROMPT_H

#include <stdbool.h>

#define PROMPT_HOST_MAX 253
#define PROMPT_USER_MAX 255

enum prompt_kind {
	ASKED_OTHER,	  /* a password, a passphrase, anything unknown */
	ASKED_HOST_KEY,	  /* "Are you sure you want to continue connecting" */
	ASKED_PASSWORD,	  /* "alice@host's password: " and sudo's */
	ASKED_PASSPHRASE, /* "Enter passphrase for key ..." */
	ASKED_CREDENTIAL, /* the gate: an access token or a code */
	ASKED_PART,	  /* the gate: part `part` of `parts` */
	ASKED_BROWSER,	  /* the gate: what a browser shows, and no token */
	ASKED_AGAIN,	  /* the gate, after an answer that was no good */
};

struct prompt_read {
	enum prompt_kind kind;
	/* "(user@host) ", which ssh itself writes before what a server asks
	 * (OpenSSH 8.5 and later). */
	bool named;
	char user[PROMPT_USER_MAX + 1];
	char host[PROMPT_HOST_MAX + 1]; /* small letters */
	unsigned int part, parts;
};

/* `own` is the module's prompt= where it is not the default; else NULL. The
 * prefix is taken off first, if `prefixed`. */
void prompt_read(
    const char *text, bool prefixed, const char *own, struct prompt_read *ret);

#endif
