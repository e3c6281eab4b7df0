/* SPDX-License-Identifier: ISC */
#include "http_client.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "http_pool.h"
#include "origin.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"

/*
 * libcurl by events: what to watch, when to wake, which question is whose. It
 * never looks into an answer.
 */

#define CONNECTIONS_KEPT 64L
#define EVENTS_AT_ONCE 32

/* libcurl's buffers hold tokens and our credentials. */
static void
wiping_free(void *p)
{
	if (p != NULL)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

static void *
wiping_realloc(void *old, size_t size)
{
	size_t kept = old != NULL ? malloc_usable_size(old) : 0;
	void *p = malloc(size);

	if (p == NULL)
		return NULL;
	if (kept > 0)
		memcpy(p, old, kept < size ? kept : size);
	wiping_free(old);
	return p;
}

enum status
http_client_init(void)
{
	return curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiping_free,
		   wiping_realloc, strdup, calloc) == CURLE_OK
		   ? STATUS_OK
		   : STATUS_NOMEM;
}

/* libcurl says which of its sockets to watch, and for what. `known` is not
 * NULL once the socket is in the set. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *argument, void *known)
{
	struct trust *t = argument;
	struct epoll_event e = {.data.fd = fd};

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		(void)epoll_ctl(t->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	if ((what & CURL_POLL_IN) != 0)
		e.events |= EPOLLIN;
	if ((what & CURL_POLL_OUT) != 0)
		e.events |= EPOLLOUT;
	if (epoll_ctl(t->epoll_fd,
		known != NULL ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e) != 0)
		return -1;
	(void)curl_multi_assign(t->multi, fd, t);
	return 0;
}

static int
on_timer(CURLM *multi, long ms, void *argument)
{
	struct trust *t = argument;

	(void)multi;
	t->timer_us = ms < 0 ? INT64_MAX : monotonic_us() + ms * 1000;
	return 0;
}

static enum status
trust_open(struct http_client *c, struct trust *t)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = t};

	t->timer_us = INT64_MAX;
	t->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	t->multi = curl_multi_init();
	if (t->epoll_fd < 0 || t->multi == NULL ||
	    epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, t->epoll_fd, &e) != 0)
		return STATUS_NOMEM;
	if (curl_multi_setopt(t->multi, CURLMOPT_SOCKETFUNCTION, on_socket) !=
		CURLM_OK ||
	    curl_multi_setopt(t->multi, CURLMOPT_SOCKETDATA, t) != CURLM_OK ||
	    curl_multi_setopt(t->multi, CURLMOPT_TIMERFUNCTION, on_timer) !=
		CURLM_OK ||
	    curl_multi_setopt(t->multi, CURLMOPT_TIMERDATA, t) != CURLM_OK ||
	    curl_multi_setopt(t->multi, CURLMOPT_PIPELINING,
		(long)CURLPIPE_NOTHING) != CURLM_OK ||
	    curl_multi_setopt(
		t->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_KEPT) != CURLM_OK)
		return STATUS_INVALID;
	return STATUS_OK;
}

static enum status
trust_for(struct http_client *c, const char *ca_file, struct trust **ret)
{
	struct trust *t;

	for (size_t i = 0; i < c->trust_count; i++) {
		t = &c->trusts[i];
		if (t->ca_file == ca_file ||
		    (t->ca_file != NULL && ca_file != NULL &&
			strcmp(t->ca_file, ca_file) == 0)) {
			*ret = t;
			return STATUS_OK;
		}
	}
	t = &c->trusts[c->trust_count++];
	t->ca_file = ca_file;
	*ret = t;
	return trust_open(c, t);
}

static enum status
open_all(struct http_client *c, struct conf_error *ret_error)
{
	enum status s = STATUS_OK;

	c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	c->pools = calloc(c->config->issuer_count + 1, sizeof(*c->pools));
	c->trusts = calloc(c->config->issuer_count + 1, sizeof(*c->trusts));
	if (c->epoll_fd < 0 || c->pools == NULL || c->trusts == NULL) {
		conf_error_set(ret_error, c->config->path, 0, "out of memory");
		return STATUS_NOMEM;
	}
	while (s == STATUS_OK && c->pool_count < c->config->issuer_count) {
		const struct issuer *issuer =
		    &c->config->issuers[c->pool_count];
		struct pool *p = &c->pools[c->pool_count++];

		s = pool_open(p, c, issuer, ret_error);
		if (s == STATUS_OK &&
		    trust_for(c, issuer->ca_file, &p->trust) != STATUS_OK) {
			conf_error_set(ret_error, issuer->file, issuer->line,
			    "out of memory or descriptors");
			s = STATUS_NOMEM;
		}
	}
	return s;
}

enum status
http_client_new(struct config *config, http_answer *answer, void *argument,
    struct http_client **ret, struct conf_error *ret_error)
{
	struct http_client *c = calloc(1, sizeof(*c));
	enum status s;

	if (c == NULL) {
		conf_error_set(ret_error, config->path, 0, "out of memory");
		return STATUS_NOMEM;
	}
	c->config = config_ref(config);
	c->answer = answer;
	c->argument = argument;
	s = open_all(c, ret_error);
	if (s != STATUS_OK) {
		http_client_free(c);
		return s;
	}
	*ret = c;
	return STATUS_OK;
}

void
http_client_free(struct http_client *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->pool_count; i++)
		pool_close(&c->pools[i]);
	for (size_t i = 0; i < c->trust_count; i++) {
		(void)curl_multi_cleanup(c->trusts[i].multi);
		close_fd(&c->trusts[i].epoll_fd);
	}
	free(c->pools);
	free(c->trusts);
	close_fd(&c->epoll_fd);
	config_unref(c->config);
	free(c);
}

int
http_client_fd(const struct http_client *c)
{
	return c->epoll_fd;
}

int64_t
http_client_next_us(const struct http_client *c)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < c->trust_count; i++) {
		if (c->trusts[i].timer_us < next)
			next = c->trusts[i].timer_us;
	}
	for (size_t i = 0; i < c->pool_count; i++) {
		int64_t pool = pool_next_us(&c->pools[i]);

		next = pool < next ? pool : next;
	}
	return next;
}

static void
trust_collect(struct trust *t)
{
	const CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(t->multi, &left)) != NULL) {
		struct transfer *transfer = NULL;

		if (m->msg == CURLMSG_DONE &&
		    curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE,
			&transfer) == CURLE_OK &&
		    transfer != NULL)
			pool_complete(transfer, m->data.result);
	}
}

static void
trust_run(struct trust *t)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int running, n = epoll_wait(t->epoll_fd, events, EVENTS_AT_ONCE, 0);

	for (int i = 0; i < n; i++) {
		int what = 0;

		if ((events[i].events & (EPOLLIN | EPOLLHUP)) != 0)
			what |= CURL_CSELECT_IN;
		if ((events[i].events & EPOLLOUT) != 0)
			what |= CURL_CSELECT_OUT;
		if ((events[i].events & EPOLLERR) != 0)
			what |= CURL_CSELECT_ERR;
		(void)curl_multi_socket_action(
		    t->multi, events[i].data.fd, what, &running);
	}
	if (t->timer_us <= monotonic_us()) {
		t->timer_us = INT64_MAX;
		(void)curl_multi_socket_action(
		    t->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	trust_collect(t);
}

void
http_client_run(struct http_client *c)
{
	int64_t now_us = monotonic_us();

	for (size_t i = 0; i < c->pool_count; i++)
		pool_run(&c->pools[i], now_us);
	for (size_t i = 0; i < c->trust_count; i++)
		trust_run(&c->trusts[i]);
}

void
http_client_ask(struct http_client *c, const struct frame *ask)
{
	for (size_t i = 0; i < c->pool_count; i++) {
		if (text_equal_string(ask->name, c->pools[i].issuer->name)) {
			pool_ask(&c->pools[i], ask);
			return;
		}
	}
	/* decide's configuration is newer or older than ours. */
	client_refuse(c, ask->id, FETCH_REFUSED);
}

bool
http_client_cancel(struct http_client *c, uint32_t id)
{
	for (size_t i = 0; i < c->pool_count; i++) {
		if (pool_cancel(&c->pools[i], id))
			return true;
	}
	return false;
}

bool
http_client_idle(const struct http_client *c)
{
	return c->busy == 0;
}
