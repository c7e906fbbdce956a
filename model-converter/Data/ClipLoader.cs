using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Data;

/// <summary>Reads the files of a data set on all cores.</summary>
internal static class ClipLoader
{
    public static Clip[] Load(IReadOnlyList<DatasetEntry> entries, IReadOnlyList<Split> splits,
        IReadOnlyList<string> labels, int rate, CancellationToken cancellation)
    {
        Dictionary<string, int> classes = labels.Index().ToDictionary(label => label.Item, label => label.Index);
        return ForAll(entries.Count, i => entries[i].Path, i =>
        {
            DatasetEntry entry = entries[i];
            Recording recording = WavReader.Read(entry.Path);
            return new Clip
            {
                Path = entry.Path,
                Label = entry.Label,
                Class = classes[entry.Label],
                Speaker = entry.Speaker,
                Split = splits[i],
                Addition = entry.Addition,
                Samples = AtRate(recording, rate),
                FileRate = recording.Rate,
                Seconds = recording.Seconds,
                Level = SignalLevel.Of(recording.Samples, recording.Rate),
                Content = Hash(recording),
            };
        }, cancellation);
    }

    public static float[][] LoadNoise(IReadOnlyList<string> paths, int rate, CancellationToken cancellation) =>
        ForAll(paths.Count, i => paths[i], i => AtRate(WavReader.Read(paths[i]), rate), cancellation);

    private static float[] AtRate(Recording recording, int rate) =>
        rate == 0 ? recording.Samples : Resampling.Resample(recording.Samples, recording.Rate, rate);

    private static UInt128 Hash(Recording recording) => BinaryPrimitives.ReadUInt128LittleEndian(
        SHA256.HashData(MemoryMarshal.AsBytes<float>(recording.Samples)));

    /// <summary>All results, or one error that names every file that cannot be used.</summary>
    private static T[] ForAll<T>(int count, Func<int, string> path, Func<int, T> load,
        CancellationToken cancellation)
    {
        var results = new T[count];
        var errors = new ModelException?[count];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                results[i] = load(i);
            }
            catch (ModelException error)
            {
                errors[i] = error;
            }
        });
        int[] failed = [.. Enumerable.Range(0, count).Where(i => errors[i] is not null)];
        return failed.Length switch
        {
            0 => results,
            1 => throw errors[failed[0]]!,
            _ => throw new ModelException($"{errors[failed[0]]!.Message.TrimEnd('.')}; {failed.Length - 1:N0} more " +
                $"of the {count:N0} files cannot be used: {FileList.Of([.. failed.Skip(1).Select(path)])}.",
                errors[failed[0]]!),
        };
    }
}
