/* SPDX-License-Identifier: ISC */
/* PAM_RHOST against the addresses and names of a policy. */
#ifndef VALIDATORD_RHOST_H
#define VALIDATORD_RHOST_H

#include <stdbool.h>

#include "config.h"
#include "scopegate/message.h"

/* What PAM_RHOST says, read once a request. */
struct rhost {
	int family; /* AF_INET, AF_INET6; AF_UNSPEC: a name, or nothing */
	uint8_t address[16];
	struct text name; /* the text itself; absent if there is none */
};

/* An IPv4-mapped IPv6 address is the IPv4 address. */
struct rhost rhost_read(struct text text);
bool rhost_rule_matches(const struct rhost_rule *rule, const struct rhost *r);

#endif
