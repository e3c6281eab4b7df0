/* SPDX-License-Identifier: ISC */
/*
 * What a process can no longer do once it has started. Each call is final for
 * this process and its children; each is made after privileges are dropped.
 */
#ifndef LIB_SANDBOX_H
#define LIB_SANDBOX_H

#include "scopegate/status.h"

/* No core file, not dumpable, no_new_privs. First thing in every role. */
enum status sandbox_no_core(void);

/*
 * decide: no socket family but AF_UNIX, no exec. Call after fetcher_start(),
 * whose starter must be able to exec. A call that is denied fails with EPERM;
 * one through another ABI (i386, x32) kills.
 */
enum status sandbox_decide(void);

/* fetch: no socket family but AF_INET, AF_INET6 and AF_UNIX; no exec. */
enum status sandbox_fetch(void);

/* gatewayd: the same. Call before there is a thread that serves. */
enum status sandbox_gateway(void);

#endif
