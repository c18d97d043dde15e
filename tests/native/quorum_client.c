/*
 * A client of the quorum service through libquorum, for the tests of the simulator. Its output does not depend on
 * which server answers, corosync or the simulator.
 *
 *   quorum_client calls          makes each call in each model, and prints each result
 *   quorum_client many N         opens N connections at once; makes a request and starts tracking on each
 *   quorum_client watch N        prints "ready", then N callbacks of model V1, then finalizes
 *   quorum_client hold N         N times: connects, makes 100 requests and dispatches, finalizes. Prints "ready" after
 *                                the first connect. The test kills it.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <corosync/quorum.h>

static int events;

static void list(const char *name, uint32_t n, const uint32_t *nodes)
{
	printf(" %s[", name);
	for (uint32_t i = 0; i < n; i++)
		printf(i ? " %u" : "%u", nodes[i]);
	printf("]");
}

static void quorum_v1(quorum_handle_t handle, uint32_t quorate, struct quorum_ring_id ring,
	uint32_t n, const uint32_t *members)
{
	events++;
	printf("Q %u", quorate);
	list("", n, members);
	printf(" %u.%llx\n", ring.nodeid, (unsigned long long)ring.seq);
}

static void nodelist_v1(quorum_handle_t handle, struct quorum_ring_id ring, uint32_t n, const uint32_t *members,
	uint32_t joined, const uint32_t *join, uint32_t left, const uint32_t *leave)
{
	events++;
	printf("NL");
	list("", n, members);
	list("j=", joined, join);
	list("l=", left, leave);
	printf(" %u.%llx\n", ring.nodeid, (unsigned long long)ring.seq);
}

static void quorum_v0(quorum_handle_t handle, uint32_t quorate, uint64_t seq, uint32_t n, uint32_t *members)
{
	events++;
	printf("V0 %u", quorate);
	list("", n, members);
	printf(" %llx\n", (unsigned long long)seq);
}

static quorum_handle_t open_model(int model)
{
	quorum_model_v0_data_t v0 = { .quorum_notify_fn = quorum_v0 };
	quorum_model_v1_data_t v1 = { .quorum_notify_fn = quorum_v1, .nodelist_notify_fn = nodelist_v1 };
	quorum_handle_t handle = 0;
	uint32_t type = 99;
	quorum_model_data_t *data = model ? (quorum_model_data_t *)&v1 : (quorum_model_data_t *)&v0;
	cs_error_t result = quorum_model_initialize(&handle, model, data, &type, NULL);

	if (result != CS_OK) {
		printf("initialize %d: %d\n", model, result);
		exit(2);
	}
	if (type != QUORUM_SET && type != QUORUM_FREE)
		exit(3);
	return handle;
}

static void calls(int model)
{
	quorum_handle_t handle = open_model(model);
	int quorate = -1;
	int fd = -1;

	printf("getquorate %d", quorum_getquorate(handle, &quorate));
	printf(" %d\n", quorate);
	printf("fd_get %d %d\n", quorum_fd_get(handle, &fd), fd >= 0);
	printf("dispatch one nonblocking %d\n", quorum_dispatch(handle, CS_DISPATCH_ONE_NONBLOCKING));
	printf("dispatch all %d\n", quorum_dispatch(handle, CS_DISPATCH_ALL));
	for (unsigned flags = 0; flags <= 8; flags++) {
		printf("trackstart %u: %d\n", flags, quorum_trackstart(handle, flags));
		printf("dispatch all %d\n", quorum_dispatch(handle, CS_DISPATCH_ALL));
		printf("trackstart %u again: %d\n", flags, quorum_trackstart(handle, flags));
		printf("dispatch all %d\n", quorum_dispatch(handle, CS_DISPATCH_ALL));
		printf("trackstop %d\n", quorum_trackstop(handle));
		printf("trackstop again %d\n", quorum_trackstop(handle));
	}
	printf("finalize %d\n", quorum_finalize(handle));
	printf("finalize again %d\n", quorum_finalize(handle));
}

static void many(int count)
{
	quorum_handle_t *handles = calloc(count, sizeof *handles);
	int quorate;
	int good = 0;

	for (int i = 0; i < count; i++)
		handles[i] = open_model(i & 1);
	for (int i = 0; i < count; i++)
		good += quorum_getquorate(handles[i], &quorate) == CS_OK &&
			quorum_trackstart(handles[i], CS_TRACK_CURRENT) == CS_OK;
	printf("%d of %d\n", good, count);
	fflush(stdout);
	for (int i = 0; i < count; i++)
		quorum_finalize(handles[i]);
}

static void watch(int count)
{
	quorum_handle_t handle = open_model(1);
	struct pollfd poller = { .events = POLLIN };

	quorum_trackstart(handle, CS_TRACK_CHANGES);
	quorum_fd_get(handle, &poller.fd);
	printf("ready\n");
	fflush(stdout);
	while (events < count) {
		poll(&poller, 1, 1000);
		if (quorum_dispatch(handle, CS_DISPATCH_ALL) == CS_ERR_LIBRARY) {
			printf("gone\n");
			return;
		}
		fflush(stdout);
	}
	quorum_finalize(handle);
}

static void hold(int count)
{
	int quorate;

	for (int i = 0; i < count; i++) {
		quorum_handle_t handle = open_model(1);

		quorum_trackstart(handle, CS_TRACK_CURRENT | CS_TRACK_CHANGES);
		if (i == 0) {
			printf("ready\n");
			fflush(stdout);
			freopen("/dev/null", "w", stdout);
		}
		for (int j = 0; j < 100; j++) {
			quorum_getquorate(handle, &quorate);
			quorum_dispatch(handle, CS_DISPATCH_ALL);
		}
		quorum_finalize(handle);
	}
}

int main(int argc, char **argv)
{
	int count = argc > 2 ? atoi(argv[2]) : 0;

	if (argc == 2 && !strcmp(argv[1], "calls")) {
		calls(0);
		calls(1);
	} else if (argc == 3 && !strcmp(argv[1], "many"))
		many(count);
	else if (argc == 3 && !strcmp(argv[1], "watch"))
		watch(count);
	else if (argc == 3 && !strcmp(argv[1], "hold"))
		hold(count);
	else
		return 64;
	return 0;
}
