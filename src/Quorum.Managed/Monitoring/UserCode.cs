namespace Quorum.Managed;

// Calls of user code whose errors must not reach the monitor.
internal static class UserCode
{
    // Gives the error to the user's handler. An error of that handler has nobody left to go to.
    public static void Report(Action<Exception>? handler, Exception error)
    {
        try
        {
            handler?.Invoke(error);
        }
        catch (Exception)
        {
            // A monitor outlives every error of user code.
        }
    }

    // For listeners of metrics and traces: an error of theirs is not the monitor's.
    public static void Run<T>(Action<T> call, T argument)
    {
        try
        {
            call(argument);
        }
        catch (Exception)
        {
            // A monitor outlives every error of user code.
        }
    }
}
