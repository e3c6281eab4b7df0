/* SPDX-License-Identifier: ISC */
/*
 * jws-verify: what the daemon says of signatures, without a daemon. Tokens
 * come on standard input, one a line; no octet of them is printed but `kid`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "jose/jws.h"
#include "key_file.h"
#include "print.h"
#include "scopegate/cleanup.h"

#define ALGORITHMS_TEXT_MAX 256

struct wanted {
	const char *jwks_path;
	const char *type; /* NULL: any */
	struct jws_algorithms algorithms;
};

/* At commas and blanks; the words stay in `text`. */
static enum status
split_words(char *text, struct word_list *ret)
{
	ret->words = calloc(ALGORITHMS_TEXT_MAX, sizeof(*ret->words));
	if (ret->words == NULL)
		return STATUS_NOMEM;
	for (char *word; (word = strsep(&text, ", ")) != NULL;) {
		if (*word != '\0')
			ret->words[ret->count++] = word;
	}
	return STATUS_OK;
}

static int
read_algorithms(const char *list, struct jws_algorithms *ret)
{
	_cleanup_(free_ptr) char *copy = strndup(list, ALGORITHMS_TEXT_MAX - 1);
	struct word_list words = {0};
	const char *bad = "";
	int code = EXIT_DONE;

	if (copy == NULL || split_words(copy, &words) != STATUS_OK)
		code = usage_error("out of memory");
	else if (words.count == 0 && list[0] != '\0')
		code = usage_error("--alg names no algorithm");
	else if (jws_algorithms_read(&words, ret, &bad) != STATUS_OK)
		code = usage_error("--alg: '%s' is not supported, or named "
				   "twice; there are RS256 RS384 RS512 PS256 "
				   "PS384 PS512 ES256 ES384 ES512 EdDSA",
		    bad);
	free(words.words);
	return code;
}

static int
read_arguments(int argc, char **argv, struct wanted *ret)
{
	const char *algorithms = "";

	for (int i = 0; i < argc; i += 2) {
		const char *value = argv[i + 1]; /* NULL at the end */

		if (strcmp(argv[i], "--jwks") != 0 &&
		    strcmp(argv[i], "--alg") != 0 &&
		    strcmp(argv[i], "--typ") != 0)
			return usage_error("unexpected argument '%s'", argv[i]);
		if (value == NULL)
			return usage_error("%s needs a value", argv[i]);
		if (argv[i][2] == 'j')
			ret->jwks_path = value;
		else if (argv[i][2] == 'a')
			algorithms = value;
		else
			ret->type = value;
	}
	if (ret->jwks_path == NULL)
		return usage_error("jws-verify needs --jwks FILE");
	return read_algorithms(algorithms, &ret->algorithms);
}

/* A name of a key set is a stranger's text, too. */
static void
print_plain(enum jws_reason r, const struct jws *j)
{
	if (r != JWS_ACCEPTED) {
		(void)printf("reject: %s: %s\n", jws_reason_name(r),
		    jws_reason_sentence(r));
		return;
	}
	(void)printf("accept: %s", j->key->algorithm->name);
	if (j->key->kid != NULL) {
		(void)printf(" kid ");
		print_text(j->key->kid);
	}
	(void)printf("\n");
}

static void
print_result(
    const struct ctl *ctl, enum jws_reason r, const struct jws *j)
{
	_cleanup_(buf_clear) struct buf out;
	struct json_writer w;

	buf_init(&out, 4096);
	if (!ctl->json) {
		print_plain(r, j);
		return;
	}
	json_writer_init(&w, &out);
	json_write_begin_object(&w, NULL);
	json_write_bool(&w, "accepted", r == JWS_ACCEPTED);
	if (r == JWS_ACCEPTED) {
		json_write_string(&w, "alg", j->key->algorithm->name);
		json_write_string(&w, "kid", j->key->kid);
	} else {
		json_write_string(&w, "reason", jws_reason_name(r));
	}
	json_write_end_object(&w);
	(void)printf("%s\n", buf_string(&out));
}

/* A signature says nothing about times, audience or scopes; `check` does. */
int
cmd_jws_verify(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(jwks_freep) struct jwks *keys = NULL;
	_cleanup_(free_ptr) char *line = NULL;
	struct wanted wanted = {0};
	size_t room = 0, told = 0, refused = 0;
	ssize_t n;
	int code = read_arguments(argc, argv, &wanted);

	if (code == EXIT_DONE)
		code = key_set_read(
		    wanted.jwks_path, &wanted.algorithms, &keys);
	if (code != EXIT_DONE)
		return code;
	while ((n = getline(&line, &room, stdin)) > 0) {
		const char *const type[] = {wanted.type, NULL};
		const struct jws_rules rules = {.keys = keys,
		    .algorithms = &wanted.algorithms,
		    .types = wanted.type != NULL ? type : NULL};
		struct jws j;
		enum jws_reason r;

		if (line[n - 1] == '\n')
			n--;
		r = jws_verify(&rules, (struct text){line, (size_t)n}, &j);
		print_result(ctl, r, &j);
		told++;
		refused += r != JWS_ACCEPTED;
		jws_clear(&j);
	}
	if (line != NULL)
		explicit_bzero(line, room);
	/* An empty pipe must not look as if all were well. */
	if (told == 0 || ferror(stdin)) {
		(void)fprintf(stderr,
		    "validatorctl: jws-verify: %s on standard input; give "
		    "tokens there, one a line\n",
		    told == 0 ? "no token" : "an error");
		return EXIT_NOT_DONE;
	}
	return refused == 0 ? EXIT_DONE : EXIT_NOT_DONE;
}
