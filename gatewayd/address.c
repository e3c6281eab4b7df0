/* SPDX-License-Identifier: ISC */
#include "address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"

#define IPV4_BITS 96 /* before the 32 of an IPv4 address */
#define SITE_BITS 64

static const uint8_t ipv4_prefix[12] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool
address_parse(const char *text, struct address *ret)
{
	char plain[ADDRESS_TEXT_SIZE];
	struct address a = {{0}};
	size_t length = strcspn(text, "%");

	if (length >= sizeof(plain))
		return false;
	memcpy(plain, text, length);
	plain[length] = '\0';
	if (inet_pton(AF_INET, plain, a.octets + sizeof(ipv4_prefix)) == 1)
		memcpy(a.octets, ipv4_prefix, sizeof(ipv4_prefix));
	else if (inet_pton(AF_INET6, plain, a.octets) != 1)
		return false;
	*ret = a;
	return true;
}

bool
address_is_ipv4(const struct address *a)
{
	return memcmp(a->octets, ipv4_prefix, sizeof(ipv4_prefix)) == 0;
}

void
address_text(const struct address *a, char ret[ADDRESS_TEXT_SIZE])
{
	bool ipv4 = address_is_ipv4(a);

	if (inet_ntop(ipv4 ? AF_INET : AF_INET6,
		a->octets + (ipv4 ? sizeof(ipv4_prefix) : 0), ret,
		ADDRESS_TEXT_SIZE) == NULL)
		ret[0] = '\0';
}

bool
address_is_loopback(const struct address *a)
{
	static const struct address loopback = {{[15] = 1}};

	if (address_is_ipv4(a))
		return a->octets[sizeof(ipv4_prefix)] == 127;
	return memcmp(a, &loopback, sizeof(loopback)) == 0;
}

static struct address
cut(const struct address *a, unsigned int bits)
{
	struct address r = {{0}};

	for (unsigned int i = 0; i < sizeof(r.octets) && bits > 0; i++) {
		unsigned int take = bits < 8 ? bits : 8;

		r.octets[i] = (uint8_t)(a->octets[i] & (0xff00 >> take));
		bits -= take;
	}
	return r;
}

struct address
address_site(const struct address *a)
{
	return address_is_ipv4(a) ? *a : cut(a, SITE_BITS);
}

bool
network_parse(const char *text, struct network *ret)
{
	char plain[ADDRESS_TEXT_SIZE];
	size_t length = strcspn(text, "/");
	struct network n;
	int64_t bits;
	unsigned int before;

	if (length >= sizeof(plain))
		return false;
	memcpy(plain, text, length);
	plain[length] = '\0';
	if (strchr(plain, '%') != NULL || !address_parse(plain, &n.address))
		return false;
	before = strchr(plain, ':') == NULL ? IPV4_BITS : 0;
	bits = 128 - before;
	if (text[length] == '/' &&
	    conf_parse_integer(text + length + 1, 0, bits, &bits) != STATUS_OK)
		return false;
	n.bits = before + (unsigned int)bits;
	n.address = cut(&n.address, n.bits);
	*ret = n;
	return true;
}

bool
network_list_holds(const struct network_list *l, const struct address *a)
{
	for (size_t i = 0; i < l->count; i++) {
		struct address start = cut(a, l->networks[i].bits);

		if (memcmp(&start, &l->networks[i].address, sizeof(start)) == 0)
			return true;
	}
	return false;
}

enum status
network_list_make(const struct word_list *words, struct network_list *ret)
{
	_cleanup_(network_list_clear) struct network_list l = {0};

	l.networks = calloc(words->count + 1, sizeof(*l.networks));
	if (l.networks == NULL)
		return STATUS_NOMEM;
	for (size_t i = 0; i < words->count; i++) {
		if (!network_parse(words->words[i], &l.networks[i]))
			return STATUS_INVALID;
	}
	ret->networks = TAKE_PTR(l.networks);
	ret->count = words->count;
	return STATUS_OK;
}

void
network_list_clear(struct network_list *l)
{
	free(l->networks);
	l->networks = NULL;
	l->count = 0;
}
