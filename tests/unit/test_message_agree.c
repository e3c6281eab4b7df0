/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "raw_packet.h"
#include "scopegate/cleanup.h"
#include "scopegate/message.h"

/* Values that are good each by itself and must agree with each other. */

/* Each reason with each verdict, with and without a handle. */
static void
test_verdict_reason_and_handle_agree(void **state)
{
	(void)state;
	for (unsigned int reason = 0; reason <= UINT16_MAX; reason++) {
		const struct reason_row *row = reason_row(reason);

		for (unsigned int n = 1; n <= 6; n++) {
			unsigned int verdict = n > 3 ? n - 3 : n;
			bool handle = n > 3;
			_cleanup_(buf_clear) struct buf b;
			struct message m;

			/* Unknown ones are alike: a sample of them. */
			if (row == NULL && reason > 200 && reason % 256 != 1)
				continue;
			buf_init(&b, MESSAGE_MAX);
			raw_start(&b, 1, MESSAGE_VERDICT, 1);
			raw_u8(&b, TAG_VERDICT, verdict);
			raw_u16(&b, TAG_REASON, reason);
			raw_string(&b, TAG_REF, "K7Q");
			if (handle)
				raw_string(&b, TAG_HANDLE, "h");
			raw_finish(&b);
			assert_int_equal(
			    message_open(b.data, b.length, DIRECTION_REPLY, &m),
			    row != NULL && row->verdict == verdict &&
				    (!handle || verdict == VERDICT_ALLOW)
				? STATUS_OK
				: STATUS_MALFORMED);
		}
	}
}

static void
test_a_prompt_has_what_it_is_to_show(void **state)
{
	static const struct {
		enum prompt prompt;
		bool link, user_code, number; /* needed */
	} rows[] = {
	    {PROMPT_TOKEN, false, false, false},
	    {PROMPT_BROWSER, true, false, false},
	    {PROMPT_REDIRECT, true, false, false},
	    {PROMPT_DEVICE_NUMBER, true, true, true},
	    {PROMPT_DEVICE_ENTER, true, true, false},
	    {PROMPT_BROWSER_AGAIN, false, false, false},
	    {PROMPT_REDIRECT_AGAIN, false, false, false},
	    {PROMPT_DEVICE_AGAIN, false, false, false},
	    {PROMPT_NOT_YET, false, false, false},
	};

	(void)state;
	assert_int_equal(ELEMENTS(rows), PROMPT_COUNT - 1);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		for (unsigned int has = 0; has < 8; has++) {
			bool link = has & 1, user_code = has & 2;
			bool number = has & 4;
			bool allowed = (link || !rows[i].link) &&
				       (user_code || !rows[i].user_code) &&
				       (number || !rows[i].number);
			_cleanup_(buf_clear) struct buf b;
			struct message m;

			buf_init(&b, MESSAGE_MAX);
			raw_start(&b, 1, MESSAGE_PROMPT, 1);
			raw_u8(&b, TAG_PROMPT, rows[i].prompt);
			if (link)
				raw_string(&b, TAG_LINK, "https://a");
			if (user_code)
				raw_string(&b, TAG_USER_CODE, "WDJB");
			if (number)
				raw_string(&b, TAG_NUMBER, "47");
			raw_finish(&b);
			assert_int_equal(
			    message_open(b.data, b.length, DIRECTION_REPLY, &m),
			    allowed ? STATUS_OK : STATUS_MALFORMED);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_verdict_reason_and_handle_agree),
	    cmocka_unit_test(test_a_prompt_has_what_it_is_to_show),
	};

	return cmocka_run_group_tests_name(
	    "message agreement", tests, NULL, NULL);
}
