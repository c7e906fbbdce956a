using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;

namespace McuAi.HostTools.Anomaly;

/// <summary>Frames of a log with their scores, decisions and labels; a frame's label is that of its last row.</summary>
public sealed record ScoredFrames(double[] Scores, bool[] Alarms, bool[] Labels)
{
    /// <summary>Frames without a score count as perfectly normal.</summary>
    public static ScoredFrames Of(Detection[] detections, bool[] rowLabels, FeatureSettings features) => new(
        [.. detections.Select(detection => detection.Scored ? detection.Score : double.MinValue)],
        [.. detections.Select(detection => detection.Alarm)],
        [.. detections.Select((_, frame) => rowLabels[(frame * features.Hop) + features.Window - 1])]);

    /// <summary>Without the frames that have no score: those of a detector that has just been switched on.</summary>
    public ScoredFrames Scored()
    {
        int first = Array.FindIndex(Scores, score => score > double.MinValue);
        return From(first < 0 ? Scores.Length : first);
    }

    public ScoredFrames From(int first) => new(Scores[first..], Alarms[first..], Labels[first..]);

    /// <summary>One after another.</summary>
    public static ScoredFrames Join(IReadOnlyList<ScoredFrames> parts) => new([.. parts.SelectMany(part => part.Scores)],
        [.. parts.SelectMany(part => part.Alarms)], [.. parts.SelectMany(part => part.Labels)]);
}
