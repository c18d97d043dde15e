namespace Quorum.Managed.Gateway;

// What a state file holds.
internal enum StateFormat
{
    // 0 while quorate, otherwise 1, as keepalived's track_file with weight 0 reads it: any other number is a fault.
    Keepalived = 0,

    // An object with state, quorate and the end.
    Json = 1,
}
