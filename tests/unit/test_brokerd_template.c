/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"
#include "http/template.h"

static const struct template_value first[] = {
    {.name = "word", .text = "one"},
    {0},
};
static const struct template_value second[] = {
    {.name = "word", .text = "<two>"},
    {.name = "name", .text = "inner"},
    {0},
};
static const struct template_row rows[] = {{first}, {second}};
static const struct template_value values[] = {
    {.name = "name", .text = "outer"},
    {.name = "evil", .text = "<b a=\"c\" d='e'>&amp;"},
    {.name = "empty", .text = ""},
    {.name = "nothing", .text = NULL},
    {.name = "list", .rows = rows, .row_count = 2},
    {.name = "none", .rows = rows, .row_count = 0},
    {.name = "part", .part = "<i>{{name}}</i>"},
    {.name = "circle", .part = "{{>circle}}"},
    {0},
};

static void
renders(void **state)
{
	static const struct {
		const char *text, *html; /* NULL: refused */
	} cases[] = {
	    {"", ""},
	    {"plain { } text", "plain { } text"},
	    {"<p>{{name}}</p>", "<p>outer</p>"},
	    {"{{evil}}", "&lt;b a=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;"},
	    {"[{{empty}}]", "[]"},
	    {"{{#name}}<{{name}}>{{/name}}", "<outer>"},
	    {"{{#empty}}x{{/empty}}{{^empty}}y{{/empty}}", "y"},
	    {"{{#nothing}}x{{/nothing}}{{^nothing}}y{{/nothing}}", "y"},
	    {"{{#none}}x{{/none}}{{^none}}y{{/none}}", "y"},
	    {"{{^name}}x{{/name}}", ""},
	    {"{{#list}}{{word}}/{{name}} {{/list}}",
		"one/outer &lt;two&gt;/inner "},
	    {"{{#list}}{{#name}}{{word}}{{/name}},{{/list}}",
		"one,&lt;two&gt;,"},
	    {"{{>part}}", "<i>outer</i>"},
	    {"{{#list}}{{>part}}{{/list}}", "<i>outer</i><i>inner</i>"},
	    {"{{>name}}", NULL},
	    {"{{part}}", NULL},
	    {"{{>circle}}", NULL},
	    {"{{>unknown}}", NULL},
	    {"{{unknown}}", NULL},
	    {"{{nothing}}", NULL},
	    {"{{list}}", NULL},
	    {"{{word}}", NULL},
	    {"{{#unknown}}x{{/unknown}}", NULL},
	    {"{{^unknown}}x{{/unknown}}", NULL},
	    {"{{#name}}x", NULL},
	    {"{{#name}}x{{/list}}", NULL},
	    {"x{{/name}}", NULL},
	    {"{{name", NULL},
	    {"{{}}", NULL},
	    {"{{{name}}}", NULL},
	    {"{{&name}}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(buf_clear) struct buf out;
		enum status status;

		buf_init(&out, 1024);
		status = template_render(cases[i].text, values, NULL, &out);
		if (cases[i].html == NULL) {
			if (status != STATUS_INVALID)
				fail_msg("%s is taken", cases[i].text);
			continue;
		}
		assert_int_equal(status, STATUS_OK);
		assert_string_equal(buf_string(&out), cases[i].html);
	}
}

static void
nests_so_deep(void **state)
{
	static const char six[] =
	    "{{#name}}{{#list}}{{#evil}}{{#word}}{{^empty}}{{^none}}x"
	    "{{/none}}{{/empty}}{{/word}}{{/evil}}{{/list}}{{/name}}";
	static const char seven[] =
	    "{{#name}}{{#list}}{{#evil}}{{#word}}{{^empty}}{{^none}}{{>part}}"
	    "{{/none}}{{/empty}}{{/word}}{{/evil}}{{/list}}{{/name}}";
	_cleanup_(buf_clear) struct buf out;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(template_render(six, values, NULL, &out), STATUS_OK);
	assert_string_equal(buf_string(&out), "xx");
	assert_int_equal(
	    template_render(seven, values, NULL, &out), STATUS_INVALID);
}

static void
tells_when_it_does_not_fit(void **state)
{
	_cleanup_(buf_clear) struct buf out;

	(void)state;
	buf_init(&out, 4);
	assert_int_equal(
	    template_render("{{name}}!", values, NULL, &out), STATUS_TOO_BIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(renders),
	    cmocka_unit_test(nests_so_deep),
	    cmocka_unit_test(tells_when_it_does_not_fit),
	};

	return cmocka_run_group_tests_name(
	    "brokerd_template", tests, NULL, NULL);
}
