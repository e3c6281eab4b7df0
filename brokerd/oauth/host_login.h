/* SPDX-License-Identifier: ISC */
/*
 * authorization_details (RFC 9396) of the one type that this broker knows: a
 * person signs in to a service of a host as a user of that host.
 *
 *   [{"type":"host_login","host":"HOST","service":"ssh","user":"NAME"}]
 */
#ifndef BROKERD_HOST_LOGIN_H
#define BROKERD_HOST_LOGIN_H

#include "identity/user_store.h"
#include "oauth_error.h"
#include "oauth/token_store.h"
#include "scopegate/json.h"
#include "scopegate/status.h"

#define HOST_LOGIN_HOST_SIZE 254 /* RFC 1035 section 2.3.4 */
#define HOST_LOGIN_SERVICE_SIZE 33

struct host_login {
	char host[HOST_LOGIN_HOST_SIZE]; /* letters, digits, dots, hyphens */
	char service[HOST_LOGIN_SERVICE_SIZE]; /* [a-z][a-z0-9-]{0,31} */
	char user[USER_NAME_SIZE];             /* as user_name_is_valid() */
};

/*
 * Exactly one entry, of this type, with these four members (RFC 9396 section 5:
 * what is unknown is refused, never left out). STATUS_MALFORMED for anything
 * else, STATUS_NOMEM.
 */
enum status host_login_parse(const char *json, struct host_login *ret);
/* The array, as a member `name` or, if NULL, by itself. */
void host_login_write(
    const struct host_login *h, struct json_writer *w, const char *name);
/* The same as text: always the same for the same login. */
enum status host_login_print(
    const struct host_login *h, char ret[GRANT_DETAILS_SIZE]);
/* Of an authorization or device request, read and printed; none (NULL) is
 * fine, and leaves both as they are. */
struct oauth_fault host_login_check(const char *json, struct host_login *ret,
    char ret_text[GRANT_DETAILS_SIZE]);

#endif
