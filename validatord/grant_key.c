/* SPDX-License-Identifier: ISC */
#include "grant_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "state_folder.h"

/*
 * A key file is written whole beside the old one and then takes its name, so
 * at no moment there is none, or half of one. No octet of it may reach a
 * message.
 */

#define HEAD "scopegate grant key 1\n"
#define FILE_MAX 512
#define NUMBER_DIGITS 9

void
grant_keys_clear(struct grant_keys *k)
{
	explicit_bzero(k, sizeof(*k));
}

static void
say(struct conf_error *e, const char *state_dir, const char *what)
{
	char path[sizeof(e->file)];

	(void)snprintf(path, sizeof(path), "%s/" GRANT_KEY_FILE, state_dir);
	conf_error_set(e, path, 0, "%s", what);
}

static enum status
open_file(int folder, const char *state_dir, int *ret, struct conf_error *e)
{
	int fd = openat(folder, GRANT_KEY_FILE,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return STATUS_NOT_FOUND;
	if (fd < 0) {
		say(e, state_dir,
		    errno == ELOOP ? "is a symbolic link: put the file itself "
				     "there"
				   : "cannot be opened: it must belong to the "
				     "daemon's user, with mode 0600");
		return errno == ELOOP || errno == EACCES ? STATUS_FORBIDDEN
							 : STATUS_IO;
	}
	*ret = fd;
	if (fstat(fd, &st) != 0)
		return STATUS_IO;
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 077) != 0) {
		say(e, state_dir,
		    "is not the daemon's user's alone: chown it to that user "
		    "and chmod 0600; if others have read it, rotate the key "
		    "(validatorctl key rotate)");
		return STATUS_FORBIDDEN;
	}
	return STATUS_OK;
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* "NUMBER HEX\n"; moves *at behind it. */
static bool
read_line(const char **at, struct grant_key *ret)
{
	const char *c = *at;
	uint32_t number = 0;
	int digits = 0;

	for (; *c >= '0' && *c <= '9' && digits < NUMBER_DIGITS; c++, digits++)
		number = number * 10 + (uint32_t)(*c - '0');
	if (number == 0 || *c++ != ' ')
		return false;
	for (size_t i = 0; i < SEAL_SECRET_SIZE; i++, c += 2) {
		int high = hex_value(c[0]);
		int low = high >= 0 ? hex_value(c[1]) : -1;

		if (low < 0)
			return false;
		ret->secret[i] = (uint8_t)(high << 4 | low);
	}
	ret->number = number;
	*at = c + 1;
	return *c == '\n';
}

static bool
parse(const char *text, struct grant_keys *ret)
{
	const char *at = text + sizeof(HEAD) - 1;

	if (strncmp(text, HEAD, sizeof(HEAD) - 1) != 0)
		return false;
	while (*at != '\0') {
		struct grant_key *key = &ret->keys[ret->count];

		if (ret->count == GRANT_KEYS_MAX || !read_line(&at, key))
			return false;
		if (ret->count > 0 && key->number <= key[-1].number)
			return false;
		ret->count++;
	}
	return ret->count > 0;
}

enum status
grant_keys_read(int folder, const char *state_dir, struct grant_keys *ret,
    struct conf_error *ret_error)
{
	_cleanup_(close_fd) int fd = -1;
	_cleanup_(grant_keys_clear) struct grant_keys keys = {0};
	char text[FILE_MAX + 1] = "";
	enum status s = open_file(folder, state_dir, &fd, ret_error);
	ssize_t n;

	if (s == STATUS_IO && ret_error->text[0] == '\0')
		say(ret_error, state_dir, "cannot be looked at");
	if (s != STATUS_OK)
		return s;
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0) {
		say(ret_error, state_dir, "cannot be read: check the disk");
		return STATUS_IO;
	}
	if (memchr(text, '\0', (size_t)n) != NULL || !parse(text, &keys)) {
		say(ret_error, state_dir,
		    "is no key file of this version: put the right one back; "
		    "without it the grants cannot be opened, and moving the "
		    "files of state_dir away makes everybody sign in anew");
		s = STATUS_INVALID;
	} else {
		*ret = keys;
	}
	explicit_bzero(text, sizeof(text));
	return s;
}

enum status
grant_keys_write(int folder, const struct grant_keys *keys)
{
	_cleanup_(buf_clear) struct buf text;

	buf_init_sensitive(&text, FILE_MAX);
	(void)buf_append_string(&text, HEAD);
	for (size_t i = 0; i < keys->count; i++) {
		(void)buf_format(&text, "%u ", keys->keys[i].number);
		for (size_t k = 0; k < SEAL_SECRET_SIZE; k++)
			(void)buf_format(
			    &text, "%02x", keys->keys[i].secret[k]);
		(void)buf_append_byte(&text, '\n');
	}
	if (text.error != STATUS_OK)
		return text.error;
	return state_file_write(folder, GRANT_KEY_FILE,
	    (struct text){(const char *)text.data, text.length});
}

static enum status
draw(struct grant_key *key, uint32_t number)
{
	key->number = number;
	return getrandom(key->secret, sizeof(key->secret), 0) ==
		       (ssize_t)sizeof(key->secret)
		   ? STATUS_OK
		   : STATUS_IO;
}

/* The store's lock is held, so nobody else makes one meanwhile. */
enum status
grant_keys_make(int folder, struct grant_keys *ret)
{
	_cleanup_(grant_keys_clear) struct grant_keys keys = {.count = 1};
	enum status s = draw(&keys.keys[0], 1);

	if (s == STATUS_OK)
		s = grant_keys_write(folder, &keys);
	if (s == STATUS_OK)
		*ret = keys;
	return s;
}

enum status
grant_keys_add(struct grant_keys *keys)
{
	if (keys->count == GRANT_KEYS_MAX)
		return STATUS_TOO_BIG;
	if (draw(&keys->keys[keys->count],
		keys->keys[keys->count - 1].number + 1) != STATUS_OK)
		return STATUS_IO;
	keys->count++;
	return STATUS_OK;
}
