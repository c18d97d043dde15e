using System.Collections.Concurrent;
using CsCheck;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

/// <summary>
/// Requests are linearizable: parallel callers get what they would get one after the other, in some order that keeps
/// the order of each caller. So no answer is older than its call.
/// </summary>
public sealed class RequestParallelTests : RawDaemonFixture
{
    private readonly ConcurrentDictionary<long, World> _worlds = new();
    private IpcConnection _connection = null!;
    private RawPeer _peer = null!;
    private long _ids;

    [SetUp]
    public void ConnectOne() => (_connection, _peer) = Connect();

    [TearDown]
    public void CloseBoth()
    {
        _connection.Dispose();
        _peer.Dispose();
        _worlds.Clear();
    }

    [Test]
    public async Task Answers_of_parallel_callers_are_linearizable()
    {
        Task serving = Task.Factory.StartNew(
            Serve, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        // The callers block threads of the pool. Asynchronous requests need threads of the pool to go on.
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(200, completions);
        Gen<World> initial = Gen.Const(0).Select(_ => new World(this));
        initial.SampleParallel(
            [
                Gen.Long[1, 1000].Operation<World>(static (world, value) => Volatile.Write(ref world.Value, value)),
                Gen.Operation<World>(static world => world.Answers.Add(world.Ask())),
                Gen.Operation<World>(static world => world.Answers.Add(world.AskAsync())),
                Gen.Int[0, 200].Operation<World>(static (world, microseconds) => world.AskAndLeave(microseconds)),
            ],
            equal: static (one, other) =>
                one.Value == other.Value && one.Answers.Order().SequenceEqual(other.Answers.Order()),
            maxSequentialOperations: 2,
            maxParallelOperations: 6,
            iter: 300,
            threads: 4);
        ThreadPool.SetMinThreads(workers, completions);
        _connection.Dispose();
        await serving.WaitAsync(Long);
    }

    // A world's requests carry its number. The daemon answers with the value that the world has when it takes the
    // request.
    private void Serve()
    {
        byte[] response = RawPeer.Response(0, 32, 1);
        try
        {
            while (true)
            {
                World world = _worlds[BitConverter.ToInt64(_peer.ReadRequest(), 16)];
                BitConverter.TryWriteBytes(response.AsSpan(24), Volatile.Read(ref world.Value));
                _peer.Respond(response);
            }
        }
        catch (Exception e) when (e is EndOfStreamException or System.Net.Sockets.SocketException or TimeoutException)
        {
            // The client went away.
        }
    }

    private sealed class World
    {
        public long Value;
        private readonly IpcConnection _connection;
        private readonly byte[] _request = RawPeer.Response(0, 24, 0);

        public World(RequestParallelTests owner)
        {
            long id = Interlocked.Increment(ref owner._ids);
            BitConverter.TryWriteBytes(_request.AsSpan(16), id);
            owner._worlds[id] = this;
            _connection = owner._connection;
        }

        public ConcurrentBag<long> Answers { get; } = [];

        public long Ask()
        {
            byte[] response = new byte[64];
            _ = _connection.Request(_request, response, Long);
            return BitConverter.ToInt64(response, 24);
        }

        public long AskAsync()
        {
            byte[] response = new byte[64];
            _ = _connection.RequestAsync(_request, response, Long).AsTask().Result;
            return BitConverter.ToInt64(response, 24);
        }

        // Asks, and may have left before the answer comes: by cancellation or by its time limit.
        public void AskAndLeave(int microseconds)
        {
            TimeSpan time = TimeSpan.FromMicroseconds(microseconds + 1);
            try
            {
                if (microseconds % 2 == 0)
                {
                    _ = _connection.Request(_request, new byte[64], time);
                    return;
                }

                using CancellationTokenSource cancel = new();
                Task<int> asking = _connection.RequestAsync(_request, new byte[64], Long, cancel.Token).AsTask();
                cancel.Cancel();
                _ = asking.Result;
            }
            catch (IpcException e) when (e.Errno == Errno.ETIMEDOUT)
            {
                // Left.
            }
            catch (AggregateException e) when (e.InnerException is OperationCanceledException)
            {
                // Left.
            }
        }
    }
}
