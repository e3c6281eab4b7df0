/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch_fixture.h"
#include "scopegate/cleanup.h"

/*
 * Whom fetch talks to: a server whose certificate is good for the name in the
 * URL and comes from ca_file, over TLS 1.2 or later. The servers are openssl's.
 */

static pid_t
spawn(char *const argv[], int output)
{
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char *envp[] = {path, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;

	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	(void)posix_spawn_file_actions_addopen(
	    &actions, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(
	    &actions, 2, "/dev/null", O_WRONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, output, 1);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, envp) != 0)
		pid = -1;
	(void)posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static char *
text(const char *s)
{
	return (char *)(uintptr_t)s;
}

struct files {
	char certificate[128], key[128];
};

static void
name_files(const struct fixture *x, const char *name, struct files *ret)
{
	(void)snprintf(ret->certificate, sizeof(ret->certificate), "%s/%s.pem",
	    x->folder, name);
	(void)snprintf(
	    ret->key, sizeof(ret->key), "%s/%s.key", x->folder, name);
}

/* A self-signed certificate is its own CA. false: no openssl here. */
static bool
make_certificate(const struct files *f, const char *alternative_name)
{
	char extension[128];
	char *argv[] = {text("openssl"), text("req"), text("-x509"),
	    text("-newkey"), text("ec"), text("-pkeyopt"),
	    text("ec_paramgen_curve:P-256"), text("-nodes"), text("-days"),
	    text("1"), text("-subj"), text("/CN=test"), text("-addext"),
	    extension, text("-keyout"), text(f->key), text("-out"),
	    text(f->certificate), NULL};
	_cleanup_(close_fd) int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int status = 0;
	pid_t pid;

	(void)snprintf(extension, sizeof(extension), "subjectAltName=%s",
	    alternative_name);
	pid = spawn(argv, null);
	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	       WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The port of "ACCEPT 127.0.0.1:PORT", which the server writes when ready. */
static unsigned int
read_port(int fd)
{
	char line[512] = "";
	size_t used = 0;

	while (used < sizeof(line) - 1) {
		ssize_t n = read(fd, line + used, sizeof(line) - 1 - used);
		const char *place;

		if (n <= 0)
			return 0;
		used += (size_t)n;
		line[used] = '\0';
		place = strstr(line, "ACCEPT 127.0.0.1:");
		if (place != NULL && strchr(place, '\n') != NULL)
			return (unsigned int)strtoul(place + 17, NULL, 10);
	}
	return 0;
}

static pid_t
start_server(const struct files *f, const char *version, unsigned int *ret_port)
{
	char *argv[] = {text("openssl"), text("s_server"), text("-accept"),
	    text("127.0.0.1:0"), text("-www"), text("-cert"),
	    text(f->certificate), text("-key"), text(f->key), text("-cipher"),
	    text("ALL:@SECLEVEL=0"), text(version), NULL};
	int pipe_fds[2];
	pid_t pid;

	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	pid = spawn(argv, pipe_fds[1]);
	close_fd(&pipe_fds[1]);
	assert_true(pid > 0);
	*ret_port = read_port(pipe_fds[0]);
	close_fd(&pipe_fds[0]);
	assert_true(*ret_port > 0);
	return pid;
}

struct tls_case {
	const char *host;             /* in the URL */
	const char *alternative_name; /* of the server's certificate */
	bool trusted;                 /* is it the one in ca_file? */
	const char *version;          /* of the server */
	enum fetch_result expected;
};

static void
try_case(struct fixture *x, const struct tls_case *c,
    const struct files *server, const struct files *other)
{
	struct outcome o;
	unsigned int port;
	pid_t pid = start_server(server, c->version, &port);
	char more[512], url[64];

	(void)snprintf(url, sizeof(url), "https://%s:%u", c->host, port);
	(void)snprintf(more, sizeof(more),
	    "endpoint_origins = %s\nca_file = %s", url,
	    c->trusted ? server->certificate : other->certificate);
	fixture_write_config(x, "gate", more);
	fixture_reread_config(x);
	assert_int_equal(
	    fetcher_start(x->base, x->config, &x->fetcher), STATUS_OK);
	o = fixture_asked(x, FETCH_METADATA, url, 10000);
	fetcher_stop(x->fetcher);
	x->fetcher = NULL;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	if (o.result != c->expected)
		fail_msg("%s %s trusted %d: result %d", c->alternative_name,
		    c->version, c->trusted, (int)o.result);
	if (c->expected == FETCH_ANSWERED)
		assert_int_equal(o.status, 200);
}

static void
only_the_right_server_is_talked_to(void **state)
{
	static const struct tls_case cases[] = {
	    {"127.0.0.1", "IP:127.0.0.1", true, "-tls1_3", FETCH_ANSWERED},
	    {"127.0.0.1", "IP:127.0.0.1", true, "-tls1_2", FETCH_ANSWERED},
	    /* By name: libcurl's resolver works behind the filter. */
	    {"localhost", "DNS:localhost", true, "-tls1_3", FETCH_ANSWERED},
	    {"localhost", "IP:127.0.0.1", true, "-tls1_3", FETCH_TLS},
	    {"127.0.0.1", "IP:127.0.0.1", true, "-tls1_1", FETCH_TLS},
	    {"127.0.0.1", "IP:127.0.0.1", false, "-tls1_3", FETCH_TLS},
	    {"127.0.0.1", "DNS:elsewhere.example", true, "-tls1_3", FETCH_TLS},
	    {"127.0.0.1", "IP:127.0.0.2", true, "-tls1_2", FETCH_TLS},
	};
	struct fixture *x = *state;
	struct files server, other;

	name_files(x, "server", &server);
	name_files(x, "other", &other);
	if (!make_certificate(&other, "IP:127.0.0.1"))
		skip();
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		assert_true(
		    make_certificate(&server, cases[i].alternative_name));
		try_case(x, &cases[i], &server, &other);
	}
	(void)unlink(server.certificate);
	(void)unlink(server.key);
	(void)unlink(other.certificate);
	(void)unlink(other.key);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(only_the_right_server_is_talked_to,
		fixture_start_files, fixture_end),
	};

	if (argc == 3 && strcmp(argv[1], FETCH_ROLE) == 0)
		return fetch_main(FETCH_CHANNEL_FD, argv[2]);
	return cmocka_run_group_tests_name("fetch tls", tests, NULL, NULL);
}
