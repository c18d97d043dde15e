using System.Globalization;
using Quorum.Managed.TestPeer;

// The other process of tests.
//   semaphore FILE COUNT             COUNT times: sem_wait at offset 0, sem_post at offset 64, by the C library
//   idle CONNECTIONS unused|waiting  what connections cost that do nothing: a line of JSON before there are any, one with them
return args switch
{
    ["semaphore", string file, string count] => SemaphorePeer.Run(file, int.Parse(count, CultureInfo.InvariantCulture)),
    ["idle", string connections, string what] => await IdlePeer.RunAsync(int.Parse(connections, CultureInfo.InvariantCulture), what == "waiting"),
    _ => 64,
};
