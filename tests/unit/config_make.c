/* SPDX-License-Identifier: ISC */
#include "config_make.h"

/* The cmocka headers need these before them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

/* Every system has the user nobody, who reads the secret when root tests. */
static const char *const good[] = {
    [LINE_VALIDATORD] = "[validatord]",
    [LINE_AUDIT_LOG] = "audit_log = /var/log/scopegate/audit.jsonl",
    [LINE_USER] = "user = nobody",
    [LINE_BLANK] = "",
    [LINE_ISSUER] = "[issuer acme]",
    [LINE_URL] = "url = https://sso.example.com/realms/trading",
    [LINE_CLIENT_ID] = "client_id = ssh-gate",
    [LINE_SECRET] = "client_secret_file = $/secret",
    [LINE_AUDIENCE] = "audience = https://hosts.example.com",
    [LINE_USER_CLAIM] = "user_claim = preferred_username",
    [LINE_BLANK_TOO] = "",
    [LINE_POLICY] = "[policy trading-hosts]",
    [LINE_SERVICE] = "service = sshd",
    [LINE_POLICY_ISSUER] = "issuer = acme",
    [LINE_REQUIRE] = "require = trading account:write",
};

static void
append_with_folder(const struct config_made *m, struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '$' && text[1] != '{')
			(void)buf_append_string(b, m->folder);
		else
			(void)buf_append_byte(b, (uint8_t)*text);
	}
}

void
config_make(struct config_made *m)
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(m->folder, sizeof(m->folder), "%.60s/sg-conf-XXXXXX",
	    base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(m->folder));
	(void)snprintf(m->path, sizeof(m->path), "%s/v.conf", m->folder);
	config_make_file(m, "secret", "s3cret\n", 0600);
	config_make_give(m, "secret", "nobody");
	config_make_main(m, 0, "");
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

void
config_make_done(struct config_made *m)
{
	assert_int_equal(
	    nftw(m->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void
config_make_main(
    const struct config_made *m, unsigned int line, const char *text)
{
	_cleanup_(buf_clear) struct buf b;

	buf_init(&b, 1024 * 1024);
	for (unsigned int i = 1; i <= LINE_COUNT; i++) {
		(void)buf_append_string(&b, i == line ? text : good[i]);
		(void)buf_append_byte(&b, '\n');
	}
	config_make_file(m, "v.conf", buf_string(&b), 0644);
}

void
config_make_file(const struct config_made *m, const char *name,
    const char *text, mode_t mode)
{
	_cleanup_(buf_clear) struct buf path, b;
	_cleanup_(close_fd) int fd = -1;

	buf_init(&path, 1024);
	buf_init(&b, 1024 * 1024);
	(void)buf_format(&path, "%s/policy.d", m->folder);
	if (strchr(name, '/') != NULL)
		(void)mkdir(buf_string(&path), 0755);
	buf_clear(&path);
	(void)buf_format(&path, "%s/%s", m->folder, name);
	append_with_folder(m, &b, text);
	(void)unlink(buf_string(&path));
	fd = open(
	    buf_string(&path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, b.data, b.length), b.length);
	assert_int_equal(fchmod(fd, mode), 0);
}

void
config_make_give(
    const struct config_made *m, const char *name, const char *user)
{
	const struct passwd *to = getpwnam(user);
	char path[256];

	if (geteuid() != 0)
		return;
	assert_non_null(to);
	(void)snprintf(path, sizeof(path), "%s/%s", m->folder, name);
	assert_int_equal(chown(path, to->pw_uid, to->pw_gid), 0);
}

enum status
config_make_load(const struct config_made *m, struct config **ret,
    struct conf_error *ret_error)
{
	return config_load(m->path, ret, ret_error);
}

struct config *
config_make_good(const struct config_made *m)
{
	struct config *c = NULL;
	struct conf_error e = {.text = ""};

	if (config_make_load(m, &c, &e) != STATUS_OK)
		fail_msg("%s:%u: %s", e.file, e.line, e.text);
	return c;
}
