/* SPDX-License-Identifier: ISC */
/*
 * What only gatewayd may send, over gateway.sock. It carries octets between
 * browsers and decide and decides nothing: every member of every answer below
 * is for showing or sending on.
 *
 * Answers are documents. "result" is always there; texts are for people and
 * hold nothing that an authorization server sent but `error` (one of RFC
 * 6749's words) and what is listed here as its own.
 *
 * link {link rhost; browser}
 *	{"result":"redirect","url":"https://as.example/authorize?...","browser":"..."}
 *		browser: the value that the cookie must have from now on
 *	{"result":"gone"}       unknown, used, cancelled or too old
 *	{"result":"unavailable","reason":NAME,"sentence":TEXT,"retry_after":N}
 *
 * callback {state rhost; browser code iss path oauth_error error_description}
 *	path: "/callback" or "/callback/NAME" below gateway_url, as the browser
 *	came by it; NAME of letters, digits, "-", "." and "_"
 *	{"result":"confirm","state":S, LOGIN, GRANT, "seconds":N}
 *		state: what the form must send back with the choice
 *	{"result":"refused","reason":NAME,"sentence":TEXT,"error":WORD,
 *	 LOGIN, "missing":[SCOPE]}
 *	{"result":"unavailable",...}  {"result":"gone"}
 *	{"result":"foreign"}    begun in another browser; the login is over
 *	The code of an issuer of `exchange = kite` is the redirect's
 *	`request_token`.
 *
 * confirm {state browser choice}
 *	{"result":"code","code":"K7QX-2MRT", LOGIN, "seconds":N}
 *	{"result":"denied", LOGIN}  {"result":"gone"}  {"result":"foreign"}
 *
 * LOGIN: "host":TEXT,"service":TEXT,"user":TEXT,"rhost":TEXT,"tty":TEXT,
 *	"age":SECONDS,"policy":NAME       (absent members are not known)
 * GRANT: "issuer":NAME,"client_id":TEXT,"environment":"paper"|"live",
 *	"account":TEXT,"display":TEXT,"scopes":[SCOPE],"ends_at":EPOCH
 *
 * code {token service user host rhost}
 *	{"result":"code","code":"sg-...","seconds":60}
 *	REFUSAL  {"result":"unavailable",...}
 *	{"result":"invalid","sentence":TEXT,"host":NAME}  another host
 * authorize {token service rhost}
 *	{"result":"allow","user":NAME,"subject":TEXT,"client_id":TEXT,
 *	 "issuer":NAME,"environment":...,"scopes":[..],"ref":REF,"expires_at":N}
 *	REFUSAL  {"result":"unavailable",...}
 * REFUSAL: {"result":"deny","reason":NAME,"sentence":TEXT,"error":
 *	"invalid_token"|"insufficient_scope"|
 *	"insufficient_user_authentication","missing":[SCOPE],"acr_values":[ACR],
 *	"max_age":SECONDS,"ref":REF,"retry_after":N}
 *
 * event {document: the claims of a security event token (RFC 8417)}
 *	{"result":"accepted","grants":N}   what it names is asked about anew; an
 *	{"result":"invalid","sentence":T}  event ends nothing by itself
 * metadata
 *	{"result":"metadata","host":NAME,"issuers":[URL],"scopes":[SCOPE]}
 * metrics
 *	{"result":"metrics", ...}  counters, see gateway_metrics.c
 */
#ifndef VALIDATORD_GATEWAY_H
#define VALIDATORD_GATEWAY_H

#include "connection.h"
#include "scopegate/message.h"

void gateway_answer(struct connection *c, const struct message *m);

#endif
