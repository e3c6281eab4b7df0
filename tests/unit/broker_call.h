/* SPDX-License-Identifier: ISC */
/* A broker in this process, called as programs call it but without HTTP, and
 * with codes such as the authorization page gives. */
#ifndef BROKER_CALL_H
#define BROKER_CALL_H

#include "broker.h"
#include "http/http_server.h"
#include "oauth/token_store.h"
#include "routes.h"
#include "temporary_store.h"

#define CALL_ISSUER "https://broker.example.com"
#define CALL_AUDIENCE "https://hosts.example.test"
#define CALL_OTHER "https://other.example.com"
#define CALL_REDIRECT "https://web.example.com/cb"
#define CALL_EXCHANGE                                                          \
	"grant_type=authorization_code&redirect_uri=" CALL_REDIRECT
#define CALL_VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CALL_CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define CALL_LOGIN                                                             \
	"[{\"type\":\"host_login\",\"host\":\"web1.example.com\","             \
	"\"service\":\"ssh\",\"user\":\"alice\"}]"

/* All confidential, but for NATIVE. GATE may ask about CALL_AUDIENCE. */
enum { WEB, NATIVE, SIGNED, ALPACA, GATE, CALL_APPS };

struct broker_call {
	struct temporary_store disk;
	struct broker broker;
	struct app apps[CALL_APPS];
	char secrets[CALL_APPS][RANDOM_TEXT_SIZE];
	int64_t user;
	struct account account;
	/* of the last call */
	unsigned int status;
	char body[32768];
	char type[128]; /* Content-Type */
};

int broker_call_make(void **state); /* for a group; *state */
int broker_call_remove(void **state);

/* POSTs the form, with the app's client_id and its secret behind. */
void broker_call(struct broker_call *f, endpoint *handler, int app,
    const char *accept, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The text member `name` of the last body into `ret` (8192 octets). */
void broker_call_member(struct broker_call *f, const char *name, char *ret);

/* The last answer was this error, with a description. */
void broker_call_expect(struct broker_call *f, const char *error);

/* A code for alice, paper, who signed in a minute ago; `c` may have a nonce, a
 * challenge, and in c->grant the scope, audience and details. */
void broker_call_code(
    struct broker_call *f, int app, struct code *c, char ret[RANDOM_TEXT_SIZE]);
/* Exchanges one for what it gives. */
void broker_call_exchange(struct broker_call *f, int app, const char *code);

/* The payload of a JWT whose signature is good and whose typ is this. */
void broker_call_verify(
    struct broker_call *f, const char *jwt, const char *type, char ret[8192]);

#endif
