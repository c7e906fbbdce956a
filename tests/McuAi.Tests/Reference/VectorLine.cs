using System.Globalization;
using System.Runtime.InteropServices;

namespace McuAi.Tests.Reference;

/// <summary>One line of Vectors/tflm-operators.txt, which explains itself.</summary>
internal sealed class VectorLine(string[] words)
{
    /// <summary>Calls <paramref name="check"/> for every line of an operator.</summary>
    public static void ForEach(string name, Action<VectorLine> check)
    {
        string path = Path.Combine(SharedData.RepositoryRoot ?? string.Empty,
            "tests/McuAi.Tests/Reference/Vectors/tflm-operators.txt");
        if (!File.Exists(path))
            Assert.Inconclusive("Runs inside the repository only.");

        VectorLine[] lines = [.. File.ReadLines(path).Select(text => text.Split(' ')).Where(line => line[0] == name)
            .Select(line => new VectorLine(line[1..]))];
        Assert.AreNotEqual(0, lines.Length, name);
        foreach (VectorLine line in lines)
            check(line);
    }

    public float Float(int index) => float.Parse(words[index], CultureInfo.InvariantCulture);

    public int Int(int index) => int.Parse(words[index], CultureInfo.InvariantCulture);

    public sbyte[] Bytes(int index) => Array<sbyte>(index);

    /// <summary>Little-endian integers.</summary>
    public T[] Array<T>(int index) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(Convert.FromHexString(words[index])).ToArray();
}
