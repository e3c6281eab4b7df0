/* SPDX-License-Identifier: ISC */
/*
 * A daemon that does what a script says, in a child, on a socket in a folder
 * of its own. One letter is one act, '|' ends a connection and waits for the
 * next, the end of the script closes everything:
 *
 *	r  read the request       w  wait until the caller goes away
 *	a  ACK                    A  ACK with another id
 *	v  VERDICT                i  VERDICT with another id
 *	d  DOCUMENT               l  VERDICT allow whose reason is a refusal
 *	p  PROMPT                 u  wait until there is something to read
 *	e  ERROR busy             E  ERROR version
 *	2  VERDICT of version 2   q  a request as the reply
 *	f  VERDICT of 64 KiB      b  one octet more than 64 KiB
 *	V, P, X  VERDICT, PROMPT, ERROR busy under the id of the request before
 *	g  garbage                0  an empty packet
 *	s  sleep longer than CLIENT_ACK_MS
 */
#ifndef SCOPEGATE_TESTS_SCRIPTED_SERVER_H
#define SCOPEGATE_TESTS_SCRIPTED_SERVER_H

#include <sys/types.h>

struct tally {
	unsigned int accepted; /* connections */
	unsigned int received; /* whole packets read by 'r' */
};

struct scripted_server {
	char folder[64];
	char path[80];       /* of the socket */
	int listener;        /* -1: none */
	pid_t pid;           /* 0: not started */
	struct tally *tally; /* shared with the child */
};

/* An empty folder, mode 0700, below $TMPDIR or /tmp. 0, or -1 and errno. */
int server_open(struct scripted_server *s);
/* Binds and listens with a socket of this type (SOCK_SEQPACKET ...). */
int server_listen(struct scripted_server *s, int type, int backlog);
/* Closes the listener and leaves its name in the folder. */
void server_abandon(struct scripted_server *s);
/* Runs the script in a child, which takes the listener over. */
int server_start(struct scripted_server *s, const char *script);
void server_stop(struct scripted_server *s); /* kills and waits */
/* Stops, and removes the folder with all that is in it. */
void server_close(struct scripted_server *s);

#endif
