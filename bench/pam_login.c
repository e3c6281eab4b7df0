/* SPDX-License-Identifier: ISC */
/*
 * PAM logins, a fresh process each: fork, pam_start_confdir, authenticate,
 * end. Prints the median and the 99th percentile in microseconds and how many
 * failed. The answer to the prompt comes on standard input.
 */
#include <sys/wait.h>

#include <security/pam_appl.h>

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scopegate/conf.h"
#include "scopegate/deadline.h"

static char answer[4096];

static int
converse(int count, const struct pam_message **messages,
    struct pam_response **ret, void *data)
{
	struct pam_response *responses =
	    calloc((size_t)count, sizeof(*responses));

	(void)data;
	if (responses == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++)
		if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
			responses[i].resp = strdup(answer);
	*ret = responses;
	return PAM_SUCCESS;
}

static int
login(const char *directory, const char *service, const char *user)
{
	struct pam_conv conversation = {converse, NULL};
	pam_handle_t *handle;
	int result =
	    pam_start_confdir(service, user, &conversation, directory, &handle);

	if (result == PAM_SUCCESS)
		result = pam_authenticate(handle, 0);
	(void)pam_end(handle, result);
	return result == PAM_SUCCESS ? 0 : 1;
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int
main(int argc, char **argv)
{
	int64_t count, failed = 0;
	int64_t *times;

	if (argc != 5 ||
	    conf_parse_integer(argv[4], 1, 100000, &count) != STATUS_OK) {
		fprintf(stderr, "usage: pam_login DIRECTORY SERVICE USER COUNT "
				"< answer\n");
		return 64;
	}
	if (fgets(answer, sizeof(answer), stdin) == NULL)
		return 64;
	answer[strcspn(answer, "\n")] = '\0';
	/* As sshd, sudo and su do before they come to PAM. */
	(void)getpwnam(argv[3]);
	times = calloc((size_t)count, sizeof(*times));
	if (times == NULL)
		return 1;
	for (int64_t i = 0; i < count; i++) {
		int64_t began = monotonic_us();
		pid_t child = fork();
		int status = 0;

		if (child == 0)
			_exit(login(argv[1], argv[2], argv[3]));
		if (child < 0 || waitpid(child, &status, 0) != child)
			return 1;
		times[i] = monotonic_us() - began;
		failed += status != 0;
	}
	qsort(times, (size_t)count, sizeof(*times), compare);
	printf("%" PRId64 " %" PRId64 " %" PRId64 "\n", times[count / 2],
	    times[count * 99 / 100], failed);
	free(times);
	return 0;
}
