using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Data;

/// <summary>A data set as FOLDER/WORD/*.wav, as the Speech Commands are.</summary>
internal static class WordFolders
{
    public static DatasetListing List(string folder, DatasetOptions options)
    {
        var entries = new List<DatasetEntry>();
        foreach (string word in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(word);
            if (DatasetFolders.IsNoise(word) || name.StartsWith('.'))
                continue;
            string label = name.Equals("_unknown_", StringComparison.OrdinalIgnoreCase) ? DatasetListing.Unknown : name;
            entries.AddRange(DatasetFolders.WavFiles(word).Select(file => new DatasetEntry(file, label) { Source = file }));
        }

        string[] noise = DatasetFolders.NoiseIn(folder);
        CheckLabels(folder, entries, noise, options.IsAddition);
        return new DatasetListing(SpeakerNames.Fill(entries, folder, options), noise);
    }

    private static void CheckLabels(string folder, List<DatasetEntry> entries, string[] noise, bool isAddition)
    {
        string? loose = Directory.EnumerateFiles(folder, "*.wav").Order(StringComparer.Ordinal).FirstOrDefault();
        if (loose is not null)
            throw new ModelException($"{loose} lies in no word's folder; move it to {folder}/WORD/, or give " +
                "--pattern \"{label}_{speaker}_{take}.wav\" if file names say the word.");
        if (!isAddition && noise.Length == 0 && entries.Count > 0 && entries.All(entry => entry.Label == entries[0].Label))
            throw new ModelException($"{folder} holds the one word '{entries[0].Label}' and no noise to tell it " +
                $"from; add the folder {DatasetListing.Unknown} of other words, or give " +
                "--pattern \"{label}_{speaker}_{take}.wav\" if file names say the word.");
    }
}
