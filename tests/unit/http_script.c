/* SPDX-License-Identifier: ISC */
#include "http_acts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scopegate/cleanup.h"

/* Never use it for anything but tests; what it does is in http_acts.c. */

/* Reads one whole request into `request`; false at the end. */
static bool
read_request(int fd, char *request)
{
	size_t used = 0, wanted = 0;

	while (wanted == 0 || used < wanted) {
		ssize_t n = recv(fd, request + used, REQUEST_MAX - 1 - used, 0);
		const char *end, *length;

		if (n <= 0)
			return false;
		used += (size_t)n;
		request[used] = '\0';
		end = strstr(request, "\r\n\r\n");
		if (end == NULL || wanted != 0)
			continue;
		length = strcasestr(request, "\r\nContent-Length:");
		wanted = (size_t)(end + 4 - request);
		if (length != NULL && length < end)
			wanted += strtoul(length + 17, NULL, 10);
	}
	return true;
}

static void *
serve(void *argument)
{
	struct connection *c = argument;
	struct http_script *s = c->script;
	char *request = malloc(REQUEST_MAX);

	while (request != NULL && read_request(c->fd, request)) {
		(void)pthread_mutex_lock(&s->lock);
		if (s->requests < KEPT_MAX)
			s->kept[s->requests] = strdup(request);
		s->requests++;
		memcpy(s->last, request, strlen(request) + 1);
		(void)pthread_mutex_unlock(&s->lock);
		c->request = request;
		if (!http_act(c))
			break;
		c->served++;
	}
	free(request);
	(void)close(c->fd);
	free(c);
	(void)pthread_mutex_lock(&s->lock);
	s->running--;
	(void)pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void
accepted(struct http_script *s, int fd)
{
	struct connection *c = calloc(1, sizeof(*c));
	pthread_t thread;

	if (c == NULL) {
		(void)close(fd);
		return;
	}
	c->script = s;
	c->fd = fd;
	(void)pthread_mutex_lock(&s->lock);
	s->connections++;
	s->running++;
	(void)pthread_mutex_unlock(&s->lock);
	if (pthread_create(&thread, NULL, serve, c) == 0)
		(void)pthread_detach(thread);
}

static void *
listen_loop(void *argument)
{
	struct http_script *s = argument;
	int fd;

	while ((fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		accepted(s, fd);
	return NULL;
}

struct http_script *
http_script_start(void)
{
	struct http_script *s = calloc(1, sizeof(*s));
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);

	if (s == NULL)
		return NULL;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->busy_left = 1;
	(void)pthread_mutex_init(&s->lock, NULL);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0 ||
	    bind(s->listener, (struct sockaddr *)&address, length) != 0 ||
	    listen(s->listener, 256) != 0 ||
	    getsockname(s->listener, (struct sockaddr *)&address, &length) !=
		0 ||
	    pthread_create(&s->thread, NULL, listen_loop, s) != 0) {
		close_fd(&s->listener);
		free(s);
		return NULL;
	}
	s->port = ntohs(address.sin_port);
	return s;
}

static unsigned int
counter(struct http_script *s, const unsigned int *which)
{
	unsigned int value;

	(void)pthread_mutex_lock(&s->lock);
	value = *which;
	(void)pthread_mutex_unlock(&s->lock);
	return value;
}

void
http_script_stop(struct http_script *s)
{
	if (s == NULL)
		return;
	(void)shutdown(s->listener, SHUT_RDWR);
	(void)pthread_join(s->thread, NULL);
	close_fd(&s->listener);
	/* The clients are gone, so the threads end. */
	for (int i = 0; i < 1000 && counter(s, &s->running) > 0; i++)
		(void)usleep(10000);
	if (counter(s, &s->running) > 0)
		return;
	for (size_t i = 0; i < KEPT_MAX; i++)
		free(s->kept[i]);
	free(s);
}

unsigned int
http_script_port(const struct http_script *s)
{
	return s->port;
}

unsigned int
http_script_connections(struct http_script *s)
{
	return counter(s, &s->connections);
}

unsigned int
http_script_requests(struct http_script *s)
{
	return counter(s, &s->requests);
}

unsigned int
http_script_abandoned(struct http_script *s)
{
	return counter(s, &s->abandoned);
}

void
http_script_last(struct http_script *s, char *ret, unsigned int size)
{
	(void)pthread_mutex_lock(&s->lock);
	(void)snprintf(ret, size, "%s", s->last);
	(void)pthread_mutex_unlock(&s->lock);
}

const char *
http_script_request(struct http_script *s, unsigned int number)
{
	const char *kept;

	(void)pthread_mutex_lock(&s->lock);
	kept = number < KEPT_MAX ? s->kept[number] : NULL;
	(void)pthread_mutex_unlock(&s->lock);
	return kept;
}

void
http_script_expire(struct http_script *s)
{
	(void)pthread_mutex_lock(&s->lock);
	s->issued++;
	(void)pthread_mutex_unlock(&s->lock);
}
