using System.Runtime.InteropServices;

namespace Streaming.Features.Assembly;

/// <summary>An entity's place in a partition; what each feature set remembers of it follows in the same cell. One line of memory.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Memory.LineBytes)]
internal unsafe struct EntityRow
{
    /// <summary>Bytes of name and first device that fit into the row itself.</summary>
    public const int InlineBytes = 22;

    /// <summary>No device was chosen yet.</summary>
    public const int NotChosen = -2;

    /// <summary>The device chosen is the one without an id.</summary>
    public const int Nameless = -1;

    /// <summary>Records below this offset are in its state already.</summary>
    public long StandsAt;

    /// <summary>A time that is not after its first deadline; <see cref="long.MaxValue"/> where it has none.</summary>
    public long Due;

    public uint Hash;

    /// <summary>The transaction that keeps its old values.</summary>
    public int TouchedIn;

    /// <summary>Where name and first device lie, one behind the other; <see cref="BlockStore.None"/> where that is the row itself.</summary>
    public int Text;
    public int NameLength;

    /// <summary>Length of the id of the first device that sent a sequence: the identities of its readings need not name it. <see cref="NotChosen"/>
    /// before there is one; it never changes after.</summary>
    public int DeviceLength;

    /// <summary>Attributes of the entity; 0 where there are none.</summary>
    public int Attributes;
    public bool Used;

    /// <summary>Whether it changed since the last checkpoint.</summary>
    public bool Dirty;

    public fixed byte Inline[InlineBytes];
}
