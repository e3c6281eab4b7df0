/* SPDX-License-Identifier: ISC */
/* What holds for requests and replies alike. */
#include "message_property.h"

#include <string.h>

#include "fuzz.h"
#include "scopegate/cleanup.h"

static bool
is_number(unsigned int tag)
{
	switch (tag) {
	case TAG_BUDGET_MS:
	case TAG_UID:
	case TAG_VERDICT:
	case TAG_REASON:
	case TAG_RETRY_AFTER:
	case TAG_ERROR:
	case TAG_METHOD:
	case TAG_PROMPT:
	case TAG_LOGINS:
	case TAG_TRIES:
	case TAG_SECONDS:
		return true;
	default:
		return false;
	}
}

static void
check_texts(const struct message *m)
{
	for (unsigned int tag = 1; tag < TAG_COUNT; tag++) {
		struct text t = m->value[tag];

		if (t.bytes == NULL || is_number(tag))
			continue;
		REQUIRE(t.length > 0);
		for (size_t i = 0; i < t.length; i++) {
			uint8_t c = (uint8_t)t.bytes[i];

			REQUIRE(c != 0);
			REQUIRE(tag == TAG_DOCUMENT || tag == TAG_QR ||
				(c >= 0x20 && c != 0x7f));
		}
	}
}

static void
check_rewritten(const struct message *m, enum message_direction direction)
{
	_cleanup_(buf_clear) struct buf b = {.maximum = MESSAGE_MAX};
	struct message again;

	message_start(&b, m->type, m->id);
	for (unsigned int tag = 1; tag < TAG_COUNT; tag++)
		if (message_has(m, (enum message_tag)tag))
			message_put(&b, (enum message_tag)tag, m->value[tag]);
	REQUIRE(message_finish(&b) == STATUS_OK);
	REQUIRE(message_open(b.data, b.length, direction, &again) == STATUS_OK);
	REQUIRE(again.version == m->version);
	REQUIRE(again.type == m->type);
	REQUIRE(again.id == m->id);
	for (unsigned int tag = 0; tag < TAG_COUNT; tag++)
		REQUIRE(text_equal(again.value[tag], m->value[tag]));
}

bool
message_property(const uint8_t *data, size_t size,
    enum message_direction direction, struct message *ret)
{
	struct message m, untouched;
	enum status s;

	memset(&m, 0xa5, sizeof(m));
	memcpy(&untouched, &m, sizeof(m));
	s = message_open(data, size, direction, &m);
	if (s == STATUS_VERSION) {
		REQUIRE(m.version != PROTOCOL_VERSION);
		for (unsigned int tag = 0; tag < TAG_COUNT; tag++)
			REQUIRE(m.value[tag].bytes == NULL);
		return false;
	}
	if (s != STATUS_OK) {
		REQUIRE(s == STATUS_MALFORMED);
		REQUIRE(memcmp(&m, &untouched, sizeof(m)) == 0);
		return false;
	}
	REQUIRE(size <= MESSAGE_MAX);
	check_texts(&m);
	check_rewritten(&m, direction);
	*ret = m;
	return true;
}
