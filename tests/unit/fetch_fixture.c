/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch_fixture.h"
#include "scopegate/cleanup.h"

/* Everything lies in a folder of its own, on a free port, and goes with it. */

static void
write_file(const char *path, mode_t mode, const char *text)
{
	_cleanup_(close_fd) int fd =
	    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void
write_sections(struct fixture *x, const char *issuer)
{
	char text[2048];
	int n = snprintf(text, sizeof(text),
	    "[validatord]\n"
	    "audit_log = %s/audit.jsonl\n"
	    "runtime_dir = %s\n"
	    "profile_dir = %s\n"
	    "[issuer acme]\n"
	    "user_claim = username\n"
	    "%s\n"
	    "[policy p]\n"
	    "service = sshd\n"
	    "issuer = acme\n"
	    "require = trading\n",
	    x->folder, x->folder, x->profile_folder, issuer);

	assert_true(n > 0 && (size_t)n < sizeof(text));
	write_file(x->config_path, 0600, text);
}

static void
write_config(struct fixture *x, const char *client_id, const char *rest)
{
	char text[1536];
	int n = snprintf(text, sizeof(text),
	    "url = http://127.0.0.1:%u\n"
	    "insecure_loopback = yes\n"
	    "client_id = %s\n"
	    "%s",
	    http_script_port(x->server), client_id, rest);

	assert_true(n > 0 && (size_t)n < sizeof(text));
	write_sections(x, text);
}

void
fixture_write_issuer(struct fixture *x, const char *url, const char *more)
{
	char text[1536];
	int n = snprintf(text, sizeof(text),
	    "url = %s\n"
	    "introspection_endpoint = %s\n"
	    "client_id = gate\n"
	    "audience = none\n"
	    "%s",
	    url, url, more);

	assert_true(n > 0 && (size_t)n < sizeof(text));
	write_sections(x, text);
}

static void
write_introspecting(struct fixture *x, const char *client_id, const char *more)
{
	char rest[1024];
	int n = snprintf(rest, sizeof(rest),
	    "introspection_endpoint = http://127.0.0.1:%u/good\n"
	    "audience = none\n"
	    "%s",
	    http_script_port(x->server), more);

	assert_true(n > 0 && (size_t)n < sizeof(rest));
	write_config(x, client_id, rest);
}

void
fixture_write_config(struct fixture *x, const char *client_id, const char *more)
{
	char rest[1024];
	int n = snprintf(rest, sizeof(rest), "client_secret_file = %s\n%s",
	    x->secret_path, more);

	assert_true(n > 0 && (size_t)n < sizeof(rest));
	write_introspecting(x, client_id, rest);
}

void
fixture_write_client(struct fixture *x, const char *more)
{
	write_introspecting(x, "gate", more);
}

void
fixture_write_grant(struct fixture *x, const char *more)
{
	char rest[1024];
	int n = snprintf(rest, sizeof(rest), "validation = grant\n%s", more);

	assert_true(n > 0 && (size_t)n < sizeof(rest));
	write_config(x, "gate", rest);
}

void
fixture_write_profile(struct fixture *x, const char *text)
{
	assert_int_equal(mkdir(x->profile_folder, 0700), 0);
	write_file(x->profile_path, 0600, text);
}

void
fixture_reread_config(struct fixture *x)
{
	struct conf_error error = {.text = ""};

	config_unref(x->config);
	x->config = NULL;
	if (config_load(x->config_path, &x->config, &error) != STATUS_OK)
		fail_msg("%s:%u: %s", error.file, error.line, error.text);
}

int
fixture_start_files(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(x);
	(void)snprintf(x->folder, sizeof(x->folder), "%s/fetcherXXXXXX",
	    tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(x->folder));
	(void)snprintf(x->config_path, sizeof(x->config_path),
	    "%s/validatord.conf", x->folder);
	(void)snprintf(
	    x->secret_path, sizeof(x->secret_path), "%s/secret", x->folder);
	(void)snprintf(x->profile_folder, sizeof(x->profile_folder),
	    "%s/profiles", x->folder);
	(void)snprintf(x->profile_path, sizeof(x->profile_path), "%s/fake.conf",
	    x->profile_folder);
	(void)snprintf(x->key_path, sizeof(x->key_path), "%s/key", x->folder);
	(void)snprintf(x->certificate_path, sizeof(x->certificate_path),
	    "%s/certificate", x->folder);
	write_file(x->secret_path, 0600, "s+e/c ret%\n");
	x->form = "token=abc";
	x->token = "abc";
	x->server = http_script_start();
	assert_non_null(x->server);
	fixture_write_config(x, "gate:1", "");
	x->base = event_base_new();
	assert_non_null(x->base);
	fixture_reread_config(x);
	/* A proxy that the environment names must not be asked. */
	(void)setenv("http_proxy", "http://127.0.0.1:1", 1);
	(void)setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	*state = x;
	return 0;
}

int
fixture_start(void **state)
{
	struct fixture *x;

	(void)fixture_start_files(state);
	x = *state;
	assert_int_equal(
	    fetcher_start(x->base, x->config, &x->fetcher), STATUS_OK);
	assert_true(fetcher_running(x->fetcher));
	return 0;
}

int
fixture_end(void **state)
{
	struct fixture *x = *state;

	fetcher_stop(x->fetcher);
	event_base_free(x->base);
	config_unref(x->config);
	http_script_stop(x->server);
	(void)unlink(x->config_path);
	(void)unlink(x->secret_path);
	(void)unlink(x->key_path);
	(void)unlink(x->certificate_path);
	(void)unlink(x->profile_path);
	(void)rmdir(x->profile_folder);
	(void)rmdir(x->folder);
	free(x);
	return 0;
}

void
outcome_done(const struct fetch_reply *reply, void *argument)
{
	struct outcome *o = argument;

	assert_false(o->done);
	o->done = true;
	o->result = reply->result;
	o->status = reply->http_status;
	o->retry_after_s = reply->retry_after_s;
	o->encoded = reply->encoded;
	o->length = reply->body_length;
	(void)snprintf(o->type, sizeof(o->type), "%s", reply->content_type);
	(void)snprintf(o->body, sizeof(o->body), "%.*s",
	    (int)(reply->body_length < 60 ? reply->body_length : 60),
	    reply->body);
	if (o->left == NULL || --*o->left == 0)
		(void)event_base_loopbreak(o->base);
}

static void
on_guard(evutil_socket_t fd, short what, void *argument)
{
	(void)fd;
	(void)what;
	(void)event_base_loopbreak(argument);
}

void
fixture_run_loop(struct fixture *x, int guard_ms)
{
	struct timeval left = {guard_ms / 1000, guard_ms % 1000 * 1000};
	struct event guard;

	assert_int_equal(
	    event_assign(&guard, x->base, -1, 0, on_guard, x->base), 0);
	assert_int_equal(event_add(&guard, &left), 0);
	(void)event_base_dispatch(x->base);
	(void)event_del(&guard);
}

uint32_t
fixture_ask(struct fixture *x, enum fetch_slot slot, const char *path,
    int budget_ms, struct outcome *o)
{
	char url[5000], bytes[64];
	struct secret form = {bytes, 0};

	(void)snprintf(url, sizeof(url), "%s%s",
	    path[0] == '/' ? x->config->issuers[0].url : "", path);
	o->base = x->base;
	(void)snprintf(bytes, sizeof(bytes), "%s",
	    slot == FETCH_PROBE ? x->token : x->form);
	form.length = strlen(bytes);
	if (slot == FETCH_PROBE)
		return fetcher_ask_probe(x->fetcher, "acme", x->probe, url,
		    &form, deadline_in_ms(budget_ms), outcome_done, o);
	return fetcher_ask(x->fetcher, slot, "acme", url,
	    slot != FETCH_METADATA ? &form : NULL, deadline_in_ms(budget_ms),
	    outcome_done, o);
}

struct outcome
fixture_asked(
    struct fixture *x, enum fetch_slot slot, const char *path, int budget_ms)
{
	struct outcome o = {.done = false};

	assert_true(fixture_ask(x, slot, path, budget_ms, &o) > 0);
	assert_false(o.done);
	fixture_run_loop(x, GUARD_S * 1000);
	assert_true(o.done);
	return o;
}

bool
fixture_last_has(struct fixture *x, const char *text)
{
	char request[4096];

	http_script_last(x->server, request, sizeof(request));
	return strstr(request, text) != NULL;
}

pid_t
fixture_find_fetch(const struct fixture *x)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	assert_non_null(proc);
	while (found == 0 && (entry = readdir(proc)) != NULL) {
		char path[300], line[512] = "";
		_cleanup_(close_fd) int fd = -1;
		ssize_t n;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		(void)snprintf(
		    path, sizeof(path), "/proc/%s/cmdline", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd >= 0 ? read(fd, line, sizeof(line) - 1) : 0;
		for (ssize_t i = 0; i < n; i++)
			line[i] = line[i] == '\0' ? ' ' : line[i];
		if (n > 0 && strstr(line, FETCH_ROLE) != NULL &&
		    strstr(line, x->config_path) != NULL)
			found = (pid_t)strtol(entry->d_name, NULL, 10);
	}
	(void)closedir(proc);
	return found;
}

long
process_status(pid_t pid, const char *name)
{
	char path[64], line[256];
	long value = -1;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return -1;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0 &&
		    line[strlen(name)] == ':')
			value = strtol(line + strlen(name) + 1, NULL, 10);
	}
	(void)fclose(file);
	return value;
}
