/* SPDX-License-Identifier: ISC */
/*
 * TLS in front of a plain server of this host, for tests: what comes in by a
 * handshake goes on as it is. One thread a connection.
 */
#ifndef SCOPEGATE_TESTS_TLS_FRONT_H
#define SCOPEGATE_TESTS_TLS_FRONT_H

struct tls_front;

/*
 * Shows `certificate` and listens on a free port of 127.0.0.1. `clients` is the
 * file of those certificates of which one is demanded; NULL: none is asked for.
 * `version`: TLS1_2_VERSION or TLS1_3_VERSION, and no other.
 */
struct tls_front *tls_front_start(const char *certificate, const char *key,
    const char *clients, int version, unsigned int behind);
void tls_front_stop(struct tls_front *f);
unsigned int tls_front_port(const struct tls_front *f);

#endif
