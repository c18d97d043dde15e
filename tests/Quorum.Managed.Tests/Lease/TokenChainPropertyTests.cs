using CsCheck;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

/// <summary>Whatever a ring's tokens are, the chain never takes one that was sent again for a fresh one.</summary>
public sealed class TokenChainPropertyTests
{
    // A ring turns at any speed. Its predecessor sends a token again whenever the next is late: after hold, if it holds
    // the token, and after each retransmit time-out.
    [Test]
    public void What_is_proved_is_never_later_than_the_last_fresh_token_but_one()
    {
        int proofs = 0;
        Gen.Select(
            Gen.Int[1, 40].SelectMany(kind => Gen.OneOf(
                    Gen.Int[1, 60], Gen.Int[650, 720], Gen.Int[800, 1100], Gen.Int[1, 3000]).Array[1, 12]),
            Gen.Bool,
            Gen.Int[1, 21].Array[20]).Sample(
            (turns, holds, jitter) =>
            {
                FakeTimeProvider time = new();
                long start = time.GetTimestamp();
                TokenTiming timing = LeaseScene.TimingOf(3650, 4380, 869, 685);
                TokenChain chain = new(timing, new TokenState(0, 1, 1, 1), start, 0, time);
                List<int> fresh = [.. Fresh(turns)];
                List<int> arrivals = Arrivals(fresh, holds);
                for (int at = 0, i = 0; at < arrivals[^1] + 100; at += jitter[i++ % jitter.Length])
                {
                    ulong received = (ulong)arrivals.Count(arrival => arrival <= at);
                    long sentAt = start + (at * TimeSpan.TicksPerMillisecond);
                    if (chain.Add(received, sentAt, sentAt) is { } proved)
                    {
                        Interlocked.Increment(ref proofs);
                        int from = (int)((proved - start) / TimeSpan.TicksPerMillisecond);
                        int[] seen = [.. fresh.Where(token => token <= at)];
                        if (seen.Length < 2 || from > seen[^2])
                        {
                            return false;
                        }
                    }
                }

                return true;
            },
            iter: 3000);
        Assert.That(proofs, Is.GreaterThan(1000));
    }

    private static IEnumerable<int> Fresh(int[] turns)
    {
        int at = 100;
        for (int i = 0; i < 24; i++)
        {
            at += turns[i % turns.Length];
            yield return at;
        }
    }

    private static List<int> Arrivals(List<int> fresh, bool holds)
    {
        List<int> all = [];
        for (int i = 0; i < fresh.Count; i++)
        {
            int next = i + 1 < fresh.Count ? fresh[i + 1] : fresh[i] + 3650;
            all.Add(fresh[i]);
            if (holds && fresh[i] + 685 < next)
            {
                all.Add(fresh[i] + 685);
            }

            for (int again = fresh[i] + 869; again < next; again += 869)
            {
                all.Add(again);
            }
        }

        return all;
    }
}
