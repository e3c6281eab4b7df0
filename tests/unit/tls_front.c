/* SPDX-License-Identifier: ISC */
#include "tls_front.h"

/* The cmocka headers need these before them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "scopegate/cleanup.h"

struct tls_front {
	SSL_CTX *context;
	int listener;
	unsigned int port, behind;
	pthread_t thread;
	pthread_mutex_t lock;
	unsigned int running;
};

struct connection {
	struct tls_front *front;
	int fd, plain;
	SSL *tls;
};

static struct sockaddr_in
loopback(unsigned int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* One turn each way; false: somebody has gone. */
static bool
carry(struct connection *c)
{
	struct pollfd p[] = {{c->fd, POLLIN, 0}, {c->plain, POLLIN, 0}};
	char bytes[16384];
	ssize_t n;

	if (SSL_pending(c->tls) > 0)
		p[0].revents = POLLIN;
	else if (poll(p, ELEMENTS(p), 30000) <= 0)
		return false;
	if (p[0].revents != 0) {
		n = SSL_read(c->tls, bytes, sizeof(bytes));
		if (n <= 0 ||
		    send(c->plain, bytes, (size_t)n, MSG_NOSIGNAL) != n)
			return false;
	}
	if (p[1].revents != 0) {
		n = recv(c->plain, bytes, sizeof(bytes), 0);
		if (n <= 0 || SSL_write(c->tls, bytes, (int)n) != n)
			return false;
	}
	return true;
}

static void *
serve(void *argument)
{
	struct connection *c = argument;
	struct sockaddr_in to = loopback(c->front->behind);
	sigset_t broken;

	/* libssl writes without MSG_NOSIGNAL. */
	(void)sigemptyset(&broken);
	(void)sigaddset(&broken, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &broken, NULL);
	c->tls = SSL_new(c->front->context);
	c->plain = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->tls != NULL && SSL_set_fd(c->tls, c->fd) == 1 &&
	    SSL_accept(c->tls) == 1 &&
	    connect(c->plain, (struct sockaddr *)&to, sizeof(to)) == 0) {
		while (carry(c))
			;
		(void)SSL_shutdown(c->tls);
	}
	SSL_free(c->tls);
	(void)close(c->fd);
	(void)close(c->plain);
	(void)pthread_mutex_lock(&c->front->lock);
	c->front->running--;
	(void)pthread_mutex_unlock(&c->front->lock);
	free(c);
	return NULL;
}

static void *
listen_loop(void *argument)
{
	struct tls_front *f = argument;
	int fd;

	while ((fd = accept4(f->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		struct connection *c = calloc(1, sizeof(*c));
		pthread_t thread;

		if (c == NULL) {
			(void)close(fd);
			continue;
		}
		c->front = f;
		c->fd = fd;
		(void)pthread_mutex_lock(&f->lock);
		f->running++;
		(void)pthread_mutex_unlock(&f->lock);
		if (pthread_create(&thread, NULL, serve, c) == 0)
			(void)pthread_detach(thread);
	}
	return NULL;
}

static SSL_CTX *
make_context(
    const char *certificate, const char *key, const char *clients, int version)
{
	SSL_CTX *c = SSL_CTX_new(TLS_server_method());

	assert_non_null(c);
	assert_int_equal(SSL_CTX_set_min_proto_version(c, version), 1);
	assert_int_equal(SSL_CTX_set_max_proto_version(c, version), 1);
	assert_int_equal(SSL_CTX_use_certificate_chain_file(c, certificate), 1);
	assert_int_equal(
	    SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM), 1);
	if (clients != NULL) {
		assert_int_equal(
		    SSL_CTX_load_verify_locations(c, clients, NULL), 1);
		SSL_CTX_set_verify(
		    c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
		/* Else a session of one client could stand for another. */
		assert_int_equal(SSL_CTX_set_session_id_context(
				     c, (const unsigned char *)"t", 1),
		    1);
	}
	return c;
}

struct tls_front *
tls_front_start(const char *certificate, const char *key, const char *clients,
    int version, unsigned int behind)
{
	struct tls_front *f = calloc(1, sizeof(*f));
	struct sockaddr_in address = loopback(0);
	socklen_t length = sizeof(address);

	assert_non_null(f);
	f->context = make_context(certificate, key, clients, version);
	f->behind = behind;
	assert_int_equal(pthread_mutex_init(&f->lock, NULL), 0);
	f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(f->listener >= 0);
	assert_int_equal(
	    bind(f->listener, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(f->listener, 64), 0);
	assert_int_equal(
	    getsockname(f->listener, (struct sockaddr *)&address, &length), 0);
	f->port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&f->thread, NULL, listen_loop, f), 0);
	return f;
}

static unsigned int
running(struct tls_front *f)
{
	unsigned int n;

	(void)pthread_mutex_lock(&f->lock);
	n = f->running;
	(void)pthread_mutex_unlock(&f->lock);
	return n;
}

void
tls_front_stop(struct tls_front *f)
{
	(void)shutdown(f->listener, SHUT_RDWR);
	(void)pthread_join(f->thread, NULL);
	close_fd(&f->listener);
	/* The clients are gone, so the threads end. */
	for (int i = 0; i < 1000 && running(f) > 0; i++)
		(void)usleep(10000);
	if (running(f) > 0)
		return;
	SSL_CTX_free(f->context);
	free(f);
}

unsigned int
tls_front_port(const struct tls_front *f)
{
	return f->port;
}
