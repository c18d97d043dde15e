using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// The one bounded wait of the tests. A wait returns when what it waits for is there. Otherwise it throws: a <see
/// cref="TimeoutException"/> when the time is over, an <see cref="EndOfStreamException"/> when the stream ends first.
/// Both messages name what is missing. Thread-safe.
/// </summary>
public static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>The bound of each wait that names no other: long enough for a loaded machine.</summary>
    public static TimeSpan Bound { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the end of a task. What the task throws comes out unchanged.</summary>
    public static async Task ForAsync(
        Task task, [CallerArgumentExpression(nameof(task))] string what = "", TimeSpan? bound = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        using CancellationTokenSource limit = new(bound ?? Bound);
        try
        {
            await task.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (e.CancellationToken == limit.Token && !task.IsCompleted)
        {
            throw Missing(what, bound, inner: e);
        }
    }

    /// <summary>Waits for the result of a task. What the task throws comes out unchanged.</summary>
    public static async Task<T> ForAsync<T>(
        Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "", TimeSpan? bound = null)
    {
        await ForAsync((Task)task, what, bound);
        return await task;
    }

    /// <summary>Reads a stream up to the first item that satisfies the condition, and returns that item.</summary>
    public static async Task<T> ForAsync<T>(
        IAsyncEnumerable<T> stream, Predicate<T> condition, string what, TimeSpan? bound = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using CancellationTokenSource limit = new(bound ?? Bound);
        string last = "";
        try
        {
            await foreach (T item in stream.WithCancellation(limit.Token))
            {
                if (condition(item))
                {
                    return item;
                }

                last = $"; the last item was {item}";
            }
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw Missing(what, bound, last, e);
        }

        throw new EndOfStreamException($"The stream ended without {what}{last}.");
    }

    /// <summary>Reads a channel up to the first item that satisfies the condition, and returns that item.</summary>
    public static Task<T> ForAsync<T>(
        ChannelReader<T> reader, Predicate<T> condition, string what, TimeSpan? bound = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return ForAsync(reader.ReadAllAsync(), condition, what, bound);
    }

    /// <summary>
    /// Polls a condition until it holds. Only for the state of another process or of the kernel, which nothing
    /// announces, such as an entry of /proc or a file that disappears.
    /// </summary>
    public static async Task UntilAsync(Func<bool> condition, string what, TimeSpan? bound = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using CancellationTokenSource limit = new(bound ?? Bound);
        using PeriodicTimer timer = new(Pause);
        try
        {
            while (!condition())
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw Missing(what, bound, inner: e);
        }
    }

    /// <summary>As <see cref="UntilAsync"/>, on the calling thread.</summary>
    public static void Until(Func<bool> condition, string what, TimeSpan? bound = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using CancellationTokenSource limit = new(bound ?? Bound);
        while (!condition())
        {
            if (limit.Token.WaitHandle.WaitOne(Pause))
            {
                throw Missing(what, bound);
            }
        }
    }

    private static TimeoutException Missing(string what, TimeSpan? bound, string last = "", Exception? inner = null) =>
        new($"{(bound ?? Bound).TotalSeconds} s passed without {what}{last}.", inner);
}
