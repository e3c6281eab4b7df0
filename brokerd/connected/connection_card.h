/* SPDX-License-Identifier: ISC */
/* A connection as a row of a page. */
#ifndef BROKERD_CONNECTION_CARD_H
#define BROKERD_CONNECTION_CARD_H

#include "app/scope_list.h"
#include "connected/connection.h"
#include "http/template.h"
#include "oauth/host_login.h"
#include "page.h"

#define CONNECTION_ID_SIZE 24

struct login_line {
	struct host_login login;
	struct template_value values[4];
};

/* Large: allocate it. Its values: {{id}} {{app}} {{name}} {{initial}} {{logo}}
 * {{client_id}} {{owner}} {{shut_out}} {{idle}} {{env}} {{number}} {{first}}
 * {{latest}}
 * {{again}} {{used}} and the rows {{#scopes}} and {{#logins}} with {{host}}
 * {{service}} {{login}}. */
struct connection_card {
	struct connection connection;
	char id[CONNECTION_ID_SIZE], app[CONNECTION_ID_SIZE];
	char initial[8];
	char first[PAGE_TIME_SIZE], latest[PAGE_TIME_SIZE],
	    used[PAGE_TIME_SIZE];
	struct scope_list scopes;
	struct login_line logins[CONNECTION_LOGINS_MAX];
	struct template_row login_rows[CONNECTION_LOGINS_MAX];
	size_t login_count;
	struct template_value values[20];
};

/* From card->connection. The values point into the card. */
enum status connection_card_fill(struct visit *v, struct connection_card *card);

#endif
