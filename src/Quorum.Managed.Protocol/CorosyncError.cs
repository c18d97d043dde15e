namespace Quorum.Managed.Protocol;

/// <summary>corosync's error numbers (<c>cs_error_t</c> of corosync/corotypes.h), with the wire's values.</summary>
public enum CorosyncError
{
    /// <summary>Not set: no value of the wire.</summary>
    None = 0,

    /// <summary>Success; never raised (CS_OK).</summary>
    Ok = 1,

    /// <summary>The connection failed, or the daemon went away (CS_ERR_LIBRARY).</summary>
    Library = 2,

    /// <summary>Version mismatch (CS_ERR_VERSION).</summary>
    Version = 3,

    /// <summary>Initialisation failed (CS_ERR_INIT).</summary>
    Init = 4,

    /// <summary>A time limit passed (CS_ERR_TIMEOUT).</summary>
    Timeout = 5,

    /// <summary>Resource temporarily unavailable: try again (CS_ERR_TRY_AGAIN).</summary>
    TryAgain = 6,

    /// <summary>Invalid argument (CS_ERR_INVALID_PARAM).</summary>
    InvalidParam = 7,

    /// <summary>Not enough memory (CS_ERR_NO_MEMORY).</summary>
    NoMemory = 8,

    /// <summary>The connection was finalized (CS_ERR_BAD_HANDLE).</summary>
    BadHandle = 9,

    /// <summary>Busy (CS_ERR_BUSY).</summary>
    Busy = 10,

    /// <summary>Permission denied (CS_ERR_ACCESS).</summary>
    Access = 11,

    /// <summary>Something named does not exist (CS_ERR_NOT_EXIST).</summary>
    NotExist = 12,

    /// <summary>A name or value is too long (CS_ERR_NAME_TOO_LONG).</summary>
    NameTooLong = 13,

    /// <summary>It is there already, as with a second trackstart (CS_ERR_EXIST).</summary>
    Exist = 14,

    /// <summary>No space left, as in /dev/shm (CS_ERR_NO_SPACE).</summary>
    NoSpace = 15,

    /// <summary>Interrupted by a signal (CS_ERR_INTERRUPT).</summary>
    Interrupt = 16,

    /// <summary>Name not found (CS_ERR_NAME_NOT_FOUND).</summary>
    NameNotFound = 17,

    /// <summary>Out of resources (CS_ERR_NO_RESOURCES).</summary>
    NoResources = 18,

    /// <summary>The requested protocol or functionality is not supported (CS_ERR_NOT_SUPPORTED).</summary>
    NotSupported = 19,

    /// <summary>Bad operation (CS_ERR_BAD_OPERATION).</summary>
    BadOperation = 20,

    /// <summary>The operation failed (CS_ERR_FAILED_OPERATION).</summary>
    FailedOperation = 21,

    /// <summary>A message was malformed (CS_ERR_MESSAGE_ERROR).</summary>
    MessageError = 22,

    /// <summary>Queue full (CS_ERR_QUEUE_FULL).</summary>
    QueueFull = 23,

    /// <summary>Queue not available (CS_ERR_QUEUE_NOT_AVAILABLE).</summary>
    QueueNotAvailable = 24,

    /// <summary>Bad flags (CS_ERR_BAD_FLAGS).</summary>
    BadFlags = 25,

    /// <summary>A message is too big (CS_ERR_TOO_BIG).</summary>
    TooBig = 26,

    /// <summary>No sections (CS_ERR_NO_SECTIONS).</summary>
    NoSections = 27,

    /// <summary>Context not found (CS_ERR_CONTEXT_NOT_FOUND).</summary>
    ContextNotFound = 28,

    /// <summary>Too many groups (CS_ERR_TOO_MANY_GROUPS).</summary>
    TooManyGroups = 30,

    /// <summary>Security error: the peer is not who it should be (CS_ERR_SECURITY).</summary>
    Security = 100,
}
