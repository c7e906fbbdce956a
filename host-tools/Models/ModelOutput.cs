using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Models;

/// <summary>Outputs to a file, or as numbers for a person.</summary>
public static class ModelOutput
{
    private const int MostPrinted = 16;

    public static void Write(string? path, byte[] outputs, PackModel model, bool quiet)
    {
        if (path is not null)
            ModelFile.WriteAtomically(path, outputs);
        else if (!quiet)
            Print(outputs, model);
    }

    private static void Print(byte[] outputs, PackModel model)
    {
        string[] labels = model.Metadata.TryGetValue("labels", out string? text) ? text.Split('\n') : [];
        int bytes = model.Outputs.Sum(output => output.Bytes);
        for (int start = 0, number = 0; start < outputs.Length; start += bytes, number++)
        {
            PackTensor first = model.Outputs[0];
            double[] values = Values(outputs.AsSpan(start, first.Bytes), first);
            int best = Array.IndexOf(values, values.Max());
            string numbers = string.Join(" ", values.Take(MostPrinted).Select(value => $"{value:0.####}"));
            string more = values.Length > MostPrinted ? $" … ({values.Length} values)" : "";
            string label = values.Length < 2 ? "" : $"  greatest: {(best < labels.Length ? labels[best] : best)}";
            Console.Out.WriteLine($"{number}: {numbers}{more}{label}");
        }
    }

    private static double[] Values(ReadOnlySpan<byte> data, PackTensor tensor)
    {
        var values = new double[tensor.Elements];
        for (int i = 0; i < values.Length; i++)
        {
            int level = tensor.Type switch
            {
                DataType.Int8 => (sbyte)data[i],
                DataType.UInt8 => data[i],
                DataType.Int16 => MemoryMarshal.Cast<byte, short>(data)[i],
                _ => MemoryMarshal.Cast<byte, int>(data)[i],
            };
            values[i] = tensor.Scale > 0 ? ((double)level - tensor.ZeroPoint) * tensor.Scale : level;
        }

        return values;
    }
}
