/* SPDX-License-Identifier: ISC */
/*
 * Files in forms. The library's own parser does the splitting; what it hands
 * over in pieces is put together here, within limits.
 */
#include "http/upload.h"

#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "scopegate/cleanup.h"

#define PARSER_MEMORY 4096
#define FIELD_NAME_SIZE 65

struct upload {
	struct MHD_PostProcessor *parser;
	struct buf *form;
	struct buf file;
	char file_field[FIELD_NAME_SIZE];
	/* The field that is being read. */
	char name[FIELD_NAME_SIZE];
	struct buf value;
	size_t total;
	enum status error; /* the first; sticks */
};

static void
fail(struct upload *u, enum status status)
{
	if (u->error == STATUS_OK)
		u->error = status;
}

static void
finish_field(struct upload *u)
{
	if (u->name[0] == '\0' || u->error != STATUS_OK)
		return;
	if (memchr(buf_string(&u->value), '\0', u->value.length) != NULL)
		fail(u, STATUS_MALFORMED);
	if (u->form->length > 0)
		buf_append_byte(u->form, '&');
	form_encode_pair(u->form, u->name, buf_string(&u->value));
	if (u->form->error != STATUS_OK)
		fail(u, u->form->error);
	buf_clear(&u->value);
	u->name[0] = '\0';
}

static void
begin_field(struct upload *u, const char *name)
{
	finish_field(u);
	if (name[0] == '\0' || strlen(name) >= sizeof(u->name))
		fail(u, STATUS_MALFORMED);
	else
		memcpy(u->name, name, strlen(name) + 1);
}

static void
begin_file(struct upload *u, const char *name)
{
	finish_field(u);
	if (u->file_field[0] != '\0')
		fail(u, STATUS_FORBIDDEN);
	else if (name[0] == '\0' || strlen(name) >= sizeof(u->file_field))
		fail(u, STATUS_MALFORMED);
	else
		memcpy(u->file_field, name, strlen(name) + 1);
}

/* A field, or a piece of one: `offset` 0 is its first piece. */
static enum MHD_Result
on_piece(void *context, enum MHD_ValueKind kind, const char *name,
    const char *filename, const char *type, const char *encoding,
    const char *data, uint64_t offset, size_t size)
{
	struct upload *u = context;
	struct buf *target = filename == NULL ? &u->value : &u->file;

	(void)kind;
	(void)type;
	(void)encoding;
	if (name == NULL) {
		fail(u, STATUS_MALFORMED);
		return MHD_NO;
	}
	if (offset == 0 && filename != NULL)
		begin_file(u, name);
	else if (offset == 0)
		begin_field(u, name);
	if (size > 0 && buf_append(target, data, size) != STATUS_OK)
		fail(u, target->error);
	return u->error == STATUS_OK ? MHD_YES : MHD_NO;
}

struct upload *
upload_new(struct MHD_Connection *connection, struct buf *form)
{
	_cleanup_(free_ptr) struct upload *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->form = form;
	buf_init_sensitive(&u->value, HTTP_BODY_MAX);
	buf_init(&u->file, HTTP_UPLOAD_MAX);
	u->parser =
	    MHD_create_post_processor(connection, PARSER_MEMORY, on_piece, u);
	return u->parser == NULL ? NULL : TAKE_PTR(u);
}

void
upload_free(struct upload *u)
{
	if (u == NULL)
		return;
	if (u->parser != NULL)
		(void)MHD_destroy_post_processor(u->parser);
	buf_clear(&u->value);
	buf_clear(&u->file);
	free(u);
}

void
upload_read(struct upload *u, const char *data, size_t size)
{
	u->total += size;
	if (u->total > HTTP_UPLOAD_MAX)
		fail(u, STATUS_TOO_BIG);
	if (u->error == STATUS_OK &&
	    MHD_post_process(u->parser, data, size) != MHD_YES)
		fail(u, STATUS_MALFORMED);
}

enum status
upload_finish(struct upload *u, struct http_file *ret)
{
	/* It fails if the last boundary never came. */
	if (MHD_destroy_post_processor(u->parser) != MHD_YES)
		fail(u, STATUS_MALFORMED);
	u->parser = NULL;
	finish_field(u);
	if (u->error == STATUS_OK && u->file_field[0] != '\0') {
		ret->field = u->file_field;
		ret->data = u->file.data;
		ret->size = u->file.length;
	}
	return u->error;
}
