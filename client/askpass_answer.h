/* SPDX-License-Identifier: ISC */
/*
 * What to answer to a prompt, or why not to. Nothing here asks the network or
 * holds a token: it decides who may be told.
 */
#ifndef CLIENT_ASKPASS_ANSWER_H
#define CLIENT_ASKPASS_ANSWER_H

#include "issuer.h"
#include "prompt.h"
#include "scopegate/secret.h"
#include "settings.h"

/* What the environment says. Any may be NULL. */
struct askpass_environment {
	const char *hosts;   /* SCOPEGATE_HOST: names and patterns */
	const char *service; /* SCOPEGATE_SERVICE */
	const char *by;	     /* SCOPEGATE_ASKED_BY: "ssh" or "sudo" */
	const char *user;    /* SCOPEGATE_USER */
	const char *account; /* who runs us */
	const char *kind;    /* SSH_ASKPASS_PROMPT */
};

struct askpass_plan {
	const struct host_settings *host;
	const char *service;
	char user[PROMPT_USER_MAX + 1];
	char name[PROMPT_HOST_MAX + 1]; /* of the host */
	size_t longest; /* octets that the asking program carries */
	unsigned int part, parts; /* 0: the whole is asked for */
};

/* true: *ret is whom the answer is for. false: nobody is to be told anything,
 * and ret_problem says why. */
bool askpass_plan(const struct settings *settings,
    const struct askpass_environment *environment, const char *prompt,
    struct askpass_plan *ret, char ret_problem[PROBLEM_SIZE]);

/*
 * The token as one answer, or the part that is asked for: "1/3:DATA". The
 * module takes answers of 511, 1023 and 4095 octets for cut ones, so none has
 * such a length.
 */
enum status askpass_piece(const struct askpass_plan *plan,
    const struct secret *token, struct secret *ret,
    char ret_problem[PROBLEM_SIZE]);

#endif
