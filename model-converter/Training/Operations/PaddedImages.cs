using System.Numerics;

namespace McuAi.ModelConverter.Training;

/// <summary>A batch of images [N, H, W, C] with their padding.</summary>
internal sealed class PaddedImages<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x;

    public PaddedImages(Tape<T> tape, Tensor<T> x, Windows windows, T padding = default)
    {
        _x = x;
        Images = x.Shape[0];
        Shape = ShapeOf(x, windows);
        Data = Shape.HasPadding ? Pad(tape, padding) : x.Array;
    }

    public int Images { get; }

    public PaddedShape Shape { get; }

    public T[] Data { get; }

    public static PaddedShape ShapeOf(Tensor<T> x, Windows windows) => x.Shape.Length == 4
        ? new PaddedShape(x.Shape[1], x.Shape[2], x.Shape[3], windows)
        : throw new ArgumentException($"Images are [N, H, W, C], not {x}.");

    /// <summary>The gradient of the padded images, to be added to by an operation on its way back.</summary>
    public T[] Gradient(Tape<T> tape)
    {
        if (!Shape.HasPadding)
            return tape.Gradient(_x);
        T[] gradient = tape.Scratch(Data.Length);
        gradient.AsSpan().Clear();
        return gradient;
    }

    /// <summary>Adds what is not padding to the gradient of the images.</summary>
    public void AddGradient(Tape<T> tape, T[] gradient)
    {
        if (!Shape.HasPadding)
            return;
        T[] dx = tape.Gradient(_x, out bool isNew);
        for (int image = 0; image < Images; image++)
            Shape.AddUnpadded(gradient.AsSpan(image * Shape.Size, Shape.Size),
                dx.AsSpan(image * Shape.PlainSize, Shape.PlainSize), isNew);
    }

    private T[] Pad(Tape<T> tape, T padding)
    {
        T[] data = tape.Scratch(Images * Shape.Size);
        data.AsSpan().Fill(padding);
        for (int image = 0; image < Images; image++)
            Shape.Pad<T>(_x.Data.Slice(image * Shape.PlainSize, Shape.PlainSize), data.AsSpan(image * Shape.Size, Shape.Size));
        return data;
    }
}
