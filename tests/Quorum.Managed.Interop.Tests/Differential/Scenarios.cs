namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The handwritten scenarios. README.md says which sentence of which man page each stands for.</summary>
internal static class Scenarios
{
    /// <summary>On one node, with a quorum device that flips its quorum.</summary>
    public static IReadOnlyDictionary<string, string> OneNode { get; } = new Dictionary<string, string>
    {
        // quorum_initialize(3), quorum_model_initialize(3)
        ["initialize_model_v1"] = "init v1; quorate; finalize",
        ["initialize_model_v0"] = "init v0; quorate; track 3; dispatch all; finalize",
        ["initialize_without_model"] = "init old; quorate; track 3; dispatch all; flip 1; dispatch all; finalize",
        ["initialize_unknown_models"] = "init 2; init 3; init -2; init 100",
        ["several_connections"] =
            "init v1; b: init v1; c: init v0; d: init old; track 3; b: track 3; c: track 3; flip 1; dispatch all; "
            + "b: dispatch all; c: dispatch all; d: dispatch nb; finalize; b: quorate; c: quorate; b: dispatch nb; "
            + "d: track 3; d: dispatch all",
        ["connections_do_not_share_tracking"] =
            "init v1; b: init v1; track 3; dispatch all; flip 1; b: dispatch nb; dispatch all; b: track 3; "
            + "b: dispatch all; stop; flip 0; dispatch nb; b: dispatch all",
        ["connections_do_not_share_finalize"] =
            "init v1; b: init v1; track 3; b: track 3; finalize; flip 1; b: dispatch all; dispatch all; "
            + "b: quorate; quorate",
        ["both_callbacks"] = "init v1 both; track 3; dispatch all; flip 1; dispatch all",
        ["quorum_callback_only"] =
            "init v1 quorum; track 3; dispatch nb; dispatch nb; dispatch nb; flip 1; dispatch all",
        ["nodelist_callback_only"] =
            "init v1 nodelist; track 3; dispatch nb; dispatch nb; dispatch nb; flip 1; dispatch all; dispatch nb",
        ["no_callbacks"] =
            "init v1 none; track 3; dispatch one; dispatch nb; dispatch nb; flip 1; dispatch one; dispatch all",
        ["no_callbacks_v0"] = "init v0 none; track 3; dispatch one; dispatch nb; flip 1; dispatch one",
        ["nodelist_before_quorum"] = "init v1; track 3; dispatch nb; dispatch nb; dispatch nb",
        ["quorum_change_calls_the_quorum_callback"] =
            "init v1; track 2; dispatch all; flip 1; dispatch nb; flip 0; dispatch nb; flip 1; flip 0; "
            + "dispatch all",
        ["quorum_change_calls_the_v0_callback"] =
            "init v0; track 2; dispatch all; flip 1; dispatch nb; flip 0; dispatch nb; flip 1; flip 0; "
            + "dispatch all",
        ["voting_change_without_membership_change"] =
            "init v1; b: init v0; track 3; b: track 3; dispatch all; b: dispatch all; votes 3; dispatch all; "
            + "b: dispatch all; votes 2; dispatch all; b: dispatch all",
        ["same_quorum_again"] = "init v1; track 3; dispatch all; flip 0; dispatch all; flip 1; flip 1; dispatch all",
        ["callbacks_come_from_dispatch_only"] =
            "init v1; track 3; quorate; flip 1; quorate; track 1; stop; dispatch all",
        ["initialize_context"] = "init v1; context?; finalize",

        // quorum_context_set(3), quorum_context_get(3)
        ["context_set_and_get"] = "init v1; context?; context 5; context?; context 0; context?",
        ["context_of_each_connection"] = "init v1; b: init v0; context 1; b: context 2; context?; b: context?",
        ["context_untouched_by_the_library"] =
            "init v1; context 5; track 3; flip 1; dispatch all; quorate; stop; context?",
        ["context_in_a_callback"] = "init v1; track 3; dispatch all context; context?",
        ["context_after_finalize"] = "init v1; finalize; context?; context 3",
        ["context_after_death"] = "init v1; context 4; kill; context?; context 5; context?; finalize",

        // quorum_getquorate(3)
        ["getquorate_follows_quorum"] = "init v1; quorate; flip 1; quorate; flip 0; quorate",
        ["getquorate_v0"] = "init v0; quorate; flip 1; quorate; flip 0; quorate",
        ["getquorate_without_tracking_queues_nothing"] = "init v1; quorate; quorate; dispatch nb",
        ["getquorate_in_a_callback"] = "init v1; track 3; flip 1; dispatch nb quorate; dispatch all quorate",
        ["getquorate_after_death"] = "init v1; kill; quorate; quorate",
        ["getquorate_after_finalize"] = "init v1; finalize; quorate",

        // quorum_trackstart(3)
        ["track_nothing"] = "init v1; track 0; dispatch nb; flip 1; dispatch nb; track 0; dispatch nb",
        ["track_current"] = "init v1; track 1; dispatch all; flip 1; dispatch nb; track 1; dispatch all",
        ["track_changes"] = "init v1; track 2; dispatch all; flip 1; dispatch all; track 2; dispatch all",
        ["track_current_and_changes"] = "init v1; track 3; dispatch all; flip 1; dispatch all; track 3; dispatch all",
        ["track_changes_only"] = "init v1; track 4; dispatch nb; flip 1; dispatch all; track 4; dispatch nb",
        ["track_current_and_changes_only"] =
            "init v1; track 5; dispatch all; flip 1; dispatch all; track 5; dispatch all",
        ["track_changes_and_changes_only"] =
            "init v1; track 6; dispatch all; flip 1; dispatch all; track 6; dispatch all",
        ["track_all_flags"] = "init v1; track 7; dispatch all; flip 1; dispatch all; track 7; dispatch all",
        ["track_unknown_flags"] =
            "init v1; track 8; dispatch nb; track 16; track -2147483648; flip 1; dispatch nb; track -1; "
            + "dispatch all; flip 0; dispatch all",
        ["track_flags_v0"] =
            "init v0; track 0; dispatch nb; track 1; dispatch all; track 4; dispatch all; flip 1; dispatch all; "
            + "track 2; dispatch all",
        ["track_current_then_changes"] =
            "init v1; track 1; track 2; track 3; track 4; track 1; dispatch all; flip 1; dispatch all",
        ["track_twice_before_dispatch"] =
            "init v1; track 3; track 3; dispatch nb; dispatch nb; dispatch nb; dispatch nb; dispatch nb",
        ["track_exist_sends_the_snapshot"] =
            "init v1; track 3; dispatch all; track 3; dispatch all; track 3; dispatch nb; track 3; dispatch all",
        ["track_in_a_callback"] = "init v1; track 3; dispatch all track; dispatch all",
        ["track_after_death"] = "init v1; kill; track 3; dispatch nb",
        ["track_after_finalize"] = "init v1; finalize; track 3; track 0",
        ["notifications_are_queued"] =
            "init v1; track 4; flip 1; flip 0; flip 1; flip 0; flip 1; dispatch nb; dispatch one; dispatch all; "
            + "dispatch nb",
        ["many_notifications_are_queued"] =
            "init v1; track 4; " + string.Concat(Enumerable.Range(1, 150).Select(static i => $"flip {i % 2}; "
            + "")) + "dispatch nb; dispatch all; dispatch nb",

        // quorum_trackstop(3)
        ["stop_tracking"] = "init v1; track 3; dispatch all; stop; flip 1; dispatch nb",
        ["stop_keeps_what_is_queued"] = "init v1; track 3; flip 1; stop; flip 0; dispatch all; dispatch nb",
        ["stop_twice"] = "init v1; track 3; stop; stop; dispatch all",
        ["stop_without_track"] = "init v1; stop; b: init v0; b: stop",
        ["stop_and_start_again"] =
            "init v1; track 3; stop; track 3; dispatch all; stop; flip 1; track 4; flip 0; dispatch all",
        ["stop_after_current_only"] = "init v1; track 1; stop; track 3; dispatch all",
        ["stop_in_a_callback"] = "init v1; track 3; dispatch all stop; flip 1; dispatch nb",
        ["stop_after_death"] = "init v1; track 3; dispatch all; kill; stop",
        ["stop_after_finalize"] = "init v1; finalize; stop",

        // quorum_fd_get(3). After each step of each scenario, both descriptors must poll the same.
        ["descriptor_readable_while_events_are_pending"] =
            "init v1; track 3; dispatch nb; dispatch nb; flip 1; flip 0; dispatch one; dispatch one",
        ["descriptor_readable_after_death"] = "init v1; track 3; dispatch all; kill; dispatch nb; dispatch nb",
        ["descriptor_not_readable_by_a_response"] = "init v1; quorate; track 0; stop; quorate",

        // quorum_dispatch(3)
        ["dispatch_one_waits_for_an_event"] =
            "init v1; track 3; dispatch all; waits one flip 1; dispatch nb; waits one flip 0",
        ["dispatch_one_waits_without_a_callback_too"] = "init v1 none; track 4; waits one flip 1; dispatch nb",
        ["dispatch_one_waits_v0"] = "init v0; track 4; waits one flip 1; waits one flip 0; dispatch nb",
        ["dispatch_one_handles_one"] =
            "init v1; track 3; flip 1; dispatch one; dispatch one; dispatch one; dispatch one",
        ["dispatch_one_ends_when_the_daemon_is_killed"] =
            "init v1; track 3; dispatch all; waits one kill; dispatch one",
        ["dispatch_one_ends_when_the_daemon_stops"] =
            "init v1; track 3; dispatch all; waits one stop-daemon; dispatch one",
        ["dispatch_all_never_waits"] =
            "init v1; dispatch all; track 3; dispatch all; dispatch all; flip 1; flip 0; flip 1; dispatch all; "
            + "dispatch all",
        ["dispatch_blocking_ends_by_finalize_in_a_callback"] =
            "init v1; track 3; dispatch blocking finalize; dispatch all",
        ["dispatch_blocking_waits"] = "init v1; track 3; dispatch all; waits blocking-finalize flip 1; quorate",
        ["dispatch_blocking_ends_when_the_daemon_dies"] =
            "init v1; track 3; dispatch all; waits blocking kill; dispatch blocking",
        ["dispatch_one_nonblocking_tries_again"] =
            "init v1; dispatch nb; track 3; dispatch nb; dispatch nb; dispatch nb; dispatch nb",
        ["dispatch_unknown_flags"] =
            "init v1; track 3; dispatch 0; dispatch 5; dispatch -1; dispatch 6; dispatch 1073741824; dispatch all",
        ["dispatch_unknown_flags_after_finalize"] = "init v1; finalize; dispatch 0; dispatch 5; dispatch -1",
        ["dispatch_nested_one_nonblocking"] =
            "init v1; track 3; dispatch one nested-nb; dispatch nb; flip 1; dispatch nb nested-nb",
        ["dispatch_nested_one"] = "init v1; track 3; dispatch one nested-one; dispatch nb",
        ["dispatch_nested_all"] =
            "init v1; track 3; flip 1; dispatch all nested-all; dispatch nb; flip 0; flip 1; "
            + "dispatch one nested-all; dispatch nb",
        ["dispatch_after_death"] =
            "init v1; kill; dispatch one; dispatch all; dispatch blocking; dispatch nb; dispatch 0",
        ["dispatch_with_events_pending_at_death"] =
            "init v1; track 3; b: init v1; b: track 3; c: init v0; c: track 3; kill; dispatch all; "
            + "b: dispatch nb; c: dispatch one; dispatch all",
        ["dispatch_with_events_pending_at_a_restart"] =
            "init v1; track 2; restart; dispatch blocking finalize; quorate; finalize; quorate",
        ["dispatch_after_finalize"] =
            "init v1; track 3; finalize; dispatch one; dispatch all; dispatch blocking; dispatch nb",

        // quorum_finalize(3)
        ["finalize_twice"] = "init v1; finalize; finalize; finalize",
        ["finalize_drops_what_is_queued"] = "init v1; track 3; flip 1; finalize; dispatch all",
        ["finalize_in_a_callback_of_one"] = "init v1; track 3; dispatch one finalize; dispatch one; quorate",
        ["finalize_in_a_callback_of_all"] = "init v1; track 3; dispatch all finalize; dispatch all",
        ["finalize_in_a_callback_of_one_nonblocking"] = "init v1; track 3; dispatch nb finalize; dispatch nb",
        ["finalize_in_the_last_callback"] =
            "init v1; track 3; dispatch nb; dispatch all finalize; b: init v1; b: track 3; b: dispatch nb; "
            + "b: dispatch nb finalize; c: init v0; c: track 3; c: dispatch one finalize",
        ["finalize_and_more_in_a_callback"] =
            "init v1; track 3; dispatch all finalize-quorate; b: init v1; b: track 3; "
            + "b: dispatch all finalize-dispatch; c: init v1; c: track 3; c: dispatch one finalize-context",
        ["finalize_after_death"] = "init v1; track 3; kill; finalize; quorate",

        // The daemon
        ["initialize_without_a_daemon"] = "kill; init v1; b: init v0; c: init old; d: init 2; start; init v1; quorate",
        ["initialize_after_the_daemon_stopped"] = "stop-daemon; init v1; start; init v1; quorate",
        ["a_restart_leaves_the_connection_dead"] =
            "init v1; track 3; dispatch all; restart; quorate; track 3; dispatch nb; b: init v1; b: quorate; "
            + "quorate; finalize",
        ["getquorate_in_flight_at_death"] = "init v1; pause; waits quorate kill; quorate",
        ["getquorate_waits_for_a_paused_daemon"] = "init v1; flip 1; pause; waits quorate continue; quorate",
        ["track_waits_for_a_paused_daemon"] = "init v1; pause; waits track continue; dispatch all",
        ["stop_waits_for_a_paused_daemon"] =
            "init v1; track 3; dispatch all; pause; waits stop continue; flip 1; dispatch nb",
        ["initialize_waits_for_a_paused_daemon"] = "pause; waits init v1 both continue; quorate",
        ["finalize_and_dispatch_do_not_wait_for_a_paused_daemon"] =
            "init v1; track 3; pause; dispatch nb; dispatch all; dispatch nb; context 3; context?; finalize; "
            + "continue",
    };

    /// <summary>On one node without a quorum provider: quorum type Free.</summary>
    public static IReadOnlyDictionary<string, string> WithoutProvider { get; } = new Dictionary<string, string>
    {
        ["free_type_v1"] = "init v1; quorate; finalize",
        ["free_type_v0"] = "init v0; quorate; finalize",
        ["free_type_without_model"] = "init old; quorate; finalize",
        ["free_callbacks_v1"] = "init v1; track 3; dispatch all; dispatch nb; stop",
        ["free_callbacks_v0"] = "init v0; track 3; dispatch all; dispatch nb; stop",
        ["free_track_flags"] =
            "init v1; track 0; track 1; dispatch all; track 2; dispatch all; track 2; dispatch all; track 4; "
            + "dispatch all; stop; track 4; dispatch all",
        ["free_after_death"] =
            "init v1; track 3; dispatch all; kill; quorate; dispatch nb; start; init v1; track 3; dispatch all; "
            + "quorate",
    };

    /// <summary>On three nodes; connection a is on node 1, b on 2, c on 3.</summary>
    public static IReadOnlyDictionary<string, string> ThreeNodes { get; } = new Dictionary<string, string>
    {
        ["cluster_snapshot"] =
            "init v1; b: init v1; c: init v0; track 3; b: track 1; c: track 2; dispatch all; b: dispatch all; "
            + "c: dispatch all; quorate; c: quorate",
        ["partition_and_heal"] =
            "init v1; c: init v1; track 3; c: track 3; dispatch all; c: dispatch all; partition 1,2 3; "
            + "dispatch all; c: dispatch all; quorate; c: quorate; heal; dispatch all; c: dispatch all; c: quorate",
        ["partition_and_heal_v0"] =
            "init v0; c: init old; track 3; c: track 3; dispatch all; c: dispatch all; partition 1,2 3; "
            + "dispatch all; c: dispatch all; heal; dispatch all; c: dispatch all",
        ["partition_into_three"] =
            "init v1; b: init v1; c: init v1; track 4; b: track 4; c: track 4; partition 1 2 3; dispatch all; "
            + "b: dispatch all; c: dispatch all; b: quorate; heal; dispatch all; b: dispatch all; c: dispatch all",
        ["partition_without_tracking"] =
            "init v1; b: init v1; b: track 1; partition 1,2 3; dispatch nb; b: dispatch all; track 3; "
            + "dispatch all; heal; dispatch all; b: dispatch nb",
        ["partition_with_the_nodelist_callback_only"] =
            "init v1 nodelist; b: init v1 quorum; track 4; b: track 4; partition 1,2 3; dispatch all; "
            + "b: dispatch all; heal; dispatch nb; b: dispatch nb; dispatch all; b: dispatch all",
        ["node_is_killed_and_comes_back"] =
            "init v1; b: init v0; c: init v1; track 3; b: track 3; c: track 3; dispatch all; b: dispatch all; "
            + "c: dispatch all; kill 3; dispatch all; b: dispatch all; c: dispatch all; c: quorate; start 3; "
            + "dispatch all; b: dispatch all; c: quorate; c: init v1; c: track 3; c: dispatch all",
        ["node_leaves_and_joins"] =
            "init v1; track 3; dispatch all; stop-daemon 3; dispatch all; quorate; start 3; dispatch all; quorate",
        ["two_nodes_leave_one_after_the_other"] =
            "init v1; track 4; stop-daemon 3; quorate; kill 2; quorate; dispatch nb; dispatch all; start 2; "
            + "start 3; dispatch all; quorate",
        ["dispatch_one_waits_for_a_partition"] =
            "init v1; c: init v1; track 4; c: track 4; waits one partition 1,2 3; dispatch all; c: dispatch all; "
            + "waits one heal; dispatch all",
        ["stop_before_a_partition"] =
            "init v1; track 3; stop; partition 1,2 3; dispatch all; dispatch nb; heal; dispatch nb",
    };
}
