using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>Settings of a detector's tables that the outside needs.</summary>
public static class DetectorReader
{
    /// <exception cref="ModelException">The tables are damaged.</exception>
    public static FeatureSettings Features(ReadOnlySpan<byte> tables)
    {
        if (tables.Length < DetectorTables.HeaderBytes || !tables.StartsWith("TSKD"u8))
            throw new ModelException("The pack's detector is damaged; make the pack anew.");
        return new FeatureSettings
        {
            SampleRate = BinaryPrimitives.ReadUInt32LittleEndian(tables[12..]) / 1000.0,
            Channels = BinaryPrimitives.ReadUInt16LittleEndian(tables[16..]),
            Window = BinaryPrimitives.ReadUInt16LittleEndian(tables[18..]),
            Hop = BinaryPrimitives.ReadUInt16LittleEndian(tables[20..]),
            Kinds = (FeatureKinds)BinaryPrimitives.ReadUInt16LittleEndian(tables[22..]),
        };
    }
}
