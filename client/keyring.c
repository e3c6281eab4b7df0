/* SPDX-License-Identifier: ISC */
#include "keyring.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scopegate/cleanup.h"

#define PREFIX "scopegate:"
#define DESCRIPTION_MAX 512
#define KEYS_MAX 1024
/* Whoever has it in a keyring, and the user; nobody else (keyctl_setperm(3)):
 * the user's keyring is not in the session of every cron job. */
#define PERMISSIONS 0x3f3f0000UL

typedef int32_t key_serial;

static long
keyctl(int operation, unsigned long a, unsigned long b, unsigned long c,
    unsigned long d)
{
	return syscall(SYS_keyctl, operation, a, b, c, d);
}

static const unsigned long user_keyring =
    (unsigned long)(long)KEY_SPEC_USER_KEYRING;

/* A key that ran out or was revoked is as good as none. */
static enum status
status_of_errno(void)
{
	switch (errno) {
	case ENOKEY:
	case EKEYEXPIRED:
	case EKEYREVOKED:
		return STATUS_NOT_FOUND;
	case EDQUOT:
	case EINVAL:
		return STATUS_TOO_BIG;
	case ENOMEM:
		return STATUS_NOMEM;
	default:
		return STATUS_ABSENT;
	}
}

static bool
describe(const char *name, char ret[DESCRIPTION_MAX])
{
	int n = snprintf(ret, DESCRIPTION_MAX, PREFIX "%s", name);

	return n > 0 && n < DESCRIPTION_MAX;
}

static enum status
find(const char *name, key_serial *ret)
{
	char description[DESCRIPTION_MAX];
	long key;

	if (!describe(name, description))
		return STATUS_TOO_BIG;
	key = keyctl(KEYCTL_SEARCH, user_keyring, (unsigned long)"user",
	    (unsigned long)description, 0);
	if (key < 0)
		return status_of_errno();
	*ret = (key_serial)key;
	return STATUS_OK;
}

enum status
keyring_get(const char *name, struct buf *ret)
{
	char chunk[32768]; /* a key of this type is shorter */
	key_serial key = 0;
	enum status s = find(name, &key);
	long n;

	if (s != STATUS_OK)
		return s;
	n = keyctl(KEYCTL_READ, (unsigned long)key, (unsigned long)chunk,
	    sizeof(chunk), 0);
	if (n < 0)
		return status_of_errno();
	if ((size_t)n <= sizeof(chunk))
		s = buf_append(ret, chunk, (size_t)n);
	else
		s = STATUS_TOO_BIG;
	explicit_bzero(chunk, sizeof(chunk));
	return s;
}

enum status
keyring_put(const char *name, const struct buf *text)
{
	char description[DESCRIPTION_MAX];
	long key;

	if (!describe(name, description))
		return STATUS_TOO_BIG;
	key = syscall(SYS_add_key, "user", description, text->data,
	    text->length, KEY_SPEC_USER_KEYRING);
	if (key < 0)
		return status_of_errno();
	if (keyctl(KEYCTL_SETPERM, (unsigned long)key, PERMISSIONS, 0, 0) == 0)
		return STATUS_OK;
	(void)keyctl(KEYCTL_UNLINK, (unsigned long)key, user_keyring, 0, 0);
	return STATUS_ABSENT;
}

enum status
keyring_remove(const char *name)
{
	key_serial key = 0;
	enum status s = find(name, &key);

	if (s != STATUS_OK)
		return s;
	/* Revoked first: whoever else holds it cannot read it any more. */
	(void)keyctl(KEYCTL_REVOKE, (unsigned long)key, 0, 0, 0);
	return keyctl(KEYCTL_UNLINK, (unsigned long)key, user_keyring, 0, 0) ==
		       0
		   ? STATUS_OK
		   : status_of_errno();
}

/* "user;1000;1000;3f3f0000;scopegate:acme" (keyctl_describe(3)) */
static enum status
add_name(key_serial key, struct word_list *ret)
{
	char text[DESCRIPTION_MAX + 64];
	long n = keyctl(KEYCTL_DESCRIBE, (unsigned long)key,
	    (unsigned long)text, sizeof(text), 0);
	const char *name;

	if (n <= 0 || (size_t)n > sizeof(text) ||
	    strncmp(text, "user;", 5) != 0)
		return STATUS_OK;
	name = strstr(text, ";" PREFIX);
	if (name == NULL)
		return STATUS_OK;
	name += sizeof(";" PREFIX) - 1;
	return word_list_add(ret, name, strlen(name));
}

enum status
keyring_names(struct word_list *ret)
{
	key_serial keys[KEYS_MAX];
	long n = keyctl(
	    KEYCTL_READ, user_keyring, (unsigned long)keys, sizeof(keys), 0);
	size_t count;
	enum status s = STATUS_OK;

	if (n < 0)
		return status_of_errno();
	count = (size_t)n < sizeof(keys) ? (size_t)n / sizeof(keys[0])
					 : ELEMENTS(keys);
	for (size_t i = 0; i < count && s == STATUS_OK; i++)
		s = add_name(keys[i], ret);
	return s;
}
