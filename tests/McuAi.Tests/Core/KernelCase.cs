using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;

namespace McuAi.Tests.Core;

internal enum KernelKind
{
    Dense,
    Conv2D,
    Depthwise,
}

/// <summary>One layer for tests/kernels/kernel_check.c: weights, an input, and the output that docs/arithmetic.md
/// gives, from plain loops of its own.</summary>
/// <param name="Geometry">Of a dense layer: InC is the depth, OutC the number of rows, all else 1.</param>
internal sealed record KernelCase(KernelKind Kind, ConvGeometry Geometry, RowWeights Weights, sbyte[] Input,
    int InputZeroPoint, int Low, int High)
{
    private const int RecordWords = 32;

    public byte[]? Encode(KernelFamily family) => Kind == KernelKind.Depthwise
        ? family.EncodeDepthwise(Weights, Geometry)
        : family.EncodeDense(Weights);

    public RowWeights Decode(KernelFamily family, byte[] blob) => Kind == KernelKind.Depthwise
        ? family.DecodeDepthwise(blob, Weights.Rows, Weights.Depth, Weights.Type, Weights.OutputZeroPoint)
        : family.DecodeDense(blob, Weights.Rows, Weights.Depth, Weights.Type, Weights.OutputZeroPoint);

    /// <summary>The bytes of a check_case and what follows it.</summary>
    public byte[] Write(KernelFamily family, byte[] blob, int misalignment)
    {
        byte[] output = MemoryMarshal.AsBytes(Expected().AsSpan()).ToArray();
        byte[] input = MemoryMarshal.AsBytes(Input.AsSpan()).ToArray();
        int bytes = (4 * RecordWords) + Round16(blob.Length) + Round16(input.Length) + Round16(output.Length);
        ConvGeometry g = Geometry;
        int[] record =
        [
            bytes, (int)Kind, Weights.Type.Bits(), g.InH, g.InW, g.InC, g.OutH, g.OutW, g.OutC, g.KernelH, g.KernelW,
            g.StrideH, g.StrideW, g.DilationH, g.DilationW, g.PadTop, g.PadLeft, InputZeroPoint, Weights.OutputZeroPoint,
            Low, High, Scratch(family), blob.Length, input.Length, output.Length, misalignment, 15 - misalignment, -1, 0,
            0, 0, 0,
        ];
        Assert.HasCount(RecordWords, record);
        var result = new byte[bytes];
        MemoryMarshal.AsBytes(record.AsSpan()).CopyTo(result);
        int at = 4 * RecordWords;
        foreach (byte[] part in (byte[][])[blob, input, output])
        {
            part.CopyTo(result, at);
            at += Round16(part.Length);
        }

        return result;
    }

    private static int Round16(int n) => (n + 15) & ~15;

    private int Scratch(KernelFamily family) => Kind switch
    {
        KernelKind.Dense => family.DenseScratchBytes(Weights.Rows, Weights.Depth, Weights.Type.Bits()),
        KernelKind.Conv2D => family.ConvScratchBytes(Geometry, Weights.Type.Bits()),
        _ => family.DepthwiseScratchBytes(Geometry, Weights.Type.Bits()),
    };

    private sbyte[] Expected()
    {
        ConvGeometry g = Geometry;
        var output = new sbyte[g.OutH * g.OutW * g.OutC];
        for (int i = 0; i < output.Length; i++)
        {
            int row = i % g.OutC, x = i / g.OutC % g.OutW, y = i / g.OutC / g.OutW;
            output[i] = (sbyte)Math.Clamp(Requantize(Sum(row, y, x), Weights.Multiplier[row], Weights.Shift[row])
                + Weights.OutputZeroPoint, Low, High);
        }

        return output;
    }

    private int Sum(int row, int outY, int outX)
    {
        ConvGeometry g = Geometry;
        int channels = Kind == KernelKind.Depthwise ? 1 : g.InC;
        int sum = Weights.Bias[row];
        for (int k = 0; k < Weights.Depth; k++)
        {
            int tap = k / channels;
            int y = (outY * g.StrideH) - g.PadTop + (tap / g.KernelW * g.DilationH);
            int x = (outX * g.StrideW) - g.PadLeft + (tap % g.KernelW * g.DilationW);
            int channel = Kind == KernelKind.Depthwise ? row * g.InC / g.OutC : k % channels;
            bool inside = y >= 0 && y < g.InH && x >= 0 && x < g.InW;
            sum += Weights[row, k] * (inside ? Input[(((y * g.InW) + x) * g.InC) + channel] : InputZeroPoint);
        }

        return sum;
    }

    /// <summary>With ties away from zero told by the sign of the product, not by masks and thresholds.</summary>
    private static long Requantize(int x, int multiplier, int shift)
    {
        long product = (((long)(x << Math.Max(shift, 0)) * multiplier) + (1L << 30)) >> 31;
        int right = Math.Max(-shift, 0);
        long half = right > 0 ? 1L << (right - 1) : 0;
        return product < 0 ? -((half - product) >> right) : (product + half) >> right;
    }
}
