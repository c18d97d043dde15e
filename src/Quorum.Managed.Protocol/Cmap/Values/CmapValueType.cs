namespace Quorum.Managed.Protocol;

/// <summary>
/// The type of a cmap value, as corosync/cmap.h numbers them. A daemon can send other numbers; they are kept.
/// </summary>
/// <remarks>Source: cmap_get(3), protocol-docs/cmap.md, "CMAP_GET response".</remarks>
public enum CmapValueType
{
    /// <summary>Not set: no type.</summary>
    None = 0,

    /// <summary>A signed integer of one byte.</summary>
    I8 = 1,

    /// <summary>An unsigned integer of one byte.</summary>
    U8 = 2,

    /// <summary>A signed integer of two bytes.</summary>
    I16 = 3,

    /// <summary>An unsigned integer of two bytes.</summary>
    U16 = 4,

    /// <summary>A signed integer of four bytes.</summary>
    I32 = 5,

    /// <summary>An unsigned integer of four bytes.</summary>
    U32 = 6,

    /// <summary>A signed integer of eight bytes.</summary>
    I64 = 7,

    /// <summary>An unsigned integer of eight bytes.</summary>
    U64 = 8,

    /// <summary>A floating-point number of four bytes.</summary>
    F32 = 9,

    /// <summary>A floating-point number of eight bytes.</summary>
    F64 = 10,

    /// <summary>Text. On the wire it ends with a NUL, which is not part of it.</summary>
    Text = 11,

    /// <summary>Bytes.</summary>
    Binary = 12,
}
