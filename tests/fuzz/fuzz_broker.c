/* SPDX-License-Identifier: ISC */
/*
 * What anybody may send to brokerd before it knows them: forms, redirect URIs,
 * authorization details, texts for pages and ways back. The first octet
 * chooses.
 */
#include <string.h>

#include "app/redirect.h"
#include "fuzz.h"
#include "http/form.h"
#include "http/template.h"
#include "oauth/host_login.h"
#include "scopegate/cleanup.h"
#include "visit.h"

#define TEXT_MAX 65536

/* What was understood is understood the same way again. */
static void
try_form(const char *text, size_t size)
{
	_cleanup_(form_clear) struct form f = {0}, again = {0};
	_cleanup_(buf_clear) struct buf out = {0};

	if (form_parse(text, size, &f) != STATUS_OK)
		return;
	REQUIRE(f.count <= FORM_FIELDS_MAX);
	buf_init(&out, TEXT_MAX * 4);
	for (size_t i = 0; i < f.count; i++) {
		if (i > 0)
			buf_append_byte(&out, '&');
		form_encode_pair(&out, f.fields[i].name, f.fields[i].value);
		if (form_repeats(&f, f.fields[i].name))
			REQUIRE(form_get(&f, f.fields[i].name) == NULL);
	}
	REQUIRE(buf_string(&out) != NULL);
	REQUIRE(form_parse(buf_string(&out), out.length, &again) == STATUS_OK);
	REQUIRE(again.count == f.count);
	for (size_t i = 0; i < f.count; i++) {
		REQUIRE(strcmp(f.fields[i].name, again.fields[i].name) == 0);
		REQUIRE(strcmp(f.fields[i].value, again.fields[i].value) == 0);
	}
}

/* A URI that was registered cannot write a policy of its own, and another
 * matches it only if nothing but a loopback port differs. */
static void
try_redirect(const char *registered, const char *presented)
{
	_cleanup_(buf_clear) struct buf source = {0};
	const char *text;

	if (redirect_uri_problem(registered) != NULL)
		return;
	buf_init(&source, TEXT_MAX);
	REQUIRE(redirect_uri_csp_source(registered, &source) == STATUS_OK);
	text = buf_string(&source);
	REQUIRE(text[0] != '\0' && strpbrk(text, " ;,'\"*\r\n") == NULL);
	REQUIRE(strncmp(text, registered, strlen(text)) == 0);
	REQUIRE(strchr(registered, '#') == NULL);
	REQUIRE(redirect_uri_matches(registered, registered));
	if (strcmp(registered, presented) == 0 ||
	    !redirect_uri_matches(registered, presented))
		return;
	REQUIRE(strncmp(registered, "http://127.0.0.1", 16) == 0 ||
		strncmp(registered, "http://[::1]", 12) == 0);
	REQUIRE(strncmp(presented, registered, 12) == 0);
	REQUIRE(
	    strchr(presented, '@') == NULL || strchr(registered, '@') != NULL);
}

static void
try_host_login(const char *text)
{
	char printed[GRANT_DETAILS_SIZE], again[GRANT_DETAILS_SIZE];
	struct host_login h, same;

	if (host_login_parse(text, &h) != STATUS_OK)
		return;
	REQUIRE(user_name_is_valid(h.user));
	REQUIRE(strpbrk(h.host, "<>&\"' \r\n/") == NULL);
	REQUIRE(host_login_print(&h, printed) == STATUS_OK);
	REQUIRE(host_login_parse(printed, &same) == STATUS_OK);
	REQUIRE(host_login_print(&same, again) == STATUS_OK);
	REQUIRE(strcmp(printed, again) == 0);
}

static void
try_page(const char *text)
{
	const struct template_value values[] = {
	    {.name = "v", .text = text}, {0}};
	_cleanup_(buf_clear) struct buf out = {0};

	buf_init(&out, TEXT_MAX * 8);
	REQUIRE(template_render("{{v}}", values, NULL, &out) == STATUS_OK);
	REQUIRE(strpbrk(buf_string(&out), "<>\"'") == NULL);
	buf_clear(&out);
	/* As a template: refused or rendered, never a crash. */
	(void)template_render(text, values, NULL, &out);
	if (visit_path_is_ours(text)) {
		REQUIRE(text[0] == '/' && text[1] != '/');
		REQUIRE(strpbrk(text, "\\ \t\r\n") == NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(free_ptr) char *text = NULL;
	size_t first;

	if (size < 2 || size > TEXT_MAX)
		return 0;
	text = malloc(size);
	REQUIRE(text != NULL);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	first = strlen(text);
	switch (data[0]) {
	case 'f':
		try_form(text, size - 1);
		break;
	case 'r': /* registered NUL presented */
		try_redirect(text, first + 1 < size ? text + first + 1 : text);
		break;
	case 'h':
		try_host_login(text);
		break;
	case 'p':
		try_page(text);
		break;
	}
	return 0;
}
