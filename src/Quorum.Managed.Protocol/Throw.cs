using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Quorum.Managed.Protocol;

/// <summary>Throw helpers: they keep formatting out of the readers' hot paths.</summary>
internal static class Throw
{
    [DoesNotReturn]
    public static void Truncated(string message, int needed, int found) =>
        throw new WireFormatException(string.Create(
            CultureInfo.InvariantCulture, $"{message}: {needed} bytes needed, {found} found."));

    [DoesNotReturn]
    public static void WrongId(string message, int expected, int found) =>
        throw new WireFormatException(string.Create(
            CultureInfo.InvariantCulture, $"{message}: id {expected} expected, {found} found."));

    [DoesNotReturn]
    public static void WrongSize(string message, int expected, int found) =>
        throw new WireFormatException(string.Create(
            CultureInfo.InvariantCulture, $"{message}: its header must say {expected} bytes and says {found}."));

    [DoesNotReturn]
    public static void SizeOutOfRange(string message, int atLeast, int atMost, int found) =>
        throw new WireFormatException(string.Create(
            CultureInfo.InvariantCulture,
            $"{message}: its header says {found} bytes; {atLeast} to {atMost} are possible here."));

    [DoesNotReturn]
    public static void TooManyNodes(string message, uint found) =>
        throw new WireFormatException(string.Create(
            CultureInfo.InvariantCulture,
            $"{message}: a list of {found} nodes; a cluster has at most {WireLimits.MaxNodes}."));

    [DoesNotReturn]
    public static void NotABoolean(string message, uint found) =>
        throw new WireFormatException(string.Create(
            CultureInfo.InvariantCulture, $"{message}: quorate must be 0 or 1 and is {found}."));

    [DoesNotReturn]
    public static void Malformed(string message, string reason) =>
        throw new WireFormatException($"{message}: {reason}");

    [DoesNotReturn]
    public static void DestinationTooSmall(string parameter, int needed, int found) =>
        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"{needed} bytes are needed, {found} are there."), parameter);

    [DoesNotReturn]
    public static void ListTooLong(string parameter, int found) =>
        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"{found} nodes; a cluster has at most {WireLimits.MaxNodes}."),
            parameter);

    [DoesNotReturn]
    public static void BadName(string parameter, string reason) => throw new ArgumentException(reason, parameter);
}
