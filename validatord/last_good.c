/* SPDX-License-Identifier: ISC */
#include "last_good.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "nonce.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "seal.h"
#include "state_folder.h"

#define KEY_FILE "last-good.key"
#define TIME_SIZE 8
#define FILE_MAX (JSON_DOCUMENT_MAX + TIME_SIZE + SEAL_OVERHEAD)
#define NAME_SIZE 64
#define CONTEXT_MAX 4096

static const char *const kinds[] = {
    [LAST_GOOD_JWKS] = "jwks",
    [LAST_GOOD_METADATA] = "metadata",
};

/* Nothing is made here: who keeps grants makes the folder, or the package. */
static enum status
open_folder(const char *state_dir, int *ret)
{
	return state_folder_look(state_dir, ret) == STATUS_OK
		   ? STATUS_OK
		   : STATUS_FORBIDDEN;
}

/* Made at the first need; without it what was kept is worth nothing. */
static enum status
read_key(int folder, bool make, struct seal **ret)
{
	_cleanup_(buf_clear) struct buf key;
	uint8_t drawn[SEAL_SECRET_SIZE];
	enum status s;

	buf_init_sensitive(&key, SEAL_SECRET_SIZE);
	s = state_file_read(folder, KEY_FILE, &key);
	if (s == STATUS_TOO_BIG ||
	    (s == STATUS_OK && key.length != SEAL_SECRET_SIZE))
		s = STATUS_NOT_FOUND;
	if (s == STATUS_NOT_FOUND && make) {
		buf_clear(&key);
		if (getrandom(drawn, sizeof(drawn), 0) != sizeof(drawn))
			return STATUS_IO;
		s = state_file_write(folder, KEY_FILE,
		    (struct text){(const char *)drawn, sizeof(drawn)});
		(void)buf_append(&key, drawn, sizeof(drawn));
		explicit_bzero(drawn, sizeof(drawn));
	}
	if (s != STATUS_OK || key.error != STATUS_OK)
		return s != STATUS_OK ? s : key.error;
	*ret = seal_new(key.data);
	return *ret != NULL ? STATUS_OK : STATUS_NOMEM;
}

/* What tells one document from the other, on disk and under the seal. */
struct place {
	char name[NAME_SIZE];
	char context[CONTEXT_MAX];
};

static enum status
find_place(enum last_good_kind kind, const char *issuer, struct place *ret)
{
	char digest_text[NONCE_SIZE];
	struct digest digest;
	int n = snprintf(ret->context, sizeof(ret->context),
	    "scopegate last good %s of %s", kinds[kind], issuer);

	if (n < 0 || (size_t)n >= sizeof(ret->context))
		return STATUS_TOO_BIG;
	if (!digest_of(text_of(issuer), &digest))
		return STATUS_NOMEM;
	digest_base64url(&digest, digest_text);
	(void)snprintf(ret->name, sizeof(ret->name), "%s.%.22s", kinds[kind],
	    digest_text);
	return STATUS_OK;
}

enum status
last_good_write(const char *state_dir, enum last_good_kind kind,
    const char *issuer, int64_t at, struct text document)
{
	_cleanup_(buf_clear) struct buf plain, sealed;
	_cleanup_(seal_freep) struct seal *seal = NULL;
	_cleanup_(close_fd) int folder = -1;
	struct place place;
	enum status s = find_place(kind, issuer, &place);

	buf_init(&plain, FILE_MAX);
	buf_init(&sealed, FILE_MAX);
	if (s == STATUS_OK)
		s = open_folder(state_dir, &folder);
	if (s == STATUS_OK)
		s = read_key(folder, true, &seal);
	if (s != STATUS_OK)
		return s;
	(void)buf_append(&plain, &at, TIME_SIZE);
	s = buf_append(&plain, document.bytes, document.length);
	if (s == STATUS_OK)
		s = seal_close(seal, text_of(place.context),
		    (struct text){(const char *)plain.data, plain.length},
		    &sealed);
	if (s == STATUS_OK)
		s = state_file_write(folder, place.name,
		    (struct text){(const char *)sealed.data, sealed.length});
	return s;
}

enum status
last_good_read(const char *state_dir, enum last_good_kind kind,
    const char *issuer, int64_t *ret_at, struct buf *ret)
{
	_cleanup_(buf_clear) struct buf plain, sealed;
	_cleanup_(seal_freep) struct seal *seal = NULL;
	_cleanup_(close_fd) int folder = -1;
	struct place place;
	enum status s = find_place(kind, issuer, &place);

	buf_init(&plain, FILE_MAX);
	buf_init(&sealed, FILE_MAX);
	if (s == STATUS_OK)
		s = open_folder(state_dir, &folder);
	if (s == STATUS_OK)
		s = state_file_read(folder, place.name, &sealed);
	if (s == STATUS_OK)
		s = read_key(folder, false, &seal);
	if (s == STATUS_OK)
		s = seal_open(seal, text_of(place.context),
		    (struct text){(const char *)sealed.data, sealed.length},
		    &plain);
	if (s != STATUS_OK)
		return s;
	if (plain.length < TIME_SIZE)
		return STATUS_MALFORMED;
	memcpy(ret_at, plain.data, TIME_SIZE);
	return buf_append(
	    ret, plain.data + TIME_SIZE, plain.length - TIME_SIZE);
}
