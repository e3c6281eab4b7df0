/* SPDX-License-Identifier: ISC */
/* What the PAM module reads as root from what it took for the daemon. */
#include "fuzz.h"
#include "message_property.h"
#include "prompt_text.h"
#include "scopegate/cleanup.h"

/* A terminal gets visible signs, blanks, line ends and squares. */
static void
check_shown(const struct buf *b)
{
	for (size_t i = 0; i < b->length; i++) {
		uint8_t c = b->data[i];

		if (c == 0xe2) {
			REQUIRE(b->length - i >= 3 && b->data[i + 1] == 0x96);
			REQUIRE(b->data[i + 2] == 0x80 ||
				b->data[i + 2] == 0x84 ||
				b->data[i + 2] == 0x88);
			i += 2;
			continue;
		}
		REQUIRE(c == '\n' || (c >= ' ' && c <= '~'));
	}
}

static void
check_prompt(const struct message *m)
{
	static const struct options options = {.prompt = "Access token: "};

	for (unsigned int asked = 0; asked <= PROMPT_COUNT; asked++) {
		_cleanup_(buf_clear) struct buf b = {
		    .maximum = PROMPT_TEXT_MAX};
		enum end end = prompt_text(m, (enum prompt)asked, &options, &b);

		REQUIRE(end == END_VERDICT || end == END_REPLY);
		if (end == END_VERDICT)
			REQUIRE(b.length > 0);
		check_shown(&b);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct reason_row *row;
	struct message m;

	if (!message_property(data, size, DIRECTION_REPLY, &m))
		return 0;
	REQUIRE(m.type >= MESSAGE_ACK && m.type <= MESSAGE_PROMPT);
	if (m.type == MESSAGE_PROMPT)
		check_prompt(&m);
	if (m.type != MESSAGE_VERDICT)
		return 0;
	row = reason_row(message_u16(&m, TAG_REASON, REASON_NONE));
	REQUIRE(row != NULL);
	REQUIRE(row->verdict == message_u8(&m, TAG_VERDICT, 0));
	REQUIRE(row->verdict == VERDICT_ALLOW || !message_has(&m, TAG_HANDLE));
	REQUIRE(message_has(&m, TAG_REF));
	return 0;
}
