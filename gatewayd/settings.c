/* SPDX-License-Identifier: ISC */
/*
 * Every option as one row, and what must hold between them. A gate that would
 * be open to a network without TLS, or could not tell its clients apart, does
 * not start.
 */
#include "settings.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "scopegate/message.h"

#define NETWORKS_MOST 64

static const char *
check_listen(const char *text)
{
	_cleanup_(word_list_clear) struct word_list words = {0};
	struct address address;
	uint16_t port;

	if (word_list_split(&words, text, true) != STATUS_OK)
		return "cannot be read: out of memory";
	for (size_t i = 0; i < words.count; i++) {
		if (!settings_listen_parse(words.words[i], &address, &port))
			return "holds what is no address to listen on: write "
			       "ADDRESS:PORT, [ADDRESS]:PORT or PORT, with an "
			       "IP address";
	}
	return NULL;
}

static const char *
check_networks(const char *text)
{
	_cleanup_(word_list_clear) struct word_list words = {0};
	struct network network;

	if (word_list_split(&words, text, true) != STATUS_OK)
		return "cannot be read: out of memory";
	for (size_t i = 0; i < words.count; i++) {
		if (!network_parse(words.words[i], &network))
			return "holds what is no network: write addresses as "
			       "192.0.2.7 or networks as 192.0.2.0/24 and "
			       "2001:db8::/32";
	}
	return NULL;
}

static const char *
check_metrics(const char *text)
{
	if (strcmp(text, "off") == 0 || strcmp(text, "loopback") == 0 ||
	    check_networks(text) == NULL)
		return NULL;
	return "is neither off nor loopback nor a list of networks: write "
	       "addresses as 192.0.2.7 or networks as 192.0.2.0/24";
}

/* Is it a literal loopback address, as a URL has it? */
static bool
host_is_loopback(const char *host)
{
	struct address address;
	uint16_t port;
	char text[ADDRESS_TEXT_SIZE + 10];
	int n = snprintf(text, sizeof(text), "%s%s", host,
	    strrchr(host, ':') == NULL || host[strlen(host) - 1] == ']' ? ":80"
									: "");

	return n > 0 && (size_t)n < sizeof(text) &&
	       settings_listen_parse(text, &address, &port) &&
	       address_is_loopback(&address);
}

static const char *
check_public_url(const char *text)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";
	const char *host = NULL;

	if (strncmp(text, "https://", 8) == 0)
		host = text + 8;
	else if (strncmp(text, "http://", 7) == 0)
		host = text + 7;
	if (host == NULL || host[0] == '\0' || host[0] == ':' ||
	    strspn(host, allowed) != strlen(host))
		return "is not the address of this gate: write scheme, host in "
		       "small letters and perhaps a port, without a path or a "
		       "slash at the end, as https://gate.example.com";
	if (text[4] == ':' && !host_is_loopback(host))
		return "is http to another host than this: browsers keep the "
		       "cookie and the code safe with https only";
	return NULL;
}

static const char *
check_user(const char *text)
{
	return user_name_valid(text_of(text))
		   ? NULL
		   : "is no account's name: write one name that matches "
		     "^[a-z_][a-z0-9_.-]{0,31}$";
}

static void *
start_gatewayd(
    void *context, const char *name, const char *file, unsigned int line)
{
	struct settings *s = context;

	(void)name;
	(void)file;
	(void)line;
	s->has_section = true;
	return s;
}

/* The order is that of enum log_level. */
static const char *const log_levels[] = {
    "error", "warning", "info", "debug", NULL};

/* clang-format off */
static const struct conf_option options[] = {
	{.name = "listen", .type = CONF_WORDS, .check = check_listen,
	    .offset = offsetof(struct settings, listen),
	    .fallback = "127.0.0.1:8443", .min = 1, .max = SETTINGS_LISTEN_MAX,
	    .help = "Addresses to listen on: ADDRESS:PORT or [ADDRESS]:PORT."},
	{.name = "public_url", .type = CONF_STRING, .required = true,
	    .offset = offsetof(struct settings, public_url),
	    .check = check_public_url,
	    .help = "Where browsers reach us, as validatord's gateway_url."},
	{.name = "tls_certificate_file", .type = CONF_PATH,
	    .offset = offsetof(struct settings, tls_certificate_file),
	    .help = "Our certificate and those above it, in PEM."},
	{.name = "tls_key_file", .type = CONF_PATH,
	    .offset = offsetof(struct settings, tls_key_file),
	    .help = "The certificate's key in PEM; readable by nobody else."},
	{.name = "plain", .type = CONF_BOOL,
	    .offset = offsetof(struct settings, plain), .fallback = "no",
	    .help = "Speak HTTP without TLS, since a proxy stands before."},
	{.name = "trusted_proxies", .type = CONF_WORDS,
	    .offset = offsetof(struct settings, trusted_proxies),
	    .check = check_networks, .min = 1, .max = NETWORKS_MOST,
	    .help = "Whose X-Forwarded-For is believed: addresses, networks."},
	{.name = "runtime_dir", .type = CONF_PATH,
	    .offset = offsetof(struct settings, runtime_dir),
	    .fallback = SCOPEGATE_RUNDIR,
	    .help = "Where validatord's gateway.sock is."},
	{.name = "user", .type = CONF_STRING, .check = check_user,
	    .offset = offsetof(struct settings, user),
	    .fallback = "scopegate-gw",
	    .help = "Whom to become when started as root."},
	{.name = "event_token_file", .type = CONF_PATH,
	    .offset = offsetof(struct settings, event_token_file),
	    .help = "The bearer token of whoever pushes security events."},
	{.name = "metrics", .type = CONF_WORDS, .check = check_metrics,
	    .offset = offsetof(struct settings, metrics), .fallback = "off",
	    .min = 1, .max = NETWORKS_MOST,
	    .help = "Who may read /metrics: off, loopback or networks."},
	{.name = "page_rate", .type = CONF_INTEGER,
	    .offset = offsetof(struct settings, page_rate), .fallback = "600",
	    .min = 0, .max = 100000,
	    .help = "Requests of pages per address and minute; 0: any."},
	{.name = "code_rate", .type = CONF_INTEGER,
	    .offset = offsetof(struct settings, code_rate), .fallback = "600",
	    .min = 0, .max = 100000,
	    .help = "Requests of login codes per address and minute; 0: any."},
	{.name = "refused_rate", .type = CONF_INTEGER,
	    .offset = offsetof(struct settings, refused_rate),
	    .fallback = "120", .min = 0, .max = 100000,
	    .help = "Refused tokens at /authorize per address and minute; 0: "
		    "any."},
	{.name = "connections", .type = CONF_INTEGER,
	    .offset = offsetof(struct settings, connections),
	    .fallback = "512", .min = 16, .max = 4096,
	    .help = "How many connections at once, each with a thread."},
	{.name = "log_level", .type = CONF_CHOICE, .choices = log_levels,
	    .offset = offsetof(struct settings, log_level), .fallback = "info",
	    .help = "error, warning, info or debug; none logs a secret."},
	{.name = NULL},
};
/* clang-format on */

static const struct conf_section sections[] = {
    {.name = "gatewayd",
	.at_most = 1,
	.options = options,
	.manual = "gatewayd.conf(5)",
	.start = start_gatewayd},
    {.name = NULL},
};

void
settings_print_defaults(FILE *out)
{
	conf_print_defaults(out, sections);
}

bool
settings_listen_parse(const char *text, struct address *ret, uint16_t *ret_port)
{
	const char *colon = strrchr(text, ':');
	const char *port = colon == NULL ? text : colon + 1;
	size_t length = colon == NULL ? 0 : (size_t)(colon - text);
	bool brackets = length > 2 && text[0] == '[' && text[length - 1] == ']';
	char host[ADDRESS_TEXT_SIZE] = "127.0.0.1";
	int64_t number;

	if (brackets) {
		text++;
		length -= 2;
	}
	if (length >= sizeof(host) || (colon != NULL && length == 0))
		return false;
	if (length > 0) {
		memcpy(host, text, length);
		host[length] = '\0';
	}
	if (!address_parse(host, ret) || strchr(host, '%') != NULL ||
	    (strchr(host, ':') != NULL) != brackets ||
	    conf_parse_integer(port, 0, UINT16_MAX, &number) != STATUS_OK)
		return false;
	*ret_port = (uint16_t)number;
	return true;
}

static bool
listens_to_others(const struct settings *s)
{
	for (size_t i = 0; i < s->listen.count; i++) {
		struct address address;
		uint16_t port;

		if (!settings_listen_parse(
			s->listen.words[i], &address, &port) ||
		    !address_is_loopback(&address))
			return true;
	}
	return false;
}

/* What no option can say of itself. NULL: fine; else of which key. */
static const char *
fault_of(const struct settings *s, const char **ret_key)
{
	bool tls = s->tls_certificate_file != NULL;

	*ret_key = "tls_certificate_file";
	if (tls != (s->tls_key_file != NULL))
		return "needs tls_key_file beside it, and the other way round: "
		       "name both files";
	*ret_key = "plain";
	if (tls && s->plain)
		return "contradicts tls_certificate_file: remove one of them";
	if (!tls && !s->plain && s->secure)
		return "is not set, and there is no certificate: name "
		       "tls_certificate_file and tls_key_file, or write plain "
		       "= yes behind a proxy that has them";
	if (!tls && s->proxies.count == 0 && listens_to_others(s))
		return "is yes, and that would show codes and tokens to the "
		       "network: listen on "
		       "a loopback address, or name the proxy in "
		       "trusted_proxies";
	*ret_key = "trusted_proxies";
	if (s->plain && s->proxies.count == 0 && s->secure)
		return "is missing: public_url is https and plain is yes, so a "
		       "proxy stands before, and without its address all "
		       "clients look like one; write trusted_proxies = "
		       "127.0.0.1";
	*ret_key = "public_url";
	if (tls && !s->secure)
		return "is http although there is a certificate: write "
		       "https://";
	return NULL;
}

static enum status
make_networks(struct settings *s)
{
	static const char *loopback[] = {"127.0.0.0/8", "::1"};
	_cleanup_(word_list_clear) struct word_list words = {0};
	enum status status =
	    network_list_make(&s->trusted_proxies, &s->proxies);

	if (status != STATUS_OK || word_list_has(&s->metrics, "off"))
		return status;
	if (!word_list_has(&s->metrics, "loopback"))
		return network_list_make(&s->metrics, &s->metrics_from);
	for (size_t i = 0; i < ELEMENTS(loopback) && status == STATUS_OK; i++)
		status =
		    word_list_add(&words, loopback[i], strlen(loopback[i]));
	return status == STATUS_OK ? network_list_make(&words, &s->metrics_from)
				   : status;
}

static enum status
check_whole(struct settings *s, const struct conf_seen *seen,
    struct conf_error *ret_error)
{
	const char *key, *fault;
	enum status status;

	if (!s->has_section) {
		conf_error_set(ret_error, s->path, 0,
		    "there is no [gatewayd] section: begin the file with it");
		return STATUS_INVALID;
	}
	s->secure = strncmp(s->public_url, "https:", 6) == 0;
	status = make_networks(s);
	if (status != STATUS_OK) {
		conf_error_set(
		    ret_error, s->path, 0, "%s", status_text(status));
		return STATUS_INVALID;
	}
	fault = fault_of(s, &key);
	if (fault == NULL)
		return STATUS_OK;
	conf_error_set(ret_error, s->path, conf_line_of(seen, s, key), "%s %s",
	    key, fault);
	return STATUS_INVALID;
}

enum status
settings_load(
    const char *path, struct settings **ret, struct conf_error *ret_error)
{
	_cleanup_(settings_freep) struct settings *s = calloc(1, sizeof(*s));
	_cleanup_(conf_seen_freep) struct conf_seen *seen = conf_seen_new();
	enum status status = STATUS_NOMEM;

	if (s != NULL)
		s->path = strdup(path);
	if (seen == NULL || s == NULL || s->path == NULL) {
		conf_error_set(ret_error, path, 0, "out of memory");
		return STATUS_INVALID;
	}
	status = conf_read(path, sections, s, seen, ret_error);
	if (status == STATUS_OK)
		status = conf_finish(sections, seen, ret_error);
	if (status == STATUS_OK)
		status = check_whole(s, seen, ret_error);
	if (status != STATUS_OK)
		return STATUS_INVALID;
	*ret = TAKE_PTR(s);
	return STATUS_OK;
}

void
settings_free(struct settings *s)
{
	if (s == NULL)
		return;
	word_list_clear(&s->listen);
	word_list_clear(&s->trusted_proxies);
	word_list_clear(&s->metrics);
	network_list_clear(&s->proxies);
	network_list_clear(&s->metrics_from);
	free(s->path);
	free(s->public_url);
	free(s->tls_certificate_file);
	free(s->tls_key_file);
	free(s->runtime_dir);
	free(s->user);
	free(s->event_token_file);
	free(s);
}

void
settings_freep(struct settings **s)
{
	settings_free(*s);
	*s = NULL;
}
