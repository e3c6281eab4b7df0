/* SPDX-License-Identifier: ISC */
/* A fetcher with a configuration of its own and a server to ask. */
#ifndef TESTS_FETCH_FIXTURE_H
#define TESTS_FETCH_FIXTURE_H

#include <sys/types.h>

#include "fetcher.h"
#include "http_script.h"

#define GUARD_S 30 /* a test that waits longer has failed */

struct fixture {
	char folder[64], config_path[96], secret_path[96];
	char profile_folder[96], profile_path[112];
	char key_path[96], certificate_path[96]; /* for tests to make */
	struct http_script *server;
	struct event_base *base;
	struct config *config;
	struct fetcher *fetcher;
	const char *form;   /* of questions that have one */
	const char *token;  /* of probes */
	unsigned int probe; /* which one FETCH_PROBE makes */
};

struct outcome {
	bool done;
	enum fetch_result result;
	int status;
	unsigned int retry_after_s;
	bool encoded;
	char type[80];
	size_t length;
	char body[64];
	struct event_base *base;
	unsigned int *left; /* of many: the loop ends with the last */
};

/* Set-up with the fetcher running, or with all but that; and the end. */
int fixture_start(void **state);
int fixture_start_files(void **state);
int fixture_end(void **state);

void fixture_write_config(
    struct fixture *x, const char *client_id, const char *more);
/* A client "gate" that introspects; how it shows that is for `more` to say. */
void fixture_write_client(struct fixture *x, const char *more);
/* The same of a server elsewhere, whose endpoint is its url. */
void fixture_write_issuer(
    struct fixture *x, const char *url, const char *more);
/* A client "gate" that keeps grants; its secret is for `more` to say. */
void fixture_write_grant(struct fixture *x, const char *more);
/* The profile "fake"; before the configuration is written. */
void fixture_write_profile(struct fixture *x, const char *text);

/* decide's own copy, after the file has changed. */
void fixture_reread_config(struct fixture *x);

/* Until somebody breaks the loop, or `guard_ms` have passed. */
void fixture_run_loop(struct fixture *x, int guard_ms);
fetch_done outcome_done;
/* `path` on the server, or a whole URL. */
uint32_t fixture_ask(struct fixture *x, enum fetch_slot slot, const char *path,
    int budget_ms, struct outcome *o);
/* Asks and waits. */
struct outcome fixture_asked(
    struct fixture *x, enum fetch_slot slot, const char *path, int budget_ms);
bool fixture_last_has(struct fixture *x, const char *text);

/* The process with this role and configuration; 0: none. */
pid_t fixture_find_fetch(const struct fixture *x);
/* A line of /proc/PID/status as a number; -1: no such process or line. */
long process_status(pid_t pid, const char *name);

#endif
