/* SPDX-License-Identifier: ISC */
/*
 * The HTTP glue. Query, form and cookies are parsed here from the octets that
 * came, not by the library, so that repeated and malformed parameters are
 * seen. It knows no path and must never hand over half a request.
 */
#include "http/http_server.h"

#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "http/request_head.h"
#include "http/upload.h"
#include "scopegate/cleanup.h"

struct http_server {
	struct MHD_Daemon *daemon;
	http_handler *handler;
	void *context;
};

/* One request while it arrives. */
struct exchange {
	struct http_request request;
	char *target;      /* path NUL query */
	struct buf body;   /* the form; of a multipart body, form-encoded */
	struct buf joined; /* for request_head_read() */
	bool begun;
	struct upload *upload; /* NULL unless the body is multipart */
};

static void
exchange_free(struct exchange *x)
{
	if (x == NULL)
		return;
	form_clear(&x->request.query);
	form_clear(&x->request.form);
	buf_clear(&x->body);
	buf_clear(&x->joined);
	upload_free(x->upload);
	if (x->target != NULL)
		explicit_bzero(x->target, strlen(x->target));
	free(x->target);
	free(x);
}

/* Called first, with the target as it came; what is returned is the library's
 * per-request pointer. NULL (no memory) is answered with 500 later. */
static void *
on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct exchange *x = calloc(1, sizeof(*x));

	(void)context;
	(void)connection;
	if (x == NULL)
		return NULL;
	buf_init_sensitive(&x->body, HTTP_BODY_MAX);
	buf_init(&x->joined, HTTP_FORWARDED_MAX);
	x->target = strdup(target);
	return x;
}

static void
on_completed(void *context, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode why)
{
	(void)context;
	(void)connection;
	(void)why;
	exchange_free(*state);
	*state = NULL;
}

static void
read_head(
    struct exchange *x, struct MHD_Connection *connection, const char *method)
{
	struct http_request *r = &x->request;
	char *query = strchr(x->target, '?');

	r->head = strcmp(method, "HEAD") == 0;
	if (r->head || strcmp(method, "GET") == 0)
		r->method = HTTP_GET;
	else if (strcmp(method, "POST") == 0)
		r->method = HTTP_POST;
	r->path = x->target;
	if (query != NULL) {
		*query++ = '\0';
		r->query_status = form_parse(query, strlen(query), &r->query);
		explicit_bzero(query, strlen(query));
	}
	request_head_read(connection, r, &x->joined);
	if (r->method == HTTP_POST &&
	    request_head_is_type(r, "multipart/form-data"))
		x->upload = upload_new(connection, &x->body);
}

static void
read_body(struct exchange *x)
{
	struct http_request *r = &x->request;

	if (x->upload != NULL)
		r->form_status = upload_finish(x->upload, &r->file);
	if (r->form_status != STATUS_OK || x->body.error != STATUS_OK ||
	    x->body.length == 0)
		return;
	r->body = buf_string(&x->body);
	r->body_size = x->body.length;
	if (x->upload == NULL &&
	    !request_head_is_type(r, "application/x-www-form-urlencoded"))
		r->form_status = STATUS_INVALID;
	else
		r->form_status = form_parse(
		    (const char *)x->body.data, x->body.length, &r->form);
}

/* For the library, which frees by this what may hold a token. */
static void
wipe_and_free(void *text)
{
	explicit_bzero(text, strlen(text));
	free(text);
}

static enum MHD_Result
queue(struct MHD_Connection *connection, unsigned int status,
    struct http_response *r)
{
	size_t length = r->body.length;
	char *text = length == 0 ? strdup("") : buf_take(&r->body);
	struct MHD_Response *answer;
	enum MHD_Result result = MHD_NO;

	if (text == NULL)
		return MHD_NO;
	answer = MHD_create_response_from_buffer_with_free_callback(
	    length, text, wipe_and_free);
	if (answer == NULL) {
		wipe_and_free(text);
		return MHD_NO;
	}
	for (size_t i = 0; i < r->header_count; i++) {
		if (MHD_add_response_header(answer, r->headers[i].name,
			r->headers[i].value) != MHD_YES)
			status = MHD_HTTP_INTERNAL_SERVER_ERROR;
	}
	result = MHD_queue_response(connection, status, answer);
	MHD_destroy_response(answer);
	return result;
}

static void
response_clear(struct http_response *r)
{
	for (size_t i = 0; i < r->header_count; i++) {
		explicit_bzero(
		    r->headers[i].value, strlen(r->headers[i].value));
		free(r->headers[i].value);
	}
	r->header_count = 0;
	buf_clear(&r->body);
}

static enum MHD_Result
answer(struct http_server *s, struct exchange *x,
    struct MHD_Connection *connection)
{
	_cleanup_(response_clear) struct http_response r = {0};

	buf_init_sensitive(&r.body, HTTP_ANSWER_MAX);
	read_body(x);
	if (x->body.error != STATUS_OK)
		x->request.form_status = x->body.error;
	s->handler(s->context, &x->request, &r);
	if (r.drop)
		return MHD_NO;
	if (r.status == 0 || r.body.error != STATUS_OK)
		r.status = MHD_HTTP_INTERNAL_SERVER_ERROR;
	return queue(connection, r.status, &r);
}

/* Once for the head, once for each piece of the body, once at the end. */
static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *data,
    size_t *data_size, void **state)
{
	struct exchange *x = *state;

	(void)url;
	(void)version;
	if (x == NULL || x->target == NULL)
		return MHD_NO;
	if (!x->begun) {
		x->begun = true;
		read_head(x, connection, method);
		return MHD_YES;
	}
	if (*data_size > 0) {
		/* Over the limit: read on without keeping. */
		if (x->upload != NULL)
			upload_read(x->upload, data, *data_size);
		else
			(void)buf_append(&x->body, data, *data_size);
		*data_size = 0;
		return MHD_YES;
	}
	return answer(context, x, connection);
}

void
http_response_header(
    struct http_response *r, const char *name, const char *value)
{
	struct http_header *h = &r->headers[r->header_count];
	char *copy = strdup(value);

	if (copy == NULL) {
		r->body.error = STATUS_NOMEM;
		return;
	}
	for (size_t i = 0; i < r->header_count; i++) {
		if (strcmp(r->headers[i].name, name) == 0 &&
		    strcmp(name, "Set-Cookie") != 0)
			h = &r->headers[i];
	}
	if (h == &r->headers[r->header_count]) {
		if (r->header_count == HTTP_HEADERS_MAX) {
			r->body.error = STATUS_TOO_BIG;
			free(copy);
			return;
		}
		r->header_count++;
	}
	free(h->value);
	h->name = name;
	h->value = copy;
}

/* How many threads there are, and who of the clients gets how much. */
static void
add_limits(const struct http_server_options *o, struct MHD_OptionItem **at)
{
	if (!o->thread_each)
		*(*at)++ = (struct MHD_OptionItem){
		    MHD_OPTION_THREAD_POOL_SIZE, HTTP_THREADS, NULL};
	else
		*(*at)++ = (struct MHD_OptionItem){
		    MHD_OPTION_THREAD_STACK_SIZE, HTTP_STACK, NULL};
	*(*at)++ = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_LIMIT,
	    o->connections > 0 ? o->connections : HTTP_CONNECTIONS_MAX, NULL};
	*(*at)++ = (struct MHD_OptionItem){
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->per_address, NULL};
}

static void
add_tls(const struct http_server_options *o, struct MHD_OptionItem **at)
{
	static const char priorities[] =
	    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
	const struct {
		enum MHD_OPTION option;
		const char *text;
	} items[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, o->tls_certificate},
	    {MHD_OPTION_HTTPS_MEM_KEY, o->tls_key},
	    {MHD_OPTION_HTTPS_PRIORITIES, priorities},
	};

	for (size_t i = 0; i < ELEMENTS(items); i++) {
		**at = (struct MHD_OptionItem){items[i].option, 0, NULL};
		/* The library declares its input without const. */
		memcpy(&(*at)->ptr_value, &items[i].text, sizeof(char *));
		(*at)++;
	}
}

enum status
http_server_start(const struct http_server_options *o, struct http_server **ret)
{
	_cleanup_(free_ptr) struct http_server *s = calloc(1, sizeof(*s));
	unsigned int flags = o->thread_each ? MHD_USE_POLL_INTERNAL_THREAD |
						  MHD_USE_THREAD_PER_CONNECTION
					    : MHD_USE_EPOLL_INTERNAL_THREAD;
	struct MHD_OptionItem more[8], *at = more;

	if (s == NULL)
		return STATUS_NOMEM;
	s->handler = o->handler;
	s->context = o->context;
	add_limits(o, &at);
	if (o->tls_certificate != NULL) {
		flags |= MHD_USE_TLS;
		add_tls(o, &at);
	}
	*at = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
	s->daemon = MHD_start_daemon(flags | MHD_USE_ITC, 0, NULL, NULL,
	    on_request, s, MHD_OPTION_LISTEN_SOCKET, o->listen_fd,
	    MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MEMORY_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)HTTP_IDLE_SECONDS,
	    MHD_OPTION_ARRAY, more, MHD_OPTION_END);
	if (s->daemon == NULL)
		return STATUS_IO;
	*ret = TAKE_PTR(s);
	return STATUS_OK;
}

void
http_server_stop(struct http_server *s)
{
	if (s == NULL)
		return;
	MHD_stop_daemon(s->daemon);
	free(s);
}

void
http_server_stopp(struct http_server **s)
{
	http_server_stop(*s);
	*s = NULL;
}

bool
http_cookie(const struct http_request *request, const char *name, char *ret,
    size_t size)
{
	const char *at = request->cookie;
	size_t name_length = strlen(name), found = 0;

	while (at != NULL && *at != '\0') {
		size_t length = strcspn(at, ";");

		if (length > name_length && at[name_length] == '=' &&
		    strncmp(at, name, name_length) == 0) {
			size_t value = length - name_length - 1;

			if (value >= size || found++ > 0)
				return false;
			memcpy(ret, at + name_length + 1, value);
			ret[value] = '\0';
		}
		at += length;
		at += strspn(at, "; ");
	}
	return found == 1;
}
