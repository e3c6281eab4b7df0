/* SPDX-License-Identifier: ISC */
/*
 * What bench/gate measures against: introspections in a row by libcurl alone,
 * with one handle kept alive or with a new handle each. Prints the median in
 * microseconds and how many failed.
 */
#include <curl/curl.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/conf.h"
#include "scopegate/deadline.h"

static size_t
discard(char *data, size_t size, size_t count, void *argument)
{
	(void)data;
	(void)argument;
	return size * count;
}

static CURL *
handle_new(const char *endpoint, const char *bundle)
{
	CURL *curl = curl_easy_init();

	if (curl == NULL)
		exit(1);
	(void)curl_easy_setopt(curl, CURLOPT_URL, endpoint);
	(void)curl_easy_setopt(curl, CURLOPT_USERPWD, "gate:secret");
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
	(void)curl_easy_setopt(curl, CURLOPT_CAINFO, bundle);
	(void)curl_easy_setopt(
	    curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 5000L);
	return curl;
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
	bool kept = argc == 5 && strcmp(argv[3], "kept") == 0;
	int64_t count, failed = 0;
	int64_t *times;
	CURL *curl = NULL;

	if (argc != 5 ||
	    conf_parse_integer(argv[4], 1, 100000, &count) != STATUS_OK) {
		fprintf(stderr,
		    "usage: introspect ENDPOINT BUNDLE kept|new COUNT\n");
		return 64;
	}
	times = calloc((size_t)count, sizeof(*times));
	if (times == NULL)
		return 1;
	for (int64_t i = 0; i < count; i++) {
		char form[64];
		int64_t began = monotonic_us();

		if (curl == NULL)
			curl = handle_new(argv[1], argv[2]);
		(void)snprintf(form, sizeof(form), "token=bench.%" PRId64, i);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form);
		failed += curl_easy_perform(curl) != CURLE_OK;
		if (!kept) {
			curl_easy_cleanup(curl);
			curl = NULL;
		}
		times[i] = monotonic_us() - began;
	}
	qsort(times, (size_t)count, sizeof(*times), compare);
	printf("%" PRId64 " %" PRId64 "\n", times[count / 2], failed);
	if (curl != NULL)
		curl_easy_cleanup(curl);
	free(times);
	return 0;
}
