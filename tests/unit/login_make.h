/* SPDX-License-Identifier: ISC */
/* A login outside of a daemon, for tests of its parts. */
#ifndef TESTS_LOGIN_MAKE_H
#define TESTS_LOGIN_MAKE_H

#include "login_table.h"
#include "server.h"

struct login_bench {
	struct server server;
	struct connection connection;
	struct config config;
	struct policy policy;
	struct issuer issuer;
	struct buf packet;
};

/* A policy that requires "trading" and "account:write" of a paper account, an
 * issuer in Alpaca's shape, and no login. */
struct login_bench *login_bench_new(void);
void login_bench_free(struct login_bench *b); /* with its logins */

/* LOGIN_BEGIN by `user` from `rhost` (NULL: none). */
enum reason login_bench_add(struct login_bench *b, const char *user,
    const char *rhost, unsigned int method, struct login **ret);

#endif
