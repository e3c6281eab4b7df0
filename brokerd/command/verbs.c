/* SPDX-License-Identifier: ISC */
/* Finds the verb, reads its options, opens the store. */
#include "command/verbs.h"

#include <string.h>

#include "command/command.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"
#include "scopegate/log.h"

#define VERB_LINE_MAX 16384

static const struct {
	const char *name, *value;
} known_options[] = {
#define X(name, option, value) {option, value},
    VERB_OPTION_LIST(X)
#undef X
};

static const struct verb *
find_verb(const struct noun *n, int argc, char **argv)
{
	_cleanup_(buf_clear) struct buf known = {0};

	buf_init(&known, 512);
	for (const struct verb *v = n->verbs; v->name != NULL; v++) {
		if (argc >= 1 && strcmp(v->name, argv[0]) == 0)
			return v;
		buf_format(&known, "%s%s", v == n->verbs ? "" : ", ", v->name);
	}
	log_error("`brokerd %s` knows %s", n->name, buf_string(&known));
	return NULL;
}

static bool
parse(const struct verb *v, int argc, char **argv, const char **ret_store,
    struct verb_request *ret)
{
	struct option_row rows[VERB_OPTIONS + 2] = {
	    {.name = "store", .value = ret_store, .required = true},
	};
	size_t count = 1;

	for (size_t i = 0; i < VERB_OPTIONS; i++) {
		struct option_row *row = &rows[count];

		if (((v->needs | v->takes) & 1u << i) == 0)
			continue;
		row->name = known_options[i].name;
		row->required = (v->needs & 1u << i) != 0;
		if (known_options[i].value == NULL)
			row->flag = &ret->flag[i];
		else
			row->value = &ret->text[i];
		count++;
	}
	return options_parse(rows, argc, argv);
}

int
verbs_run(const struct noun *n, int argc, char **argv)
{
	_cleanup_(store_freep) struct store *s = NULL;
	const struct verb *v = find_verb(n, argc, argv);
	struct verb_request request = {0};
	const char *path = NULL;
	int code;

	if (v == NULL)
		return EXIT_USAGE;
	if (v->run_raw != NULL)
		return v->run_raw(argc - 1, argv + 1);
	if (!parse(v, argc - 1, argv + 1, &path, &request))
		return EXIT_USAGE;
	if (store_open(path, &s) != STATUS_OK)
		return EXIT_SETUP;
	request.store = s;
	code = v->run(&request);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_error("standard output: %s", status_text(STATUS_IO));
		return EXIT_REFUSED;
	}
	return code;
}

/* One option of a verb, on a new line where the old one is full. */
static void
print_option(FILE *out, size_t option, bool needed, int *column)
{
	const char *value = known_options[option].value;
	char text[64];
	int length =
	    snprintf(text, sizeof(text), "%s--%s%s%s%s", needed ? "" : "[",
		known_options[option].name, value == NULL ? "" : " ",
		value == NULL ? "" : value, needed ? "" : "]");

	if (*column + length >= 80)
		*column = fprintf(out, "\n      ") - 2;
	*column += fprintf(out, " %s", text);
}

static void
print_verb(const struct noun *n, const struct verb *v, FILE *out)
{
	int column =
	    fprintf(out, "  brokerd %s %s --store FILE", n->name, v->name);

	if (v->usage != NULL)
		fprintf(out, " %s", v->usage);
	for (size_t i = 0; i < VERB_OPTIONS; i++) {
		if (((v->needs | v->takes) & 1u << i) != 0)
			print_option(
			    out, i, (v->needs & 1u << i) != 0, &column);
	}
	fprintf(out, "\n      %s\n", v->help);
}

bool
verbs_help(const struct noun *n, const char *verb, FILE *out)
{
	char name[32];
	char *argv[] = {name};
	const struct verb *one;

	if (verb == NULL) {
		for (const struct verb *v = n->verbs; v->name != NULL; v++)
			print_verb(n, v, out);
		return true;
	}
	(void)snprintf(name, sizeof(name), "%s", verb);
	one = find_verb(n, 1, argv);
	if (one != NULL)
		print_verb(n, one, out);
	return one != NULL;
}

int
verb_end(const char *subject, enum status status, const char *why)
{
	if (status == STATUS_OK)
		return EXIT_SUCCESS;
	log_error("%s: %s", subject, why == NULL ? status_text(status) : why);
	return EXIT_REFUSED;
}

void
verb_list_line(struct verb_list *l)
{
	if (l->lines++ == 0 && l->header != NULL &&
	    !l->request->flag[OPTION_JSON])
		puts(l->header);
}

int
verb_list_end(const struct verb_list *l, enum status status, const char *why)
{
	if (status == STATUS_OK && l->lines == 0 &&
	    !l->request->flag[OPTION_JSON])
		fprintf(stderr, "no %s\n", l->what);
	return verb_end(l->what, status, why);
}

void
verb_column(const char *text, int width)
{
	int length = 0;

	for (; *text != '\0'; text++, length++) {
		unsigned char octet = (unsigned char)*text;

		/* C1 controls, U+0080 to U+009F, are 0xc2 and the same octet;
		 * where there is no such pair, the octet is no control. */
		if (octet == 0xc2 && (unsigned char)text[1] >= 0x80 &&
		    (unsigned char)text[1] <= 0x9f) {
			text++;
			octet = 0x7f;
		}
		putchar(octet < ' ' || octet == 0x7f ? '?' : octet);
	}
	if (width > 0)
		printf("%*s", length < width ? width - length + 2 : 2, "");
}

void
verb_json_begin(struct buf *line, struct json_writer *w)
{
	buf_init(line, VERB_LINE_MAX);
	json_writer_init(w, line);
	json_write_begin_object(w, NULL);
}

void
verb_json_end(struct buf *line, struct json_writer *w)
{
	json_write_end_object(w);
	if (buf_string(line) != NULL)
		puts(buf_string(line));
	buf_clear(line);
}

bool
verb_number(const char *option, const char *text, int64_t *ret)
{
	*ret = 0;
	if (text == NULL ||
	    conf_parse_integer(text, 1, INT64_MAX, ret) == STATUS_OK)
		return true;
	log_error("--%s %s: give a number", option, text);
	return false;
}
