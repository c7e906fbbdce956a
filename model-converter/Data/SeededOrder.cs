using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace McuAi.ModelConverter.Data;

/// <summary>An order that looks random and depends on nothing but a seed and the names: the same on every machine, and
/// little changed by a new name.</summary>
internal static class SeededOrder
{
    public static IEnumerable<T> Sort<T>(IEnumerable<T> items, int seed, Func<T, string> name) =>
        items.OrderBy(item => Key(seed, name(item))).ThenBy(name, StringComparer.Ordinal);

    private static ulong Key(int seed, string name) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}")));
}
