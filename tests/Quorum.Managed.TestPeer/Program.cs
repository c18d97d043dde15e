using System.Globalization;
using Quorum.Managed.TestPeer;

// The second process of tests that need one.
//   semaphore FILE COUNT             COUNT times: sem_wait at offset 0, sem_post at offset 64, by the C library
//   idle CONNECTIONS unused|waiting  the cost of idle connections: a line of JSON without them, and one with them
return args switch
{
    ["semaphore", string file, string count] => SemaphorePeer.Run(file, int.Parse(count, CultureInfo.InvariantCulture)),
    ["idle", string connections, string what] =>
        await IdlePeer.RunAsync(int.Parse(connections, CultureInfo.InvariantCulture), what == "waiting"),
    _ => 64,
};
