/* SPDX-License-Identifier: ISC */
/*
 * Where a login comes from, by octets: addresses are parsed and masked, names
 * are compared. Must never resolve a name: whoever holds the reverse zone of
 * an address would choose the policy.
 */
#include "rhost.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "policy.h"
#include "scopegate/cleanup.h"

#define MAPPED_BITS 96u

static const uint8_t mapped_prefix[12] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* Of both spellings of an IPv4 address one remains. */
static int
address_read(const char *text, uint8_t address[16], bool *ret_mapped)
{
	uint8_t raw[16] = {0};

	*ret_mapped = false;
	if (inet_pton(AF_INET, text, raw) == 1) {
		memcpy(address, raw, sizeof(raw));
		return AF_INET;
	}
	if (inet_pton(AF_INET6, text, raw) != 1)
		return AF_UNSPEC;
	if (memcmp(raw, mapped_prefix, sizeof(mapped_prefix)) == 0) {
		memset(address, 0, 16);
		memcpy(address, raw + sizeof(mapped_prefix), 4);
		*ret_mapped = true;
		return AF_INET;
	}
	memcpy(address, raw, sizeof(raw));
	return AF_INET6;
}

struct rhost
rhost_read(struct text text)
{
	struct rhost r = {.family = AF_UNSPEC, .name = text};
	char copy[RHOST_MAX + 1];
	bool mapped;

	if (text.bytes == NULL || text.length >= sizeof(copy) ||
	    memchr(text.bytes, '\0', text.length) != NULL)
		return r;
	memcpy(copy, text.bytes, text.length);
	copy[text.length] = '\0';
	r.family = address_read(copy, r.address, &mapped);
	return r;
}

static bool
prefix_equal(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	unsigned int whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

bool
rhost_rule_matches(const struct rhost_rule *rule, const struct rhost *r)
{
	if (rule->family != AF_UNSPEC)
		return rule->family == r->family &&
		       prefix_equal(rule->address, r->address, rule->prefix);
	return r->name.bytes != NULL && rule->name != NULL &&
	       strlen(rule->name) == r->name.length &&
	       strncasecmp(rule->name, r->name.bytes, r->name.length) == 0;
}

/* 1 to 3 digits after the slash, no sign, no blank, no leading zero. */
static bool
prefix_read(const char *digits, unsigned int most, unsigned int *ret)
{
	unsigned int value = 0;
	size_t length = strlen(digits);

	if (length < 1 || length > 3 || (length > 1 && digits[0] == '0'))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		value = value * 10 + (unsigned int)(digits[i] - '0');
	}
	if (value > most)
		return false;
	*ret = value;
	return true;
}

/* "10.1.2.3/8" is more likely a slip than a wish: bits past the prefix are
 * refused. */
static bool
host_bits_clear(const uint8_t address[16], unsigned int prefix)
{
	for (unsigned int bit = prefix; bit < 128; bit++) {
		if (address[bit / 8] & (0x80u >> (bit % 8)))
			return false;
	}
	return true;
}

static enum status
address_rule_parse(char *text, struct rhost_rule *ret)
{
	struct rhost_rule rule = {0};
	char *slash = strchr(text, '/');
	unsigned int most;
	bool mapped;

	if (slash != NULL)
		*slash = '\0';
	rule.family = address_read(text, rule.address, &mapped);
	if (rule.family == AF_UNSPEC)
		return STATUS_INVALID;
	most = rule.family == AF_INET && !mapped ? 32 : 128;
	rule.prefix = most;
	if (slash != NULL && !prefix_read(slash + 1, most, &rule.prefix))
		return STATUS_INVALID;
	if (mapped) {
		if (rule.prefix < MAPPED_BITS)
			return STATUS_INVALID;
		rule.prefix -= MAPPED_BITS;
	}
	if (!host_bits_clear(rule.address, rule.prefix))
		return STATUS_INVALID;
	*ret = rule;
	return STATUS_OK;
}

/*
 * Labels of letters, digits, '-' and '_'. A last label of digits only is a
 * mistyped address, not a name (RFC 1123 section 2.1).
 */
static bool
name_valid(const char *text)
{
	const char *label = text;
	bool digits_only = true;

	for (const char *p = text;; p++) {
		if (*p == '.' || *p == '\0') {
			if (p == label || p - label > 63)
				return false;
			if (*p == '\0')
				return !digits_only;
			label = p + 1;
			digits_only = true;
		} else if ((*p >= 'a' && *p <= 'z') ||
			   (*p >= 'A' && *p <= 'Z') || *p == '-' || *p == '_') {
			digits_only = false;
		} else if (*p < '0' || *p > '9') {
			return false;
		}
	}
}

enum status
rhost_rule_parse(const char *text, struct rhost_rule *ret)
{
	_cleanup_(free_ptr) char *copy = NULL;

	if (strlen(text) > RHOST_MAX)
		return STATUS_TOO_BIG;
	copy = strdup(text);
	if (copy == NULL)
		return STATUS_NOMEM;
	if (!name_valid(text))
		return address_rule_parse(copy, ret);
	*ret = (struct rhost_rule){.family = AF_UNSPEC, .name = TAKE_PTR(copy)};
	return STATUS_OK;
}
