/* SPDX-License-Identifier: ISC */
/* gatewayd.conf(5), read and checked as a whole; it never changes after. */
#ifndef GATEWAYD_SETTINGS_H
#define GATEWAYD_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "scopegate/conf.h"
#include "scopegate/log.h"

#define SETTINGS_DEFAULT SCOPEGATE_SYSCONFDIR "/gatewayd.conf"
#define SETTINGS_LISTEN_MAX 16

struct settings {
	char *path;
	bool has_section;
	struct word_list listen;
	char *public_url; /* an origin, without a slash at the end */
	char *tls_certificate_file, *tls_key_file; /* both or none */
	bool plain;
	struct word_list trusted_proxies;
	char *runtime_dir;
	char *user;
	char *event_token_file;
	struct word_list metrics;
	int64_t page_rate, code_rate, refused_rate;
	int64_t connections;
	int log_level;
	/* Made of them. */
	struct network_list proxies, metrics_from;
	bool secure; /* browsers come by https */
};

/* STATUS_INVALID: *ret_error says why. */
enum status settings_load(const char *path, struct settings **ret,
    struct conf_error *ret_error);
void settings_free(struct settings *s); /* NULL is fine */
void settings_freep(struct settings **s);
/* For `gatewayd --defaults`. */
void settings_print_defaults(FILE *out);

/* "ADDRESS:PORT", "[ADDRESS]:PORT" or "PORT", which is on loopback. */
bool settings_listen_parse(
    const char *text, struct address *ret, uint16_t *ret_port);

#endif
