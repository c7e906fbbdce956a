using System.Numerics;

namespace McuAi.ModelConverter.Training;

/// <summary>2-D convolution the other way, which makes images larger.</summary>
public static class TransposedConvolution
{
    /// <summary>Each pixel of x [N, H, W, C] adds its multiple of the weights [KH, KW, C, O] to y [N, outH, outW, O]
    /// around where <paramref name="windows"/> over y would see it. It is a convolution with the taps in reverse over x with
    /// zeros between its pixels.</summary>
    public static Tensor<T> TransposedConv2D<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> w, Windows windows, int outH, int outW)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int images, int height, int width, int channels) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Channels);
        Tensor<T> spread = tape.Reshape(tape.Pad(tape.Reshape(x, images, height, 1, width, 1, channels), new int[6],
                [0, 0, windows.StrideH - 1, 0, windows.StrideW - 1, 0], T.Zero),
            images, height * windows.StrideH, width * windows.StrideW, channels);
        int reachH = (windows.KernelH - 1) * windows.DilationH, reachW = (windows.KernelW - 1) * windows.DilationW;
        spread = Cut(tape, Cut(tape, spread, 1, reachH - windows.Top, outH + reachH), 2, reachW - windows.Left, outW + reachW);
        Tensor<T> reversed = tape.Take(tape.Take(w, 0, Down(windows.KernelH)), 1, Down(windows.KernelW));
        return tape.Conv2D(spread, reversed, new Windows(windows.KernelH, windows.KernelW, 1, 1, windows.DilationH,
            windows.DilationW, 0, 0, 0, 0));
    }

    /// <summary>A dimension with <paramref name="before"/> zeros more at its start (fewer elements, if negative), and
    /// <paramref name="size"/> elements in all.</summary>
    private static Tensor<T> Cut<T>(Tape<T> tape, Tensor<T> x, int axis, int before, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int[] front, int[] back) = (new int[x.Shape.Length], new int[x.Shape.Length]);
        front[axis] = Math.Max(0, before);
        back[axis] = Math.Max(0, size - before - x.Shape[axis]);
        return tape.Slice(tape.Pad(x, front, back, T.Zero), axis, Math.Max(0, -before), size);
    }

    private static int[] Down(int count) => [.. Enumerable.Range(0, count).Reverse()];
}
