namespace Quorum.Managed.Interop.Tests.ServicesBesideNative;

/// <summary>
/// The handwritten scenarios: steps with ; between them, as <see cref="ServiceScenarioRunner"/> reads them. Each runs
/// on node 1.
/// </summary>
internal static class ServiceScenarios
{
    /// <summary>For clusters of any size.</summary>
    public static IReadOnlyDictionary<string, string> Any { get; } = new Dictionary<string, string>
    {
        ["info_of_the_own_node"] = "info 0; info 1",
        ["info_of_unknown_nodes"] = "info 99; info 4294967295; info 0",
        ["info_while_tracking"] = "votes-track 2 1; info 0; events 2; info 1",
        ["votes_track_nothing"] = "votes-track 0 1; dispatch; info 0; dispatch",
        ["votes_track_current"] = "votes-track 1 7; events 2; votes-stop",
        ["votes_track_changes"] = "votes-track 2 7; events 2; votes-stop",
        ["votes_track_current_and_changes"] = "votes-track 3 7; events 2; votes-stop",
        ["votes_track_changes_only"] = "votes-track 4 7; dispatch; votes-stop",
        ["votes_track_current_and_changes_only"] = "votes-track 5 7; events 2; votes-stop",
        ["votes_track_changes_and_changes_only"] = "votes-track 6 7; events 2; votes-stop",
        ["votes_track_all"] = "votes-track 7 7; events 2; votes-stop",
        ["votes_track_unknown_bits"] = "votes-track 8 7; dispatch; votes-track 256 7; dispatch; votes-stop",
        ["votes_track_twice"] = "votes-track 2 1; events 2; votes-track 2 2; events 4; votes-stop",
        ["votes_track_twice_before_dispatch"] = "votes-track 2 1; votes-track 3 2; events 4",
        ["votes_track_twice_changes_only"] = "votes-track 4 1; votes-track 4 2; dispatch",
        ["votes_track_current_then_changes"] = "votes-track 1 1; votes-track 2 2; events 4; votes-stop",
        ["votes_context_of_64_bits"] = "votes-track 2 18446744073709551615; events 2",
        ["votes_stop_without_track"] = "votes-stop; info 0",
        ["votes_stop_twice"] = "votes-track 2 1; votes-stop; votes-stop; events 2",
        ["votes_stop_keeps_what_is_queued"] = "votes-track 2 1; votes-stop; events 2; dispatch",
        ["votes_stop_and_track_again"] = "votes-track 2 1; votes-stop; votes-track 2 2; events 4",
        ["votes_expected_set_to_the_same"] = "votes-track 2 5; events 2; expected same; events 3; info 0",
        ["votes_expected_without_tracking"] = "votes-track 2 5; votes-stop; events 2; expected same; info 0; dispatch",

        ["get_configured_values"] =
            "get icmap totem.version; get icmap totem.token; get icmap totem.cluster_name; get icmap totem.transport",
        ["get_runtime_values"] =
            "get icmap runtime.config.totem.consensus; get icmap runtime.members.1.ip; "
            + "get icmap runtime.members.1.config_version; get icmap runtime.votequorum.two_node; "
            + "get icmap runtime.services.votequorum.service_id",
        ["get_absent_keys"] = "get icmap no.such.key; get stats no.such.key; get icmap n",
        ["get_from_the_other_map"] = "get stats totem.version; get icmap stats.srp.orf_token_rx",
        ["get_statistics"] =
            "get stats stats.srp.gather_entered; get stats stats.pg.msg_reserved; get stats stats.srp.memb_join_tx",
        ["get_small_integers"] = "set t.a i8 -5; get icmap t.a; set t.a u8 200; get icmap t.a; list icmap t.",
        ["get_short_integers"] = "set t.a i16 -300; get icmap t.a; set t.a u16 60000; get icmap t.a; list icmap t.",
        ["get_integers"] = "set t.a i32 -70000; get icmap t.a; set t.a u32 4000000000; get icmap t.a; list icmap t.",
        ["get_long_integers"] =
            "set t.a i64 -5000000000; get icmap t.a; set t.a u64 18446744073709551615; get icmap t.a; list icmap t.",
        ["get_floating_point"] = "set t.a flt 1.5; get icmap t.a; set t.a dbl -2.25; get icmap t.a; list icmap t.",
        ["get_texts"] = "set t.a str abc; get icmap t.a; set t.b str Käse; get icmap t.b; list icmap t.",
        ["get_a_value_after_its_type_changed"] = "set t.a u8 1; get icmap t.a; set t.a str one; get icmap t.a",
        ["get_a_deleted_key"] = "set t.a u8 1; get icmap t.a; delete t.a; get icmap t.a",

        ["list_the_nodes"] = "list icmap nodelist.",
        ["list_all"] = "list icmap -",
        ["list_nothing"] = "list icmap no.such.prefix; list stats no.such.prefix",
        ["list_one_key_by_its_name"] = "list icmap totem.version",
        ["list_a_prefix_without_a_dot"] = "list icmap totem.t; list icmap run",
        ["list_the_statistics_of_totem"] = "list stats stats.srp.; list stats stats.pg.",
        ["list_after_add_and_delete"] =
            "set t.b u8 1; set t.a u8 1; set t.c u8 1; list icmap t.; delete t.b; list icmap t.",

        ["watch_a_key_added_changed_and_deleted"] =
            "watch icmap 1 t. 7; set t.a str abc; set t.a str xy; delete t.a; events 3; unwatch icmap 1",
        ["watch_a_value_set_to_the_same"] = "watch icmap 1 t. 7; set t.a u32 5; set t.a u32 5; set t.a u32 6; events 2",
        ["watch_a_type_that_changes"] = "watch icmap 1 t. 7; set t.a u8 1; set t.a str one; set t.a u64 1; events 3",
        ["watch_additions"] = "watch icmap 1 t. 4; set t.a u8 1; set t.a u8 2; delete t.a; set t.b u8 1; events 2",
        ["watch_deletions"] = "watch icmap 1 t. 1; set t.a u8 1; set t.a u8 2; delete t.a; events 1",
        ["watch_modifications"] = "watch icmap 1 t. 2; set t.a u8 1; set t.a u8 2; delete t.a; events 1",
        ["watch_ends"] =
            "watch icmap 1 t. 7; set t.a u8 1; events 1; unwatch icmap 1; set t.a u8 2; get icmap t.a; dispatch",
        ["watch_again"] = "watch icmap 1 t. 7; unwatch icmap 1; watch icmap 2 t. 7; set t.a u8 1; events 1",
        ["watch_other_keys"] = "watch icmap 1 t.a 7; set t.b u8 1; set t.ab u8 1; events 1",
        ["watch_the_statistics"] = "watch stats 1 stats.no.such. 5; dispatch; unwatch stats 1",
        ["watch_all_types"] =
            "watch icmap 1 t. 7; set t.a i8 -1; set t.b i16 -2; set t.c flt 0.5; set t.d dbl 0.25; set t.e i64 -3; "
            + "events 5",

        ["cfg_local_node"] = "local; local",
        ["cfg_addresses"] = "addrs 0; addrs 1",
        ["cfg_addresses_of_unknown_nodes"] = "addrs 99; addrs 4294967295; addrs 1",
        ["cfg_status_of_the_own_node"] = "status 1",
        ["cfg_status_of_unknown_nodes"] = "status 99; status 0; status 1",
        ["cfg_track_and_stop"] = "cfg-track; cfg-track; cfg-stop; cfg-stop; dispatch; local",
        ["cfg_question_and_no"] = "cfg-track; ask; events 1; reply no; refused; cfg-stop; local",
        ["all_services_at_once"] =
            "votes-track 2 1; watch icmap 1 t. 7; cfg-track; set t.a u8 1; events 3; info 0; local; get icmap t.a",
    };

    /// <summary>For clusters of three nodes.</summary>
    public static IReadOnlyDictionary<string, string> Three { get; } = new Dictionary<string, string>
    {
        ["info_of_the_other_nodes"] = "info 2; info 3",
        ["addresses_and_status_of_the_other_nodes"] = "addrs 2; addrs 3; status 2; status 3",
        ["expected_grows_and_shrinks"] =
            "votes-track 4 1; expected 5; events 1; info 0; info 2; expected 3; until expected 3; info 0",
        ["partition_and_heal"] =
            "votes-track 2 1; events 2; partition 1,2 3; members 1,2; until 3:2; info 0; info 3; status 3; heal; "
            + "members 1,2,3; until 3:1; info 0; info 3",
        ["partition_without_quorum"] =
            "votes-track 2 1; partition 1 2,3; members 1; until 2:2; info 0; info 2; local; addrs 2; heal; "
            + "members 1,2,3; until 2:1",
        ["partition_after_tracking_stopped"] =
            "votes-track 2 1; votes-stop; events 2; partition 1,2 3; members 1,2; info 0; dispatch; heal; "
            + "members 1,2,3",
        ["node_leaves_and_joins"] =
            "votes-track 2 1; events 2; stop-node 3; members 1,2; until 3:2; info 3; status 3; start-node 3; "
            + "members 1,2,3; until 3:1; info 3",
        ["node_is_killed_and_comes_back"] =
            "votes-track 4 1; kill-node 2; members 1,3; until 2:2; info 0; start-node 2; members 1,2,3; until 2:1",
        ["members_in_cmap_through_a_partition"] =
            "watch icmap 1 runtime.members.3.status 7; partition 1,2 3; members 1,2; events 1; "
            + "get icmap runtime.members.3.status; heal; members 1,2,3; events 2; list icmap runtime.members.",
    };
}
