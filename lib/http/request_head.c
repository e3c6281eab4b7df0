/* SPDX-License-Identifier: ISC */
/*
 * Headers, each by a row. What may stand once and stands twice is told, since
 * two readers could take different ones for the true one. Of lists (RFC 9110
 * section 5.3) nobody here reads more than the first line.
 */
#include "http/request_head.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "scopegate/cleanup.h"

static const struct header_row {
	const char *name;
	size_t offset; /* of a const char * in struct http_request */
	bool list;
} header_rows[] = {
    {"Authorization", offsetof(struct http_request, authorization), false},
    {"Accept", offsetof(struct http_request, accept), true},
    {"Cookie", offsetof(struct http_request, cookie), false},
    {"Content-Type", offsetof(struct http_request, content_type), false},
    {"Sec-Fetch-Site", offsetof(struct http_request, fetch_site), false},
    {"Sec-Purpose", offsetof(struct http_request, sec_purpose), false},
    {"Purpose", offsetof(struct http_request, purpose), false},
};

static const char list_name[] = "X-Forwarded-For";

struct reading {
	struct http_request *request;
	struct buf *joined;
};

static void
set_header(
    struct http_request *r, const struct header_row *row, const char *value)
{
	const char **slot = (const char **)(void *)((char *)r + row->offset);

	if (*slot == NULL)
		*slot = value;
	else if (!row->list)
		r->header_repeats = true;
}

static enum MHD_Result
on_header(
    void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct reading *reading = context;

	(void)kind;
	if (value == NULL)
		value = "";
	if (strcasecmp(name, list_name) == 0) {
		/* RFC 9110 section 5.3. */
		if (reading->joined->length > 0)
			buf_append_string(reading->joined, ", ");
		buf_append_string(reading->joined, value);
	}
	for (size_t i = 0; i < ELEMENTS(header_rows); i++) {
		if (strcasecmp(name, header_rows[i].name) == 0)
			set_header(reading->request, &header_rows[i], value);
	}
	return MHD_YES;
}

static void
read_address(struct MHD_Connection *connection, char ret[HTTP_ADDRESS_SIZE])
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	if (info == NULL ||
	    getnameinfo(info->client_addr,
		info->client_addr->sa_family == AF_INET6
		    ? sizeof(struct sockaddr_in6)
		    : sizeof(struct sockaddr_in),
		ret, HTTP_ADDRESS_SIZE, NULL, 0, NI_NUMERICHOST) != 0)
		ret[0] = '\0';
}

void
request_head_read(struct MHD_Connection *connection, struct http_request *r,
    struct buf *joined)
{
	struct reading reading = {r, joined};

	(void)MHD_get_connection_values(
	    connection, MHD_HEADER_KIND, on_header, &reading);
	/* Too long to be joined, so nobody's word. */
	if (buf_string(joined) == NULL)
		r->header_repeats = true;
	else if (joined->length > 0)
		r->forwarded_for = buf_string(joined);
	read_address(connection, r->remote);
}

bool
request_head_is_type(const struct http_request *r, const char *type)
{
	const char *header = r->content_type;
	size_t length = strlen(type);

	return header != NULL && strncasecmp(header, type, length) == 0 &&
	       (header[length] == '\0' || header[length] == ';' ||
		   header[length] == ' ');
}
