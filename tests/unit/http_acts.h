/* SPDX-License-Identifier: ISC */
/* The inside of http_script.h: what it does with a request, by its path. */
#ifndef TESTS_HTTP_ACTS_H
#define TESTS_HTTP_ACTS_H

#include <pthread.h>
#include <stdbool.h>

#include "http_script.h"

#define REQUEST_MAX (128 * 1024)
#define KEPT_MAX 64

struct http_script {
	int listener;
	unsigned int port;
	pthread_t thread;
	pthread_mutex_t lock;
	unsigned int connections, requests, abandoned, running, busy_left;
	char last[REQUEST_MAX];
	char *kept[KEPT_MAX]; /* the first ones */
	unsigned int issued;  /* tokens of /token */
};

/* One that is being served. */
struct connection {
	struct http_script *script;
	int fd;
	unsigned int served;
	const char *request;
};

/* Answers c->request; false: the connection is at its end. */
bool http_act(struct connection *c);

#endif
