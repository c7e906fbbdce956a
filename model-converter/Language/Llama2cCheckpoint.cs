using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>A checkpoint of llama2.c (A. Karpathy), version 0: seven int32 (width, hidden, layers, heads, key-value heads,
/// vocabulary, negative if the head has weights of its own, and context), then float32 weights: each tensor for all layers
/// before the next one, tables of cosines and sines that nobody reads, the head.</summary>
public sealed class Llama2cCheckpoint : ITransformerSource, IDisposable
{
    private const int HeaderBytes = 28;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <exception cref="ModelException">The file cannot be read or is no such checkpoint.</exception>
    public Llama2cCheckpoint(string path)
    {
        try
        {
            long bytes = new FileInfo(path).Length;
            if (bytes < HeaderBytes)
                throw new ModelException($"{path} has {bytes:N0} bytes, too few for a llama2.c checkpoint; download it again.");
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read);
            Shape = ReadShape(path);
            long expected = HeaderBytes + (4 * Places().End);
            if (bytes != expected)
                throw new ModelException($"{path} has {bytes:N0} bytes, but a llama2.c checkpoint of the sizes in its header has " +
                    $"{expected:N0}; it is damaged, or another kind of file.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be read ({error.Message}).", error);
        }
        catch (ModelException)
        {
            Dispose();
            throw;
        }
    }

    public TransformerShape Shape { get; }

    public float[] Embedding() => Read(0, (long)Shape.Vocabulary * Shape.Width);

    public LayerWeights Layer(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Shape.Layers);
        LayerPlaces at = Places();
        TransformerShape s = Shape;
        var attention = new GroupedAttention(Of(at.Query, s.QueryWidth * s.Width), Of(at.Key, s.KeyValueWidth * s.Width),
            Of(at.Value, s.KeyValueWidth * s.Width), Of(at.Output, s.Width * s.QueryWidth));
        var feedForward = new DenseFeedForward(Of(at.Gate, s.Hidden * s.Width), Of(at.Up, s.Hidden * s.Width),
            Of(at.Down, s.Width * s.Hidden));
        return new LayerWeights(Of(at.AttentionNorm, s.Width), attention, Of(at.FeedForwardNorm, s.Width), feedForward);

        float[] Of(long start, int count) => Read(start + ((long)index * count), count);
    }

    public float[] FinalNorm() => Read(Places().FinalNorm, Shape.Width);

    public float[] Head() => Shape.IsTied ? Embedding() : Read(Places().Head, (long)Shape.Vocabulary * Shape.Width);

    public void Dispose()
    {
        _view?.Dispose();
        _file?.Dispose();
    }

    private TransformerShape ReadShape(string path)
    {
        int[] header = new int[HeaderBytes / 4];
        _view.ReadArray(0, header, 0, header.Length);
        (int width, int heads) = (header[0], header[3]);
        if (heads < 1 || width < heads || width % heads != 0)
            throw new ModelException($"{path}: {heads:N0} heads do not share a width of {width:N0} evenly; this is no llama2.c " +
                "checkpoint.");
        var shape = new TransformerShape
        {
            Width = width, Hidden = header[1], Layers = header[2], Heads = heads, KeyValueHeads = header[4],
            HeadWidth = width / heads, Vocabulary = Math.Abs(Math.Max(header[5], -int.MaxValue)), Context = header[6],
            IsTied = header[5] > 0,
        };
        shape.Check(path);
        return shape;
    }

    /// <summary>Where tensors begin, in float32 after the header.</summary>
    private LayerPlaces Places()
    {
        TransformerShape s = Shape;
        long at = (long)s.Vocabulary * s.Width;
        long square = (long)s.Width * s.QueryWidth, narrow = (long)s.Width * s.KeyValueWidth, inner = (long)s.Width * s.Hidden;
        long attentionNorm = Take(s.Width), query = Take(square), key = Take(narrow), value = Take(narrow);
        long output = Take(square), feedForwardNorm = Take(s.Width), gate = Take(inner), down = Take(inner), up = Take(inner);
        long finalNorm = at;
        long head = finalNorm + s.Width + ((long)s.Context * s.HeadWidth);
        long end = head + (s.IsTied ? 0 : (long)s.Vocabulary * s.Width);
        return new LayerPlaces(attentionNorm, query, key, value, output, feedForwardNorm, gate, down, up, finalNorm, head, end);

        long Take(long each)
        {
            long start = at;
            at += each * s.Layers;
            return start;
        }
    }

    private float[] Read(long start, long count)
    {
        var values = new float[count];
        _view.ReadArray(HeaderBytes + (4 * start), values, 0, values.Length);
        return values;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct LayerPlaces(long AttentionNorm, long Query, long Key, long Value, long Output,
        long FeedForwardNorm, long Gate, long Down, long Up, long FinalNorm, long Head, long End);
}
