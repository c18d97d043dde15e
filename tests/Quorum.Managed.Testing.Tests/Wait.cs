using System.Runtime.CompilerServices;

namespace Quorum.Managed.Testing.Tests;

/// <summary>
/// The one bounded wait of these tests. A wait returns when what it waits for is there. Otherwise it throws: a
/// <see cref="TimeoutException"/> when the time is over, an <see cref="EndOfStreamException"/> when the stream ends
/// first.
/// </summary>
internal static class Wait
{
    /// <summary>The time limit of each wait: long enough for a loaded machine.</summary>
    public static TimeSpan Bound { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the end of a task. What the task throws comes out unchanged.</summary>
    public static async Task ForAsync(Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        using CancellationTokenSource limit = new(Bound);
        try
        {
            await task.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (e.CancellationToken == limit.Token && !task.IsCompleted)
        {
            throw Missing(what, e);
        }
    }

    /// <summary>Waits for the result of a task. What the task throws comes out unchanged.</summary>
    public static async Task<T> ForAsync<T>(Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await ForAsync((Task)task, what);
        return await task;
    }

    /// <summary>Reads a stream up to the first item that satisfies the condition, and returns that item.</summary>
    public static async Task<T> ForAsync<T>(IAsyncEnumerable<T> stream, Predicate<T> condition, string what)
    {
        using CancellationTokenSource limit = new(Bound);
        try
        {
            await foreach (T item in stream.WithCancellation(limit.Token))
            {
                if (condition(item))
                {
                    return item;
                }
            }
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw Missing(what, e);
        }

        throw new EndOfStreamException($"The stream ended without {what}.");
    }

    private static TimeoutException Missing(string what, Exception inner) =>
        new($"{Bound.TotalSeconds} s passed without {what}.", inner);
}
