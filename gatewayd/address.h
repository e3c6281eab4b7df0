/* SPDX-License-Identifier: ISC */
/* Internet addresses and networks. IPv4 is held as IPv6 holds it (RFC 4291
 * section 2.5.5.2), so that one rule fits a client however it came. */
#ifndef GATEWAYD_ADDRESS_H
#define GATEWAYD_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scopegate/conf.h"

#define ADDRESS_TEXT_SIZE 46

struct address {
	uint8_t octets[16];
};

struct network {
	struct address address; /* no bit is set behind the prefix */
	unsigned int bits;      /* of 128 */
};

struct network_list {
	struct network *networks;
	size_t count;
};

/* "192.0.2.1", "2001:db8::1", "fe80::1%eth0". */
bool address_parse(const char *text, struct address *ret);
void address_text(const struct address *a, char ret[ADDRESS_TEXT_SIZE]);
bool address_is_ipv4(const struct address *a);
bool address_is_loopback(const struct address *a);
/* What one customer of a provider has: an IPv4 address, an IPv6 /64. */
struct address address_site(const struct address *a);

/* "192.0.2.0/24", "2001:db8::/32"; an address alone is its own network. */
bool network_parse(const char *text, struct network *ret);
bool network_list_holds(const struct network_list *l, const struct address *a);
/* Of words that network_parse() takes. STATUS_NOMEM, STATUS_INVALID. */
enum status network_list_make(
    const struct word_list *words, struct network_list *ret);
void network_list_clear(struct network_list *l);

#endif
